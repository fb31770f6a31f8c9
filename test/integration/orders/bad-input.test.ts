import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { OrderRefusal } from '#orders'
import { orderOf, placed, VISITOR } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { createTestShop, pullCatalogue, type TestShop } from '../../support/test-shop.ts'

const MEGABYTE = 'a'.repeat(1_048_576)
const PLAIN_WORDS = /^[A-Z][^{}<>_]{8,160}[.0-9m]$/
const JARGON = /undefined|null|\bNaN\b|Zod|SQL|constraint|Error:|expected .* received/

let shop: TestShop
let stock: StockSku
let empty: StockSku
let hidden: StockSku
let diamonds: { sku: string; price: number }
let rowsBefore: unknown

beforeAll(async () => {
  shop = await createTestShop()
  const synced = await pullCatalogue(shop.app)
  expect(synced.ok && synced.value.status).toBe('succeeded')
  stock = await createStockSku(shop, markedCodes('BAD', 20))
  empty = await createStockSku(shop, [])
  hidden = await createStockSku(shop, markedCodes('HID', 3))
  await queryAs(shop.database.url, `update skus set state = 'hidden' where id = $1`, [hidden.skuId])
  const service = await shop.app.catalog.findService('mobile-legends')
  const sku = service?.products.find((product) => product.name === '86 Diamonds')
  if (sku === undefined) throw new Error('no 86 Diamonds')
  diamonds = sku
  rowsBefore = await countRows()
}, 60_000)

afterEach(async () => {
  expect(await countRows()).toEqual(rowsBefore)
})

afterAll(async () => {
  expect(await checkInvariants(shop.database.url)).toEqual([])
  await shop.stop()
})

async function countRows(): Promise<unknown> {
  return await queryAs(
    shop.database.url,
    `select (select count(*) from orders) as orders, (select count(*) from order_lines) as lines,
      (select count(*) from payments) as payments, (select count(*) from idempotency_keys) as keys,
      (select count(*) from stock_units where state <> 'AVAILABLE') as held, (select count(*) from order_history) as history`,
  )
}

async function refusalOf(body: unknown): Promise<OrderRefusal> {
  const answer = await shop.app.orders.create(body, randomUUID(), VISITOR)
  if (answer.ok) throw new Error('accepted')
  return answer.error
}

/** Where the mistakes are, after looking that a person can read what is said about them. */
function places(refusal: OrderRefusal): string[] {
  if (!('errors' in refusal)) return []
  for (const { detail, detailEn } of refusal.errors) {
    for (const text of [detail, detailEn]) {
      expect(text).toMatch(PLAIN_WORDS)
      expect(text).not.toMatch(JARGON)
    }
  }
  return refusal.errors.map(({ pointer }) => pointer)
}

const account = { user_id: '123456789', zone_id: '2685' }
const item = (change: Record<string, unknown> = {}) => ({ sku: stock.code, quantity: 1, ...change })
const diamond = (input: Record<string, unknown>) => ({ sku: diamonds.sku, quantity: 1, input })
const customer = (change: Record<string, unknown>) => ({
  customer: { name: 'Sari Dewi', email: 'sari@example.com', phone: '081234567890', ...change },
})

