import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningSandboxes } from '../main.ts'
import { getJson, postJson, startForTest, startReceiver, type Receiver } from '../testing.ts'
import { isInWindow } from './jakarta-time.ts'
import { createProducts, type Product } from './products.ts'
import { requestSignature, webhookSignature } from './signature.ts'

const USER = 'demouser'
const DEV = 'dev-00000000-0000-4000-8000-000000000000'
const PRODUCTION = '11111111-0000-4000-8000-000000000000'
const SECRET = 'demo-webhook-secret'
const START_BALANCE = 1_000_000
const DAY_MS = 86_400_000

type Data = Record<string, unknown>

let sandboxes: RunningSandboxes
let receiver: Receiver
let url: string

beforeAll(async () => {
  sandboxes = await startForTest(['digiflazz'])
  url = sandboxes.urls.digiflazz ?? ''
})
beforeEach(async () => {
  await receiver?.close()
  receiver = await startReceiver()
  await control('reset')
  // A minute that nobody waits for: tests move the clock.
  await control('config', { webhookUrl: receiver.url, balance: START_BALANCE, completeAfterMs: 60_000 })
})
afterAll(async () => {
  await receiver.close()
  await sandboxes.stop()
})

const control = (path: string, body: unknown = {}) => postJson(`${url}/_sandbox/${path}`, body)
const advance = (advanceMs: number) => control('clock', { advanceMs })

async function call(path: string, suffix: string, fields: Data = {}, key = PRODUCTION): Promise<Data> {
  const sign = requestSignature(USER, key, suffix)
  const { body } = await postJson(`${url}/v1/${path}`, { username: USER, sign, ...fields })
  return body.data as Data
}

const list = (fields: Data = {}) => call('price-list', 'pricelist', { cmd: 'prepaid', ...fields })
const balance = async () => (await call('cek-saldo', 'depo', { cmd: 'deposit' })).deposit

function buy(refId: string, fields: Data = {}): Promise<Data> {
  return call('transaction', refId, {
    ref_id: refId,
    buyer_sku_code: 'xld10',
    customer_no: '081234567890',
    ...fields,
  })
}

function testBuy(customer: string): Promise<Data> {
  const fields = { ref_id: `T-${customer}`, buyer_sku_code: 'xld10', customer_no: customer, testing: true }
  return call('transaction', `T-${customer}`, fields, DEV)
}

describe('signatures', () => {
  test.each([
    ['depo', 'ad64c646b2c732897752dec0edb9819e'],
    ['pricelist', '8bad19004ff319d8dc5c4e08962a2978'],
    ['deposit', '66126828393228b6a63ad77eacaa2aaf'],
    ['ORD-20250101-0001', '06fae5c64f772fb99e83e502091e24bb'],
    ['1234554321', 'e16c464bee46eca998f5745b0dae8948'],
  ])('of a call with %s', (suffix, expected) => {
    expect(requestSignature(USER, DEV, suffix)).toBe(expected)
  })

  test('of webhooks follow the exact bytes', () => {
    const body =
      '{"data":{"ref_id":"ORD-20250101-0001","customer_no":"087800001233","buyer_sku_code":"xld10","message":"Transaksi Sukses","status":"Sukses","rc":"00","sn":"1234567890","buyer_last_saldo":990000,"price":10000}}'
    expect(webhookSignature(SECRET, body)).toBe('sha1=39d853277e105d227d47f1d15d13c777a4bee247')
    expect(webhookSignature(SECRET, `${body}\n`)).toBe('sha1=7f5a1cbdff46af232ccd980562eef9ec9a32a9db')
    expect(webhookSignature(SECRET, '{"data":{"ref_id":"R1","sn":"NAMA\\/2019"}}')).toBe(
      'sha1=e2f4ee4a5f191791492b8faa161c9299918cb5ab',
    )
  })
})

