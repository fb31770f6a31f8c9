import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  checkAccount,
  findService,
  listCards,
  listCategories,
  listServices,
  loadSkusForOrder,
  seedDemo,
} from '../../../src/catalog/index.ts'
import type { AccountCheck } from '../../../src/catalog/index.ts'
import { refreshTags } from '../../../src/platform/cache-tags.ts'
import { createTaggedCache } from '../../../src/platform/tagged-cache.ts'
import { setFirstPrices, setHandPrice } from '../../../src/pricing/index.ts'
import { pullOffers } from './pull-offers.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

const clock = { now: () => new Date('2026-03-01T03:00:00Z') }
let test: TestDatabase

/** Stands for the stock import of fulfilment: puts as many plain units on the shelf as the CSV has codes. */
async function shelve(skuCode: string, csv: string): Promise<void> {
  const codes = csv.trim().split('\n').slice(1)
  await queryAs(
    test.url,
    `with batch as (insert into stock_batches (id, sku_id, label, actor)
        select gen_random_uuid(), id, 'demo', 'test' from skus where code = $1 returning id, sku_id)
      insert into stock_units (id, sku_id, batch_id, fingerprint, sealed, key_id)
      select gen_random_uuid(), sku_id, batch.id, sha256(code::bytea), '\\x00', 'k1' from batch, unnest($2::text[]) as code`,
    [skuCode, codes],
  )
}

function seed(): Promise<{ products: number; stocked: number }> {
  return seedDemo({ db: test.db, clock, setFirstPrices, importStock: shelve })
}

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

describe('an empty catalogue', () => {
  it('answers with nothing', async () => {
    const deps = { db: test.db }
    expect(await listServices(deps, {})).toEqual({ services: [], nextCursor: null })
    expect(await listCards(deps, { q: 'ml' })).toEqual({ cards: [], nextCursor: null, total: 0 })
    expect(await listCategories(deps)).toEqual([])
    expect(await findService(deps, 'mobile-legends')).toBeUndefined()
  })
})

describe('the demonstration shop', () => {
  it('is the same after a second seeding', async () => {
    const first = await seed()
    expect(first.products).toBeGreaterThan(8)
    const before = await queryAs(test.url, 'select code, xmin::text from skus order by code')
    expect(await seed()).toEqual({ products: first.products, stocked: 0 })
    expect(await queryAs(test.url, 'select code, xmin::text from skus order by code')).toEqual(before)
  })

  it('tells how many are left only when they are few, and what is sold out', async () => {
    const steam = await findService({ db: test.db }, 'steam-wallet')
    const play = await findService({ db: test.db }, 'google-play')
    expect(steam?.products.find((sku) => sku.sku === 'STEAM-400K')).toMatchObject({ available: false })
    expect(play?.products.find((sku) => sku.sku === 'GPLAY-500K')).toMatchObject({
      available: true,
      stockHint: 4,
    })
    expect(play?.products[0]).toEqual({
      sku: 'GPLAY-20K',
      name: 'Google Play Rp20.000',
      price: 22_500,
      available: true,
      group: 'Voucher',
    })
  })

  it('counts a hold that has run out as free, and a running one as taken', async () => {
    const hold = (until: string) =>
      queryAs(
        test.url,
        `update stock_units set reserved_until = now() + $1::interval where state = 'RESERVED'`,
        [until],
      )
    const order = await makeOrderLine()
    await queryAs(
      test.url,
      `update stock_units set state = 'RESERVED', line_id = $1, reserved_until = now() + interval '1 hour'
       where sku_id = (select id from skus where code = 'GPLAY-500K')`,
      [order],
    )
    const play = async () =>
      (await findService({ db: test.db }, 'google-play'))?.products.find((sku) => sku.sku === 'GPLAY-500K')
    expect(await play()).toMatchObject({ available: false })
    await hold('-1 second')
    expect(await play()).toMatchObject({ available: true, stockHint: 4 })
  })

  it('stays alone on the list where the supplier sells the same', async () => {
    const rows = [
      ['GP5', 'Google Play', 'Google Play Rp 5.000'],
      ['ST12', 'Steam Wallet Code', 'Steam Wallet Rp 12.000'],
      ['VID1', 'Vidio Platinum', 'Mobile 1 Bulan'],
    ].map(([code = '', family = '', name = '']) => ({
      code,
      family,
      name,
      displayName: name,
      cost: 4_000,
      route: '1',
      available: true,
    }))
    await pullOffers(test.db, rows, { supplier: 'twins' })
    const twins = await queryAs(
      test.url,
      `select slug, state from products where delivery_kind = 'SUPPLIER' order by slug`,
    )
    expect(twins).toEqual(
      ['google-play', 'steam-wallet', 'vidio-platinum'].map((slug) => ({
        slug: `${slug}-otomatis`,
        state: 'hidden',
      })),
    )
    expect(await findService({ db: test.db }, 'google-play-otomatis')).toBeUndefined()
    expect((await findService({ db: test.db }, 'google-play'))?.deliveryKind).toBe('STOCK')
  })

  it('pages through all products once, in the order of popularity', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await listCards({ db: test.db }, { limit: 5, ...(cursor === null ? {} : { cursor }) })
      seen.push(...page.cards.map((card) => card.slug))
      cursor = page.nextCursor
      expect(page.total).toBe(14)
    } while (cursor !== null)
    expect(seen).toHaveLength(14)
    expect(new Set(seen).size).toBe(14)
    expect(seen[0]).toBe('google-play')
  })
})

