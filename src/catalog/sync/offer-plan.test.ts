import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { FIELD_SETS } from '../game-fields.ts'
import { REGISTRY } from '../game-registry.ts'
import type { InputField } from '../service-view.ts'
import { planOffer } from './offer-plan.ts'

function place(family: string, name: string): string {
  const plan = planOffer({ family, name })
  return plan === undefined ? 'not sold' : `${plan.product.key} / ${plan.sku.code} / ${plan.sku.name}`
}

describe('planOffer', () => {
  it.each([
    ['Mobile Legends A', '86 Diamonds', 'mobile-legends / ML-86 / 86 Diamonds'],
    ['Mobile Legends B', '86 Diamond (78+8 Bonus)', 'mobile-legends / ML-86 / 86 Diamonds'],
    ['MOBILE LEGENDS', 'Mobile Legends 78 + 8 Diamonds', 'mobile-legends / ML-86 / 86 Diamonds'],
    ['Mobile Legends A', '1.412 Diamonds', 'mobile-legends / ML-1412 / 1.412 Diamonds'],
    [
      'Mobile Legends Membership',
      'Weekly Diamond Pass',
      'mobile-legends / ML-WEEKLY-DIAMOND-PASS / Weekly Diamond Pass',
    ],
    [
      'Mobile Legends Membership',
      '2x Weekly Diamond Pass',
      'mobile-legends / ML-2X-WEEKLY-DIAMOND-PASS / 2x Weekly Diamond Pass',
    ],
    ['Mobile Legends Global', '86 Diamonds', 'mobile-legends-global / ML-GLOBAL-86 / 86 Diamonds'],
    ['Free Fire Max', '70 Diamonds', 'free-fire-max / FF-MAX-70 / 70 Diamonds'],
    ['PUBGM INDO B', '60 UC', 'pubg-mobile / PUBGM-60 / 60 UC'],
    ['PUBG Mobile (Global)', '60 UC', 'pubg-mobile-global / PUBGM-GLOBAL-60 / 60 UC'],
    ['Telkomsel', 'Telkomsel 10.000', 'pulsa-telkomsel / TSEL-10000 / Pulsa Rp10.000'],
    [
      'Telkomsel',
      'Telkomsel Data 5 GB / 7 Hari',
      'pulsa-telkomsel / TSEL-DATA-5-GB-7-HARI / Telkomsel Data 5 GB / 7 Hari',
    ],
    ['PLN', 'Token PLN 20.000', 'token-pln / PLN-20000 / Token Rp20.000'],
    ['Steam Wallet Code', 'Steam Wallet Rp 12.000', 'steam-wallet / STEAMID-12000 / Steam Wallet Rp12.000'],
    ['Bigo Live', '10 Diamonds', 'bigo-live / BIGO-10 / 10 Diamonds'],
    ['Brawl Stars', '1000 Gems', 'brawl-stars / BRAWL-1000 / 1.000 Gems'],
    ['Pokémon Unite', '60 Aeos Gems', 'pokemon-unite / PKMU-60 / 60 Aeos Gems'],
    ['Kota Naga', '1000 Sisik', 'kota-naga / KOTA-NAGA-1000-SISIK / 1.000 Sisik'],
    ['BNI TapCash', 'BNI TapCash 1000.000', 'bni-tapcash / BNI-TAPCASH-1000000 / BNI TapCash 1.000.000'],
    ['Garena Shell', 'Garena Shell Rp 33.000', 'garena-shell / SHELL-33000 / Garena Shell Rp33.000'],
    ['PlayStation Store', 'PSN Card Rp 100.000', 'playstation-store / PSNID-100000 / PlayStation Rp100.000'],
    ['Roblox Gift Card', 'Roblox Rp 50.000', 'roblox-gift-card / RBXCARD-50000 / Roblox Rp50.000'],
    ['Roblox', 'Rp 50.000', 'roblox / RBX-RP-50000 / Rp50.000'],
    ['Mobile Legends Joki Rank', 'Epic ke Legend', 'not sold'],
    ['Genshin Impact Via Login', '60 Genesis Crystals', 'not sold'],
  ])('%s, %s', (family, name, expected) => {
    expect(place(family, name)).toBe(expected)
  })

  it('gives any text a valid SKU code and slug, and the same ones every time', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200, unit: 'grapheme' }),
        fc.string({ maxLength: 200 }),
        (family, name) => {
          const plan = planOffer({ family, name })
          if (plan === undefined) return
          expect(plan.sku.code).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
          expect(plan.product.key).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
          expect(planOffer({ family, name })).toEqual(plan)
        },
      ),
    )
  })

  it.each([
    ['Kota Naga', '1000 Diamonds', 'game', ['user_id', 'zone_id']],
    ['Kota Naga', 'Weekly Pass', 'game', ['user_id', 'zone_id']],
    ['Sesuatu Yang Lain', 'Paket A', 'lainnya', ['user_id', 'zone_id']],
    ['Toko Voucher', 'Rp 10.000', 'voucher', []],
    ['Viu Premium', 'Private 1 Bulan', 'aplikasi-premium', []],
    ['Google Play', 'Google Play Rp 5.000', 'voucher', []],
    ['Discord Nitro', 'Basic 1 Bulan', 'aplikasi-premium', []],
    ['Mandiri e-Money', 'Mandiri e-Money 50.000', 'e-wallet', ['user_id']],
  ])('%s, %s is of category %s and asks for %j', (family, name, category, fields) => {
    const product = planOffer({ family, name })?.product
    expect(product?.category).toBe(category)
    expect(product?.inputFields.map((field) => field.name)).toEqual(fields)
  })

  it('orders tiles by amount, and named ones by kind and number', () => {
    const names = ['Private 12 Bulan', 'Sharing 12 Bulan', 'Private 3 Bulan', 'Sharing 1 Bulan']
    const skus = names.flatMap((name) => planOffer({ family: 'Viu Premium', name })?.sku ?? [])
    expect(skus.map((sku) => sku.group)).toEqual(['Private', 'Sharing', 'Private', 'Sharing'])
    expect(skus.toSorted((one, other) => one.position - other.position).map((sku) => sku.name)).toEqual([
      'Sharing 1 Bulan',
      'Private 3 Bulan',
      'Private 12 Bulan',
      'Sharing 12 Bulan',
    ])
    const passes = ['Twilight Pass', '10x Weekly Pass', '2x Weekly Pass', '86 Diamonds']
    const positions = passes.map((name) => planOffer({ family: 'Mobile Legends', name })?.sku.position ?? 0)
    expect(positions.toSorted((one, other) => one - other)).toEqual(
      [3, 0, 2, 1].map((index) => positions[index]),
    )
  })

  it('checks every field by a pattern that browsers read too', () => {
    for (const field of Object.values(FIELD_SETS).flat() as InputField[]) {
      const { pattern = '' } = field
      // The pattern attribute is read in the strictest of the three ways.
      for (const flags of ['', 'u', 'v']) expect(new RegExp(pattern, flags).test('\n')).toBe(pattern === '')
    }
  })

  it('keeps goods of a special type apart from the general ones of the same name', () => {
    const general = planOffer({ family: 'TELKOMSEL', name: 'Telkomsel 10.000' })
    const passedOn = planOffer({ family: 'TELKOMSEL Pulsa Transfer', name: 'Telkomsel 10.000' })
    expect(general?.sku.code).toBe('TSEL-10000')
    expect(passedOn?.sku.code).not.toBe(general?.sku.code)
    expect(passedOn?.product.key).not.toBe(general?.product.key)
  })

  it('knows every family and prefix once', () => {
    const families = REGISTRY.flatMap((entry) => entry.families)
    expect(new Set(families).size).toBe(families.length)
    expect(new Set(REGISTRY.map((entry) => entry.prefix)).size).toBe(REGISTRY.length)
    expect(new Set(REGISTRY.map((entry) => entry.key)).size).toBe(REGISTRY.length)
  })
})
