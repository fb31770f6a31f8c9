import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningSandboxes } from '../main.ts'
import { getJson, postJson, startForTest, startReceiver, type Receiver } from '../testing.ts'
import { createGameCatalogue } from './catalogue.ts'
import { createPrepaidCatalogue } from './prepaid-catalogue.ts'
import { accountSignature } from './signature.ts'

const KEY = 'demoKey_0123456789abcdefABCDEF'
const SIGN = '10a93fbec8476048f48965bf5d608d46'
const WRONG_ORDER_SIGN = '1fcd7519dffd6c9c129a299c32953da7'
const ORDER = { type: 'order', service: 'ML86-S1', data_no: '12345678', data_zone: '2685' }
const START_BALANCE = 1_000_000

type Answer = { result: boolean; data: Record<string, unknown>; message: string; country?: unknown }
type Row = Record<string, unknown>

let sandboxes: RunningSandboxes
let receiver: Receiver
let url: string

beforeAll(async () => {
  sandboxes = await startForTest(['vip-reseller'])
  url = sandboxes.urls['vip-reseller'] ?? ''
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
const finishAll = () => control('clock', { advanceMs: 60_000 })

async function send(endpoint: string, body: URLSearchParams | FormData): Promise<Answer> {
  const response = await fetch(`${url}/api/${endpoint}`, { method: 'POST', body })
  expect(response.status).toBe(200)
  return (await response.json()) as Answer
}

const call = (endpoint: string, fields: Record<string, string> = {}) =>
  send(endpoint, new URLSearchParams({ key: KEY, sign: SIGN, ...fields }))
const game = (fields: Record<string, string>) => call('game-feature', fields)
const balance = async () => (await call('profile')).data.balance
const rows = (answer: Answer) => answer.data as unknown as Row[]

test('signatures', () => {
  expect(accountSignature('DEMOID01', KEY)).toBe(SIGN)
  expect(accountSignature(KEY, 'DEMOID01')).toBe(WRONG_ORDER_SIGN)
})

describe('access', () => {
  test.each([
    ['nothing', {}, 'Request not detected.'],
    ['no type', { key: KEY, sign: SIGN }, 'Request not detected.'],
    ['a wrong key', { key: 'x', sign: SIGN, type: 'services' }, 'API Key not registered.'],
    ['a wrong sign', { key: KEY, sign: WRONG_ORDER_SIGN, type: 'services' }, 'API Signature not valid.'],
    ['a wrong type', { key: KEY, sign: SIGN, type: 'x' }, "Type 'x' is not valid"],
  ])('refuses %s', async (_name, fields, message) => {
    expect(await send('game-feature', new URLSearchParams(fields))).toMatchObject({ result: false, message })
  })

  test('refuses other addresses, maintenance and JSON', async () => {
    await control('config', { allowedIps: ['203.0.113.9'] })
    expect((await call('profile')).message).toBe('IP 127.0.0.1 is not permitted')
    await control('config', { allowedIps: [], maintenance: true })
    expect((await call('profile')).message).toContain('pemeliharaan')
    await control('config', { maintenance: false })
    expect((await postJson(`${url}/api/profile`, { key: KEY, sign: SIGN })).body.message).toBe(
      'Request not detected.',
    )
  })

  test('reads multipart forms', async () => {
    const form = new FormData()
    form.set('key', KEY)
    form.set('sign', SIGN)
    expect((await send('profile', form)).data).toMatchObject({ balance: START_BALANCE, level: 'Basic' })
  })
})

describe('orders', () => {
  test('are charged by level, progress, and end with a serial number', async () => {
    const placed = await game(ORDER)
    expect(placed.data).toMatchObject({
      status: 'waiting',
      service: 'Mobile Legends A - 86 Diamonds',
      data: '12345678',
      zone: '2685',
      price: 20_500,
      balance: START_BALANCE - 20_500,
    })
    await control('clock', { advanceMs: 30_000 })
    await finishAll()
    const [status] = rows(await game({ type: 'status', trxid: String(placed.data.trxid) }))
    expect(status).toMatchObject({ status: 'success', note: expect.stringMatching(/^SN-\d{14}$/) })
    expect(status).not.toHaveProperty('balance')
    const hooks = await receiver.waitFor(2)
    expect(hooks.map(({ body }) => (body.data as Row).status)).toEqual(['processing', 'success'])
    expect(hooks[0]?.headers['x-client-signature']).toBe(SIGN)
  })

  test('two equal calls are two charged orders', async () => {
    const [first, second] = [await game(ORDER), await game(ORDER)]
    expect(first.data.trxid).not.toBe(second.data.trxid)
    expect(await balance()).toBe(START_BALANCE - 2 * 20_500)
    expect(rows(await game({ type: 'status', limit: '1' }))[0]).toMatchObject({ trxid: second.data.trxid })
    expect(rows(await game({ type: 'status' }))).toHaveLength(2)
  })

  test('a lost answer leaves a charged order behind', async () => {
    await control('faults', [{ match: { body: 'type=order' }, fault: 'timeout_after', ms: 20 }])
    await expect(game(ORDER)).rejects.toThrow('fetch failed')
    expect(rows(await game({ type: 'status' }))).toHaveLength(1)
    expect(await balance()).toBe(START_BALANCE - 20_500)
  })

  test('a wrong zone fails later and the money comes back', async () => {
    await game({ ...ORDER, data_zone: '1' })
    await finishAll()
    expect(rows(await game({ type: 'status' }))[0]).toMatchObject({
      status: 'error',
      note: 'Zone tujuan salah.',
    })
    expect(await balance()).toBe(START_BALANCE)
  })

  test.each([
    ['an empty field', { data_no: '' }, 'Masih ada parameter yang kosong.'],
    ['an unknown service', { service: 'X' }, 'Layanan tidak ditemukan atau saat ini tidak tersedia.'],
  ])('refuse %s', async (_name, fields, message) => {
    expect(await game({ ...ORDER, ...fields })).toMatchObject({ result: false, data: null, message })
  })

  test('follow price, stock, balance and throttle', async () => {
    await control('price', { code: 'ML86-S1', price: 25_000 })
    expect((await game(ORDER)).data.price).toBe(25_000)
    await control('config', { throttleMs: 6_000 })
    await game(ORDER)
    expect((await game(ORDER)).message).toBe('Transaksi dibatasi, coba lagi dalam 6 detik.')
    await control('config', { throttleMs: 0, balance: 24_999 })
    expect((await game(ORDER)).message).toContain('Saldo Anda tidak cukup')
    await control('service', { code: 'ML86-S1', status: 'empty' })
    expect((await game(ORDER)).message).toContain('tidak tersedia')
  })

  test('follow scripted outcomes', async () => {
    await control('outcome', { target: '12345678', status: 'error', note: 'Gangguan.' })
    await control('outcome', { code: 'FF70-S2', status: 'mystery', note: '' })
    await control('outcome', { target: '999', status: 'refuse', note: 'User id tidak sesuai.' })
    await game(ORDER)
    await game({ type: 'order', service: 'FF70-S2', data_no: '5551234' })
    expect((await game({ ...ORDER, data_no: '999' })).message).toBe('User id tidak sesuai.')
    await finishAll()
    expect(rows(await game({ type: 'status' })).map(({ status }) => status)).toEqual(['mystery', 'error'])
  })

  test('of vouchers deliver a code and use up stock', async () => {
    const service = 'GPLAY50K-S1'
    await control('service', { code: service, status: 'available', stock: 1 })
    await game({ type: 'order', service, data_no: 'buyer@example.test' })
    await finishAll()
    expect(rows(await game({ type: 'status' }))[0]?.note).toMatch(/^KODE: [A-Z0-9]{4}-/)
    expect((await game({ type: 'service-stock', service })).message).toBe('Stok tidak tersedia.')
  })

  test('of prepaid goods live in their own id space and carry a code', async () => {
    const placed = await call('prepaid', { type: 'order', service: 'TSEL10', data_no: '081200000001' })
    expect(placed.data).toMatchObject({ code: 'TSEL10', status: 'waiting' })
    const trxid = String(placed.data.trxid)
    expect((await game({ type: 'status', trxid })).message).toBe('Transaksi tidak ditemukan.')
    expect(rows(await call('prepaid', { type: 'status', trxid }))).toHaveLength(1)
    await finishAll()
    const [hook] = await receiver.waitFor(1)
    expect(Array.isArray(hook?.body.data)).toBe(true)
  })

  test('of social media refuse a second open order for one target', async () => {
    const order = { type: 'order', service: '1001', data: 'https://example.test/p', quantity: '500' }
    expect((await call('social-media', order)).data).toMatchObject({ price: 16_000, quantity: 500 })
    expect((await call('social-media', order)).message).toContain('pesanan pending')
  })
})

describe('further faults', () => {
  test('an accepted order without trxid', async () => {
    await control('config', { omitTrxid: 1 })
    expect((await game(ORDER)).data).not.toHaveProperty('trxid')
    expect((await game(ORDER)).data).toHaveProperty('trxid')
  })

  test('the webhook overtakes the answer', async () => {
    await control('config', { webhookBeforeResponse: true })
    const placed = await game(ORDER)
    expect(receiver.received).toHaveLength(1)
    expect(placed.data.status).toBe('waiting')
    expect(receiver.received[0]?.body.data).toMatchObject({ trxid: placed.data.trxid })
  })

  test('wrong signature, array data, other status words', async () => {
    await control('config', {
      wrongSignature: true,
      arrayWebhooks: 'all',
      statusWords: { success: 'sukses' },
      interimWebhooks: false,
    })
    await game(ORDER)
    await finishAll()
    const [hook] = await receiver.waitFor(1)
    expect(hook?.headers['x-client-signature']).toBe(WRONG_ORDER_SIGN)
    expect(hook?.body.data).toMatchObject([{ status: 'sukses' }])
  })
})

describe('catalogue', () => {
  test('is large, unique, and priced by level', () => {
    const games = createGameCatalogue()
    const prepaid = createPrepaidCatalogue()
    expect(games.length).toBeGreaterThanOrEqual(3_000)
    expect(prepaid.length).toBeGreaterThan(1_500)
    expect(new Set(games.map(({ game: name }) => name)).size).toBeGreaterThanOrEqual(60)
    expect(new Set([...games, ...prepaid].map(({ code }) => code)).size).toBe(games.length + prepaid.length)
    const isOrdered = ({ price }: { price: { basic: number; premium: number; special: number } }) =>
      price.basic >= price.premium && price.premium >= price.special && price.special > 0
    expect([...games, ...prepaid].every(isOrdered)).toBe(true)
    expect(games.some(({ status }) => status === 'empty')).toBe(true)
    expect(createGameCatalogue()).toEqual(games)
  })

  test('is filtered by either spelling and by status', async () => {
    const old = await game({ type: 'services', filter_type: 'game', filter_value: 'Mobile Legends A' })
    const recent = await game({ type: 'services', filter_game: 'Mobile Legends A' })
    expect(recent.data).toEqual(old.data)
    const known = rows(old).find(({ code }) => code === 'ML86-S1')
    expect(known).toMatchObject({
      name: '86 Diamonds',
      server: '1',
      price: { basic: 20_500, premium: 20_200, special: 20_000 },
    })
    const empty = rows(await game({ type: 'services', filter_status: 'empty' }))
    expect(new Set(empty.map(({ status }) => status))).toEqual(new Set(['empty']))
    expect((await game({ type: 'services', filter_game: 'x' })).message).toBe('Layanan tidak ditemukan.')
    await control('config', { emptyCatalogue: true })
    expect(await game({ type: 'services' })).toMatchObject({ result: true, data: [] })
  })

  test('gives the stock with a numeric route', async () => {
    const answer = await game({ type: 'service-stock', service: 'GPLAY50K-S2' })
    expect(answer.data).toMatchObject({ server: 2, stock: 40 })
  })
})

describe('nicknames', () => {
  const ask = (fields: Record<string, string>) => game({ type: 'get-nickname', ...fields })

  test('are the same for the same account', async () => {
    const account = { code: 'mobile-legends', target: '12345678', additional_target: '2685' }
    const first = await ask(account)
    expect(first).toMatchObject({
      result: true,
      data: expect.any(String),
      country: { code: expect.any(String) },
    })
    expect(await ask(account)).toEqual(first)
    expect(await ask({ code: 'free-fire', target: '5551234' })).not.toHaveProperty('country')
  })

  test.each([
    ['an id ending in 000', { target: '12345000', additional_target: '2685' }],
    ['letters', { target: 'abcdefgh', additional_target: '2685' }],
    ['a short zone', { target: '12345678', additional_target: '12' }],
    ['no zone', { target: '12345678' }],
  ])('refuse %s', async (_name, fields) => {
    expect(await ask({ code: 'mobile-legends', ...fields })).toMatchObject({ result: false, data: null })
  })
})

test('orders are listed for people and tests', async () => {
  await game(ORDER)
  expect(await getJson(`${url}/_sandbox/orders`)).toMatchObject({
    orders: [{ code: 'ML86-S1', target: '12345678' }],
  })
})

test('a share of orders fails for good, and orders are counted per code and target', async () => {
  await control('failures', { share: 1, kind: 'refused' })
  expect((await game(ORDER)).result).toBe(false)
  expect(await balance()).toBe(START_BALANCE)
  await control('failures', { share: 1, kind: 'failed' })
  expect((await game(ORDER)).result).toBe(true)
  await finishAll()
  expect(await balance()).toBe(START_BALANCE)
  await control('failures', { share: 0 })
  await game(ORDER)
  expect(await getJson(`${url}/_sandbox/purchases`)).toEqual({
    purchases: [{ code: 'ML86-S1', target: '12345678 2685', placed: 2, bought: 1 }],
  })
  await control('balance', { balance: 5 })
  expect(await balance()).toBe(5)
})