describe('a search', () => {
  it.each([
    ['steam', ['steam-wallet']],
    ['STÉAM wal', ['steam-wallet']],
    ['psn', ['playstation-store']],
    ['plus open', ['chatgpt-plus']],
    ['steam netflix', []],
    ['!!!', []],
    [`'; drop table products; --`, []],
    ['x\0q & | ! :* <->', []],
    ['x'.repeat(1_000_000), []],
    ['(((((', []],
  ])('for %.30s', async (q, slugs) => {
    const { cards, total } = await listCards({ db: test.db }, { q })
    expect(cards.map((card) => card.slug)).toEqual(slugs)
    expect(total).toBe(slugs.length)
  })

  it('narrows by category and delivery kind, and ignores a cursor that is not ours', async () => {
    const cards = await listCards({ db: test.db }, { category: 'voucher', type: 'STOCK', cursor: 'garbage' })
    expect(cards.total).toBe(6)
    expect((await listCards({ db: test.db }, { type: 'SUPPLIER' })).total).toBe(0)
    expect((await listCards({ db: test.db }, { category: `x'\0` })).total).toBe(0)
    const categories = await listCategories({ db: test.db })
    expect(categories.map((category) => [category.slug, category.kinds])).toEqual([
      ['voucher', ['STOCK']],
      ['aplikasi-premium', ['INVITE', 'STOCK']],
    ])
  })
})

describe('loadSkusForOrder', () => {
  it('gives a visitor price and fields, and no hidden SKU', async () => {
    await queryAs(test.url, `update skus set state = 'hidden' where code = 'GPLAY-150K'`)
    const rows = await test.db.transaction('test.order', { role: 'web' }, (tx) =>
      loadSkusForOrder(tx, ['GPLAY-20K', 'GPLAY-150K', 'NOPE', 'a\0b']),
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      code: 'GPLAY-20K',
      price: 22_500,
      available: true,
      deliveryKind: 'STOCK',
      productSlug: 'google-play',
      inputFields: [],
    })
    expect(JSON.stringify(rows)).not.toMatch(/cost|floor/)
  })
})

describe('the cache', () => {
  it('drops an answer when another process changed a price', async () => {
    const cache = createTaggedCache({ maxBytes: 1_000_000 })
    const price = async () => (await findService({ db: test.db, cache }, 'google-play'))?.products[0]?.price
    await refreshTags(test.db, cache)
    expect(await price()).toBe(22_500)
    expect(await setHandPrice({ db: test.db, clock }, 'GPLAY-20K', 23_000)).toMatchObject({ ok: true })
    expect(await price()).toBe(22_500)
    expect(await refreshTags(test.db, cache)).toEqual(['catalog'])
    expect(await price()).toBe(23_000)
    expect(await refreshTags(test.db, cache)).toEqual([])
  })
})

describe('checkAccount', () => {
  const asked: string[] = []
  const answers: Record<string, AccountCheck> = {
    '12345678': { valid: true, nickname: 'Rani', region: 'ID' },
    '11111111': { valid: null, message: 'tidak tahu' },
  }
  const checker = {
    async checkAccount(request: { code: string; target: string; zone: string }): Promise<AccountCheck> {
      asked.push(`${request.code} ${request.target} ${request.zone}`)
      const answer = answers[request.target]
      if (answer === undefined) throw new Error('supplier down')
      return answer
    },
  }

  beforeAll(async () => {
    const row = {
      code: 'ML86',
      family: 'Mobile Legends A',
      name: '86 Diamonds',
      displayName: 'x',
      cost: 20_000,
      route: '1',
      available: true,
    }
    await pullOffers(test.db, [row])
  })

  it('asks once for the same account, and keeps no uncertain answer', async () => {
    const deps = { checker, db: test.db, clock, cache: createTaggedCache({ maxBytes: 100_000 }) }
    const input = { user_id: ' 12345678 ', zone_id: '2685' }
    expect(await checkAccount(deps, 'mobile-legends', input)).toEqual(answers['12345678'])
    expect(await checkAccount(deps, 'mobile-legends', input)).toEqual(answers['12345678'])
    expect(asked).toEqual(['mobile-legends 12345678 2685'])
    const unsure = { user_id: '11111111', zone_id: '2685' }
    await checkAccount(deps, 'mobile-legends', unsure)
    await checkAccount(deps, 'mobile-legends', unsure)
    expect(asked).toHaveLength(3)
  })

  it('never throws: it says what is wrong, or that it could not be checked', async () => {
    const deps = { checker, db: test.db, clock }
    expect(await checkAccount(deps, 'mobile-legends', { user_id: 'abc', zone_id: '1' })).toMatchObject({
      valid: false,
    })
    expect(
      await checkAccount(deps, 'mobile-legends', { user_id: '99999999', zone_id: '2685' }),
    ).toMatchObject({ valid: null })
    expect(await checkAccount(deps, 'google-play', { user_id: '1' })).toMatchObject({ valid: null })
    expect(await checkAccount(deps, 'nope\0', {})).toMatchObject({ valid: null })
  })
})

async function makeOrderLine(): Promise<string> {
  const [line] = await queryAs<{ id: string }>(
    test.url,
    `with placed as (insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone,
        subtotal, total, payment_method, expires_at)
      values (gen_random_uuid(), 'LP-TEST', sha256('t'), 'PENDING', 'Rani', 'rani@example.com', '081234567890',
        516000, 516000, 'midtrans', now()) returning id)
    insert into order_lines (id, order_id, position, sku_id, product_id, sku_code, sku_name, product_name, product_slug,
      delivery_kind, quantity, unit_price, total, state)
    select gen_random_uuid(), placed.id, 1, s.id, s.product_id, s.code, s.name, 'x', 'x', 'STOCK', 1, 516000, 516000, 'WAITING'
    from placed, skus s where s.code = 'GPLAY-500K' returning id`,
  )
  return line?.id ?? ''
}