describe('what is bought', () => {
  test.each<[string, () => unknown[], string, string[]]>([
    ['unknown SKU', () => [item({ sku: 'NO-SUCH' })], 'sku_unknown', ['/items/0/sku']],
    ['a second, unknown SKU', () => [item(), item({ sku: 'NO-SUCH' })], 'sku_unknown', ['/items/1/sku']],
    ['SQL as SKU', () => [item({ sku: `x' or '1'='1` })], 'invalid_request', ['/items/0/sku']],
    ['hidden SKU', () => [item({ sku: hidden.code })], 'sku_unknown', ['/items/0/sku']],
    ['sold-out SKU', () => [item({ sku: empty.code })], 'sku_unavailable', ['/items/0/sku']],
    ['more than there is', () => [item({ quantity: 21 })], 'sku_unavailable', ['/items/0/quantity']],
    ['quantity 0', () => [item({ quantity: 0 })], 'invalid_request', ['/items/0/quantity']],
    ['quantity −1', () => [item({ quantity: -1 })], 'invalid_request', ['/items/0/quantity']],
    ['quantity 1.5', () => [item({ quantity: 1.5 })], 'invalid_request', ['/items/0/quantity']],
    ['quantity 10^9', () => [item({ quantity: 1e9 })], 'invalid_request', ['/items/0/quantity']],
    ['quantity 2^53', () => [item({ quantity: 2 ** 53 })], 'invalid_request', ['/items/0/quantity']],
    ['quantity NaN', () => [item({ quantity: Number.NaN })], 'invalid_request', ['/items/0/quantity']],
    ['quantity as text', () => [item({ quantity: '1' })], 'invalid_request', ['/items/0/quantity']],
    ['no quantity', () => [{ sku: stock.code }], 'invalid_request', ['/items/0/quantity']],
    ['nothing', () => [], 'invalid_request', ['/items']],
    ['the same line twice', () => [item(), item()], 'invalid_request', ['/items/1/sku']],
    [
      '21 lines',
      () => Array.from({ length: 21 }, (_, n) => diamond({ ...account, user_id: String(n + 1000) })),
      'invalid_request',
      ['/items'],
    ],
    [
      'eleven from a supplier',
      () => [{ ...diamond(account), quantity: 11 }],
      'invalid_request',
      ['/items/0/quantity'],
    ],
    ['a price of the buyer', () => [item({ price: 1 })], 'invalid_request', ['/items/0']],
  ])('%s', async (_, items, code, pointers) => {
    const refusal = await refusalOf(orderOf(items() as never))
    expect(refusal.code).toBe(code)
    expect(places(refusal)).toEqual(pointers)
  })

  test('a quote refuses the same', async () => {
    for (const [items, code] of [
      [[item({ sku: 'NO-SUCH' })], 'sku_unknown'],
      [[item({ sku: empty.code })], 'sku_unavailable'],
      [[item({ quantity: -1 })], 'invalid_request'],
      [[item(), item()], 'invalid_request'],
      [[], 'invalid_request'],
    ] as const) {
      const answer = await shop.app.orders.quote({ items: items as never })
      expect(answer.ok ? 'accepted' : answer.error.code).toBe(code)
    }
  })
})

describe('for which account', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['no account id', { zone_id: '2685' }, ['/items/0/input/user_id']],
    ['an empty account id', { user_id: '   ', zone_id: '2685' }, ['/items/0/input/user_id']],
    ['letters for digits', { user_id: 'sari', zone_id: '2685' }, ['/items/0/input/user_id']],
    ['no zone', { user_id: '123456789' }, ['/items/0/input/zone_id']],
    ['a field that does not belong', { ...account, server: '1' }, ['/items/0/input/server']],
    ['a number for text', { ...account, user_id: 123456789 }, ['/items/0/input/user_id']],
    ['1 MB', { ...account, user_id: MEGABYTE }, ['/items/0/input/user_id']],
    ['a NUL byte', { ...account, user_id: '12345\u00006789' }, ['/items/0/input/user_id']],
    ['emoji', { ...account, user_id: '12345😀' }, ['/items/0/input/user_id']],
    ['a lone surrogate', { ...account, user_id: '123\uD800' }, ['/items/0/input/user_id']],
    ['text that runs backwards', { ...account, user_id: '123\u202E456' }, ['/items/0/input/user_id']],
    ['HTML', { ...account, user_id: '<b>1</b>' }, ['/items/0/input/user_id']],
    ['a field whose name is 1 MB', { ...account, [MEGABYTE]: '1' }, [`/items/0/input/${'a'.repeat(64)}`]],
    ['a field with a slash', { ...account, 'a/b~c': '1' }, ['/items/0/input/a~1b~0c']],
  ])('%s', async (_, input, pointers) => {
    const refusal = await refusalOf(orderOf([diamond(input)] as never))
    expect(refusal.code).toBe('invalid_request')
    expect(places(refusal)).toEqual(pointers)
  })

  test('a zone where none belongs is told, not dropped', async () => {
    const refusal = await refusalOf(orderOf([item({ input: { zone_id: '1' } })] as never))
    expect(places(refusal)).toEqual(['/items/0/input/zone_id'])
  })

  test('all mistakes are told at once', async () => {
    const refusal = await refusalOf(
      orderOf([item({ quantity: 0 })] as never, customer({ email: 'x', phone: '1' })),
    )
    expect(places(refusal)).toEqual(['/items/0/quantity', '/customer/email', '/customer/phone'])
  })
})