describe('access', () => {
  test.each([
    ['no sign', { sign: '' }, '40'],
    ['another user', { username: 'somebody' }, '42'],
    ['a wrong sign', { sign: 'x' }, '41'],
  ])('%s is refused', async (_, fields, rc) => {
    expect(await call('cek-saldo', 'depo', { cmd: 'deposit', ...fields })).toMatchObject({ rc })
  })

  test('other encodings and unlisted addresses are refused, by either HTTP status', async () => {
    const form = await fetch(`${url}/v1/cek-saldo`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
    expect(await form.json()).toMatchObject({ data: { rc: '40' } })
    await control('config', { productionIps: ['192.0.2.1'], refusalStatus: 400 })
    const sign = requestSignature(USER, PRODUCTION, 'depo')
    const refused = await postJson(`${url}/v1/cek-saldo`, { cmd: 'deposit', username: USER, sign })
    expect(refused).toMatchObject({ status: 400, body: { data: { rc: '45' } } })
    const dev = await call('cek-saldo', 'depo', { cmd: 'deposit' }, DEV)
    expect(dev).toEqual({ deposit: START_BALANCE })
  })
})

describe('the price list', () => {
  test('has about 1,500 rows in the documented shape, with every kind of row', async () => {
    const rows = (await list()) as unknown as Product[]
    expect(rows.length).toBeGreaterThan(1_400)
    expect(new Set(rows.map((row) => row.buyer_sku_code)).size).toBe(rows.length)
    expect(rows.find((row) => row.buyer_sku_code === 'ml86')).toMatchObject({
      product_name: 'MOBILE LEGENDS 86 Diamond',
      category: 'Games',
      brand: 'MOBILE LEGENDS',
      seller_name: expect.stringMatching(/^\w\w\*\*\*$/),
    })
    const kinds: ((row: Product) => boolean)[] = [
      (row) => !row.buyer_product_status,
      (row) => !row.seller_product_status,
      (row) => !row.unlimited_stock && row.stock === 0,
      (row) => !row.multi,
      (row) => row.start_cut_off === '23:45' && row.end_cut_off === '0:15',
      (row) => row.end_cut_off === '0:0',
    ]
    for (const kind of kinds) expect(rows.some(kind)).toBe(true)
    expect(createProducts()).toEqual(rows)
  })

  test('answers an object over the limit: five minutes for lists, a second for codes', async () => {
    expect(await list()).toBeInstanceOf(Array)
    expect(await list({ brand: 'XL' })).toMatchObject({
      rc: '83',
      message: expect.stringContaining('limitasi'),
    })
    expect(await list({ code: 'ml86' })).toHaveLength(1)
    expect(await list({ code: 'ml86' })).toMatchObject({ rc: '83' })
    await advance(1_000)
    expect(await list({ code: 'ml86' })).toHaveLength(1)
    await advance(300_000)
    expect(await list({ brand: 'xl', category: 'Pulsa' })).toHaveLength(22)
    expect(await list({ cmd: 'pasca' })).toHaveLength(4)
  })

  test('moves prices, writes amounts as text on demand, and can be empty', async () => {
    await control('price', { code: 'ml86', price: 12_345 })
    await control('config', { amountsAs: 'string', listEveryMs: 0, codeEveryMs: 0 })
    expect(await list({ code: 'ml86' })).toMatchObject([{ price: '12345', stock: '0' }])
    await control('remove', { code: 'ml86' })
    expect(await list({ code: 'ml86' })).toEqual([])
    await control('config', { emptyList: true })
    expect(await list()).toEqual([])
  })
})

describe('a purchase', () => {
  test('is charged once per ref_id, whatever is repeated', async () => {
    expect(await buy('R1')).toMatchObject({
      status: 'Pending',
      rc: '03',
      price: 10_000,
      buyer_last_saldo: 990_000,
    })
    await buy('R1')
    expect(await balance()).toBe(990_000)
    expect(await buy('R1', { customer_no: '081111111111' })).toMatchObject({ rc: '49', status: 'Gagal' })
    await advance(60_000)
    expect(await buy('R1')).toMatchObject({
      status: 'Sukses',
      rc: '00',
      sn: expect.stringMatching(/^\d{12}$/),
    })
    expect(await balance()).toBe(990_000)
  })

  test('is bought again when its ref_id is older than 90 days', async () => {
    await buy('R1')
    await advance(90 * DAY_MS)
    expect(await buy('R1')).toMatchObject({ status: 'Pending' })
    expect(await balance()).toBe(980_000)
  })

  test.each([
    ['an unknown code', { buyer_sku_code: 'nope' }, {}, '43'],
    ['a risen price', { max_price: 9_999 }, {}, '69'],
    ['too little money', {}, { balance: 9_999 }, '44'],
    ['no customer', { customer_no: '' }, {}, '40'],
    ['the other mode', { testing: true }, {}, '41'],
  ])('with %s forms nothing', async (_, fields, config, rc) => {
    await control('config', config)
    expect(await buy('R1', fields)).toMatchObject({ rc, status: 'Gagal' })
    expect(await getJson(`${url}/_sandbox/orders`)).toMatchObject({ orders: [] })
  })

  test('keeps stock, repeats and pauses', async () => {
    await control('product', { code: 'xld10', unlimited_stock: false, stock: 1, multi: false })
    await buy('R1')
    expect(await buy('R2', { customer_no: '081111111111' })).toMatchObject({ rc: '68' })
    await control('product', { code: 'xld10', unlimited_stock: true })
    expect(await buy('R3')).toMatchObject({ rc: '63' })
    expect(await buy('R4', { customer_no: '081111111111' })).toMatchObject({ rc: '03' })
    await control('product', { code: 'xld10', start_cut_off: '0:0', end_cut_off: '23:59', multi: true })
    await control('product', { code: 'xld5', start_cut_off: '0:1', end_cut_off: '0:0' })
    const codes = [await buy('R5'), await buy('R6', { buyer_sku_code: 'xld5' })].map((answer) => answer.rc)
    expect(codes).toContain('58')
  })

  test('gives the money back when it fails, also after it had succeeded', async () => {
    await buy('R1', { customer_no: '081234567000' })
    await control('outcome', { target: '0899', status: 'error', rc: '55', note: 'Gangguan' })
    await buy('R2', { customer_no: '0899' })
    await buy('R3')
    await advance(60_000)
    expect(await buy('R1', { customer_no: '081234567000' })).toMatchObject({ status: 'Gagal', rc: '54' })
    expect(await buy('R2', { customer_no: '0899' })).toMatchObject({ rc: '55', message: 'Gangguan' })
    expect(await balance()).toBe(990_000)
    await control('finish', { refId: 'R3', status: 'Gagal', rc: '74' })
    expect(await buy('R3')).toMatchObject({ status: 'Gagal', rc: '74' })
    expect(await balance()).toBe(START_BALANCE)
  })

  test('can be refused by script, and end at once', async () => {
    await control('outcome', { status: 'Refuse', rc: '62', times: 1 })
    expect(await buy('R1')).toMatchObject({ rc: '62' })
    await control('config', { completeAfterMs: 0 })
    expect(await buy('R1')).toMatchObject({ status: 'Sukses' })
  })
})

describe('test cases', () => {
  test.each([
    ['087800001230', 'Sukses', 'Sukses'],
    ['087800001232', 'Gagal', 'Gagal'],
    ['087800001233', 'Pending', 'Sukses'],
    ['087800001234', 'Pending', 'Gagal'],
  ])('%s is %s, then %s', async (customer, first, end) => {
    expect(await testBuy(customer)).toMatchObject({ status: first, price: 10_000, buyer_last_saldo: 990_000 })
    await advance(60_000)
    expect(await testBuy(customer)).toMatchObject({ status: end, sn: end === 'Sukses' ? '1234567890' : '' })
    expect(await balance()).toBe(START_BALANCE)
  })

  test('bills: inquired, paid once, failing and pending', async () => {
    const step = (customer: string, commands: string) => {
      const ref = `B-${customer}`
      return buy(ref, { buyer_sku_code: 'pln', customer_no: customer, commands })
    }
    expect(await step('530000000003', 'inq-pasca')).toMatchObject({ rc: '60' })
    expect(await step('530000000002', 'inq-pasca')).toMatchObject({ rc: '00', desc: { lembar_tagihan: 2 } })
    expect(await step('530000000001', 'pay-pasca')).toMatchObject({ rc: '50' })
    expect(await step('530000000001', 'inq-pasca')).toMatchObject({ customer_name: 'Nama Pelanggan' })
    expect(await step('530000000001', 'pay-pasca')).toMatchObject({ status: 'Sukses', sn: '1234567890' })
    await step('530000000001', 'pay-pasca')
    expect(await balance()).toBe(START_BALANCE - 26_600)
    for (const [customer, first, end] of [
      ['530000000006', 'Gagal', 'Gagal'],
      ['630000000001', 'Pending', 'Sukses'],
      ['630000000006', 'Pending', 'Gagal'],
    ] as const) {
      await step(customer, 'inq-pasca')
      expect(await step(customer, 'pay-pasca')).toMatchObject({ status: first })
      await advance(60_000)
      expect(await step(customer, 'status-pasca')).toMatchObject({ status: end })
    }
  })

  test('a meter number has a name', async () => {
    expect(await call('inquiry-pln', '1234554321', { customer_no: '1234554321' })).toMatchObject({
      rc: '00',
      meter_no: '1234554321',
    })
  })
})

describe('webhooks', () => {
  test('are signed over their exact bytes, slashes escaped or not', async () => {
    await control('config', { escapeSlashes: true, deliveryHeader: true })
    await buy('R/1')
    await advance(60_000)
    const [created, updated] = await receiver.waitFor(2)
    expect(created?.raw).toContain('R\\/1')
    for (const hook of [created, updated]) {
      expect(hook?.headers['x-hub-signature']).toBe(webhookSignature(SECRET, hook?.raw ?? ''))
      expect(hook?.headers).toMatchObject({
        'user-agent': 'Digiflazz-Hookshot',
        'x-digiflazz-delivery': expect.stringMatching(/-/),
      })
    }
    expect(created).toMatchObject({
      headers: { 'x-digiflazz-event': 'create' },
      body: { data: { status: 'Pending' } },
    })
    expect(updated).toMatchObject({
      headers: { 'x-digiflazz-event': 'update' },
      body: { data: { status: 'Sukses', rc: '00' } },
    })
  })

  test('a ping has no data and holds the secret', async () => {
    await postJson(`${url}/v1/report/hooks/7/pings`, {})
    const [ping] = await receiver.waitFor(1)
    expect(ping?.body).toMatchObject({ hook_id: '7', hook: { secret: SECRET } })
    expect(ping?.body).not.toHaveProperty('data')
  })
})

test.each([
  ['23:45', '0:15', '2026-03-01T16:50:00Z', true],
  ['23:45', '0:15', '2026-03-01T17:15:00Z', false],
  ['0:0', '0:0', '2026-03-01T17:00:00Z', false],
  ['1:0', '2:5', '2026-03-01T19:04:00Z', true],
])('a pause from %s to %s at %s', (start, end, at, expected) => {
  expect(isInWindow(start, end, new Date(at))).toBe(expected)
})

test('a share of purchases fails for good, the same ones for the same seed', async () => {
  async function round(kind: string, prefix: string): Promise<unknown[]> {
    await control('reset')
    await control('failures', { share: 0.4, seed: 7, kind })
    const codes: unknown[] = []
    for (let index = 0; index < 30; index += 1)
      codes.push((await buy(`${prefix}-${index}`, { customer_no: `0812000001${index}` })).rc)
    return codes
  }
  const refused = await round('refused', 'A')
  expect(new Set(refused)).toEqual(new Set(['03', '62']))
  expect(await round('refused', 'B')).toEqual(refused)
  const failed = await round('failed', 'C')
  expect(new Set(failed)).toEqual(new Set(['03']))
  await advance(60_000)
  const after = await Promise.all(
    refused.map((_, index) => buy(`C-${index}`, { customer_no: `0812000001${index}` })),
  )
  expect(after.map(({ rc }) => rc === '55')).toEqual(refused.map((rc) => rc === '62'))
})

test('purchases are counted per code and target, and the balance can be set', async () => {
  await buy('P-1')
  await buy('P-1')
  await buy('P-2')
  expect(await getJson(`${url}/_sandbox/purchases`)).toEqual({
    purchases: [{ code: 'xld10', target: '081234567890', placed: 2, bought: 2 }],
  })
  await control('balance', { balance: 5 })
  expect(await balance()).toBe(5)
  expect((await buy('P-3')).rc).toBe('44')
})
