import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { REGISTRY } from '../game-registry.ts'
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
    [
      'Steam Wallet Code',
      'Steam Wallet Rp 12.000',
      'steam-wallet-otomatis / STEAMID-12000 / Steam Wallet Rp12.000',
    ],
    ['Bigo Live', '10 Diamonds', 'bigo-live / BIGO-LIVE-10-DIAMONDS / 10 Diamonds'],
    [
      'Roblox Gift Card',
      'Roblox Rp 50.000',
      'roblox-gift-card / ROBLOX-GIFT-CARD-ROBLOX-RP-50000 / Roblox Rp 50.000',
    ],
    ['Roblox', 'Rp 50.000', 'roblox / RBX-RP-50000 / Rp 50.000'],
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

  it('knows every family and prefix once', () => {
    const families = REGISTRY.flatMap((entry) => entry.families)
    expect(new Set(families).size).toBe(families.length)
    expect(new Set(REGISTRY.map((entry) => entry.prefix)).size).toBe(REGISTRY.length)
    expect(new Set(REGISTRY.map((entry) => entry.key)).size).toBe(REGISTRY.length)
  })
})