describe('who buys', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['no name', { name: '  ' }, '/customer/name'],
    ['a name of 1 MB', { name: MEGABYTE }, '/customer/name'],
    ['a name with NUL', { name: 'Sa\u0000ri' }, '/customer/name'],
    ['an e-mail without @', { email: 'sari.example.com' }, '/customer/email'],
    ['an e-mail without a domain', { email: 'sari@' }, '/customer/email'],
    ['two e-mails', { email: 'a@example.com, b@example.com' }, '/customer/email'],
    ['an e-mail with a line break', { email: 'a@example.com\r\nBcc: b@example.com' }, '/customer/email'],
    ['an e-mail of 1 MB', { email: `${MEGABYTE}@example.com` }, '/customer/email'],
    ['a short number', { phone: '0812345' }, '/customer/phone'],
    ['a landline', { phone: '021 5551234' }, '/customer/phone'],
    ['62 twice', { phone: '+62 62 812 3456 7890' }, '/customer/phone'],
    ['a number of another country', { phone: '+1 415 555 0100' }, '/customer/phone'],
    ['a number of 1 MB', { phone: '0'.repeat(1_048_576) }, '/customer/phone'],
    ['words', { phone: 'nomor saya' }, '/customer/phone'],
    ['null', { phone: null }, '/customer/phone'],
  ])('%s', async (_, change, pointer) => {
    const refusal = await refusalOf(orderOf([item()], customer(change)))
    expect(refusal.code).toBe('invalid_request')
    expect(places(refusal)).toEqual([pointer])
  })
})

describe('the rest of the request', () => {
  test.each<[string, () => unknown, string]>([
    ['null', () => null, 'invalid_request'],
    ['a list', () => [], 'invalid_request'],
    ['a text', () => 'order', 'invalid_request'],
    [
      'unknown payment method',
      () => orderOf([item()], { paymentMethod: 'barter' }),
      'payment_method_unavailable',
    ],
    [
      'a return address elsewhere',
      () => orderOf([item()], { returnUrl: 'https://evil.example/' }),
      'invalid_request',
    ],
    [
      'a return address without scheme',
      () => orderOf([item()], { returnUrl: '//evil.example/' }),
      'invalid_request',
    ],
    [
      'a script as return address',
      () => orderOf([item()], { returnUrl: 'javascript:alert(1)' }),
      'invalid_request',
    ],
    ['a language we do not have', () => orderOf([item()], { locale: 'fr' }), 'invalid_request'],
    ['a coupon, which we do not have', () => orderOf([item()], { couponCode: 'HEMAT' }), 'invalid_request'],
  ])('%s', async (_, body, code) => {
    const refusal = await refusalOf(body())
    expect(refusal.code).toBe(code)
    places(refusal)
  })

  test.each([undefined, '', 'short', 'with space in the key', 'ключ-ключ-ключ-ключ', 'x'.repeat(256)])(
    'the idempotency key %j',
    async (key) => {
      const answer = await shop.app.orders.create(orderOf([item()]), key, VISITOR)
      expect(answer).toEqual({ ok: false, error: { code: 'idempotency_key_missing' } })
    },
  )

  test('a total that is not ours any more is told with the new price, and nothing is charged', async () => {
    const quoted = await shop.app.orders.quote({ items: [item()] })
    if (!quoted.ok) throw new Error('no quote')
    await queryAs(shop.database.url, 'update sku_prices set retail = retail + 500 where sku_id = $1', [
      stock.skuId,
    ])
    const body = orderOf([item()], { expectedTotal: quoted.value.total })
    expect(await refusalOf(body)).toMatchObject({
      code: 'price_changed',
      current: { total: quoted.value.total + 500, lines: [{ unitPrice: stock.price + 500 }] },
    })
    await queryAs(shop.database.url, 'update sku_prices set retail = $2 where sku_id = $1', [
      stock.skuId,
      stock.price,
    ])
  })

  test.each(['', 'x', 'A'.repeat(43), 'A'.repeat(4_000), '../../etc/passwd', "' or 1=1 --", '\u0000'])(
    'the foreign tracking token %j shows, refreshes and cancels nothing',
    async (token) => {
      expect(await shop.app.orders.track(token)).toBeUndefined()
      expect(await shop.app.orders.refreshPayment(token)).toBeUndefined()
      expect(await shop.app.orders.cancel(token)).toEqual({ ok: false, error: { code: 'not_found' } })
    },
  )
})

describe('what is right', () => {
  afterAll(async () => {
    rowsBefore = await countRows()
  })

  test.each([
    '081234567890',
    '0812-3456-7890',
    '0812 3456 7890',
    '(0812) 3456 7890',
    '0812.3456.7890',
    '6281234567890',
    '+6281234567890',
    '+62 812-3456-7890',
    '+62 (0)812-3456-7890',
    '62 0812 3456 7890',
    '81234567890',
    '\u00A00812\u20113456\u20117890',
  ])('the number %j is one and the same', async (phone) => {
    const { orderNumber } = await placedWith({ phone })
    const [row] = await queryAs<{ customer_phone: string }>(
      shop.database.url,
      'select customer_phone from orders where number = $1',
      [orderNumber],
    )
    expect(row?.customer_phone).toBe('+6281234567890')
    rowsBefore = await countRows()
  })

  test.each([
    [' Sari.Dewi@Example.COM ', 'sari.dewi@example.com'],
    ['sari+lapak@mail.example.co.id', 'sari+lapak@mail.example.co.id'],
  ])('the e-mail %j', async (email, kept) => {
    const { orderNumber } = await placedWith({ email })
    const rows = await queryAs(shop.database.url, 'select customer_email from orders where number = $1', [
      orderNumber,
    ])
    expect(rows).toEqual([{ customer_email: kept }])
    rowsBefore = await countRows()
  })

  test.each([
    "Siti Nur'aini",
    'Ana 😀',
    '<script>alert(1)</script>',
    '王小明',
    "Robert'); drop table orders;--",
  ])('the name %j is kept as it is', async (name) => {
    const { orderNumber } = await placedWith({ name })
    const rows = await queryAs(shop.database.url, 'select customer_name from orders where number = $1', [
      orderNumber,
    ])
    expect(rows).toEqual([{ customer_name: name }])
    rowsBefore = await countRows()
  })

  test('a field named __proto__ is left out and changes no object', async () => {
    const input = JSON.parse(`{"user_id":"555666777","zone_id":"2685","__proto__":{"price":"1"}}`) as object
    const created = await shop.app.orders.create(
      orderOf([{ ...diamond({}), input }] as never),
      randomUUID(),
      VISITOR,
    )
    if (created.ok) rowsBefore = await countRows()
    expect(Object.hasOwn(Object.prototype, 'price')).toBe(false)
  })

  async function placedWith(change: Record<string, unknown>): Promise<{ orderNumber: string }> {
    const target = String(100_000_000 + (Math.floor(performance.now() * 1000) % 800_000_000))
    const body = orderOf([diamond({ user_id: target, zone_id: '2685' })] as never, customer(change))
    const created = await shop.app.orders.create(body, randomUUID(), VISITOR)
    if (!created.ok) throw new Error(JSON.stringify(created.error))
    return created.value
  }

  test('an order that is over takes neither a payment page nor a cancellation', async () => {
    const order = await placed(shop, [item()])
    expect((await shop.app.orders.cancel(order.trackingToken)).ok).toBe(true)
    rowsBefore = await countRows()
    expect(await shop.app.orders.cancel(order.trackingToken)).toEqual({
      ok: false,
      error: { code: 'not_cancellable' },
    })
    const view = await shop.app.orders.track(order.trackingToken)
    expect(view).toMatchObject({ status: 'CANCELLED', expiresAt: null })
    expect(view?.payment).not.toHaveProperty('redirectUrl')
  })
})
