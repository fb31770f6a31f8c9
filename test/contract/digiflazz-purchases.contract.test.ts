import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PlaceOutcome, RefusalReason } from '../../src/fulfilment/ports.ts'
import { familyOf } from '../../src/providers/digiflazz/catalogue.ts'
import { createDigiflazz } from '../../src/providers/digiflazz/digiflazz.ts'
import { readTransaction } from '../../src/providers/digiflazz/purchases.ts'
import { readTargetForm } from '../../src/providers/digiflazz/target-form.ts'
import { DIGIFLAZZ_DEMO, DIGIFLAZZ_SECRET, startDigiflazzSandbox } from './digiflazz-sandbox.ts'
import { describeSupplier } from './supplier.contract.ts'

const TIMEOUTS = { orderMs: 700, readMs: 700 }
const REQUEST = {
  reference: '01900000-0000-7000-8000-000000000001',
  serviceCode: 'ml86',
  targetNo: '0123456782685',
  targetZone: '',
  maxPrice: 100_000,
}
const REFUSAL_CODES: Record<RefusalReason, string> = {
  account: '44',
  throttled: '85',
  unavailable: '68',
  target: '87',
  other: '47',
}

describeSupplier('digiflazz', async () => {
  const sandbox = await startDigiflazzSandbox()
  let current = sandbox.connect({ timeouts: TIMEOUTS })
  const script = (body: unknown): Promise<unknown> => sandbox.control('outcome', body)
  return {
    get supplier() {
      return current.supplier
    },
    unreachable: createDigiflazz({ apiUrl: await closedUrl(), ...DIGIFLAZZ_DEMO }).supplier,
    request: REQUEST,
    displayName: '',
    async reset() {
      await sandbox.control('reset', {})
      await sandbox.control('config', { webhookUrl: '', completeAfterMs: 3_600_000 })
      current = sandbox.connect({ timeouts: TIMEOUTS })
    },
    breakOrders: async (fault) =>
      void (await sandbox.control('faults', [{ match: { path: '/v1/transaction' }, fault }])),
    breakReads: async (fault) => void (await sandbox.control('faults', [{ match: {}, fault }])),
    refuseVaguely: async () => void (await script({ status: 'Refuse', rc: '49' })),
    refuseFor: async (reason) => void (await script({ status: 'Refuse', rc: REFUSAL_CODES[reason] })),
    async finish(refId, word, note) {
      const [status, rc] = word.split(' ')
      await sandbox.control('finish', { refId, status, rc, note })
    },
    countCharged: async () => (await sandbox.orders()).orders.filter((order) => !order.isRefunded).length,
    words: { success: 'Sukses 00', failed: 'Gagal 54', unfamiliar: 'Pending 777' },
    stop: sandbox.stop,
  }
})

/** An address where nothing listens: a port that was free a moment ago. */
async function closedUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}/v1`
}

describe('what a code means', () => {
  const read = (data: unknown): PlaceOutcome => readTransaction('R', { kind: 'answered', data })
  const answer = (rc: string, status: string): PlaceOutcome =>
    read({ ref_id: 'R', rc, status, message: 'pesan', sn: 'SN', price: 10_000 })

  test.each([
    ['00', 'Sukses', { kind: 'accepted', state: 'success', note: 'SN', price: 10_000 }],
    ['03', 'Pending', { kind: 'accepted', state: 'pending' }],
    ['99', 'Pending', { kind: 'accepted', state: 'pending' }],
    ['01', 'Gagal', { kind: 'accepted', state: 'failed', provisional: true }],
    ['02', 'Gagal', { kind: 'accepted', state: 'failed', reason: 'other' }],
    ['54', 'Gagal', { kind: 'accepted', state: 'failed', reason: 'target' }],
    ['55', 'Gagal', { kind: 'accepted', state: 'failed', reason: 'unavailable' }],
    ['58', 'Gagal', { kind: 'accepted', state: 'failed', reason: 'throttled' }],
    ['66', 'Gagal', { kind: 'refused', reason: 'throttled' }],
    ['85', 'Gagal', { kind: 'refused', reason: 'throttled' }],
    ['44', 'Gagal', { kind: 'refused', reason: 'account', lacksBalance: true }],
    ['41', 'Gagal', { kind: 'refused', reason: 'account' }],
    ['63', 'Gagal', { kind: 'refused', reason: 'unavailable' }],
    ['69', 'Gagal', { kind: 'refused', reason: 'unavailable' }],
    ['49', 'Gagal', { kind: 'unknown' }],
    ['74', 'Gagal', { kind: 'accepted', state: 'failed' }],
    ['777', 'Sukses', { kind: 'accepted', state: 'success' }],
    ['777', 'Gagal', { kind: 'accepted', state: 'failed' }],
    ['777', 'Soon', { kind: 'accepted', state: 'pending' }],
    ['39', 'Pending', { kind: 'accepted', state: 'pending' }],
    ['00', 'Gagal', { kind: 'accepted', state: 'pending' }],
    ['54', 'Sukses', { kind: 'accepted', state: 'pending' }],
    ['02', 'Pending', { kind: 'accepted', state: 'pending' }],
    ['68', 'Pending', { kind: 'accepted', state: 'pending' }],
    ['00', 'Pending', { kind: 'accepted', state: 'pending' }],
    ['02', '', { kind: 'accepted', state: 'failed' }],
  ])('%s %s', (rc, status, expected) => {
    expect(answer(rc, status)).toMatchObject(expected)
  })

  test('an answer about another purchase, or about none, proves nothing', () => {
    expect(read({ ref_id: 'S', rc: '00', status: 'Sukses' })).toMatchObject({ kind: 'unknown' })
    expect(read({})).toMatchObject({ kind: 'unknown' })
    expect(read({ deposit: 5 })).toMatchObject({ kind: 'unknown' })
  })
})

describe('the call itself', () => {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push(body)
      response.end('{"data":{"ref_id":"R","rc":"03","status":"Pending"}}')
    })
  })
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve())))
  afterAll(() => new Promise((resolve) => server.close(resolve)))
  beforeEach(() => void (bodies.length = 0))

  test('is the same, byte for byte, however often it is made; leading zeros stay', async () => {
    const { port } = server.address() as AddressInfo
    const options = { apiUrl: `http://127.0.0.1:${port}/v1`, ...DIGIFLAZZ_DEMO }
    for (let call = 0; call < 3; call += 1) await createDigiflazz(options).supplier.place(REQUEST)
    expect(new Set(bodies).size).toBe(1)
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      ref_id: REQUEST.reference,
      customer_no: '0123456782685',
      max_price: 100_000,
    })
  })
})

describe('digiflazz messages', () => {
  const { supplier } = createDigiflazz({
    apiUrl: 'http://127.0.0.1:9/v1',
    ...DIGIFLAZZ_DEMO,
    webhookSecret: DIGIFLAZZ_SECRET,
  })
  const sign = (body: string, secret = DIGIFLAZZ_SECRET): string =>
    `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`
  const read = (body: string, signature: string | null): unknown =>
    supplier.readMessage(
      Buffer.from(body),
      new Headers(signature === null ? {} : { 'X-Hub-Signature': signature }),
    )
  const update = '{"data":{"ref_id":"R1","rc":"00","status":"Sukses","sn":"NAMA\\/2019"}}'

  test('are read by our reference, when the exact bytes are signed', () => {
    const expected = { ok: true, value: { reference: 'R1', claimedState: 'sukses' } }
    expect(read(update, sign(update))).toEqual(expected)
    const reversed = '{"data":{"ref_id":"R1","rc":"74","status":"Gagal"}}'
    expect(read(reversed, sign(reversed))).toMatchObject({ value: { claimedState: 'reversed' } })
  })

  test.each([
    ['no signature', update, null],
    ['an empty one', update, ''],
    ['another secret', update, sign(update, 'x')],
    ['the same JSON in other bytes', `${update}\n`, sign(update)],
    ['slashes written anew', JSON.stringify(JSON.parse(update)), sign(update)],
  ])('are forged with %s', (_, body, signature) => {
    expect(read(body, signature)).toEqual({ ok: false, error: { code: 'forged' } })
  })

  test('are all forged while no secret is known', () => {
    const silent = createDigiflazz({ apiUrl: 'http://127.0.0.1:9/v1', ...DIGIFLAZZ_DEMO }).supplier
    const headers = new Headers({ 'X-Hub-Signature': sign(update, '') })
    expect(silent.readMessage(Buffer.from(update), headers)).toEqual({ ok: false, error: { code: 'forged' } })
  })

  test('a ping names no purchase, and anything else is malformed', () => {
    const ping = JSON.stringify({ sed: 'ping', hook_id: '1', hook: { secret: DIGIFLAZZ_SECRET } })
    expect(read(ping, sign(ping))).toEqual({ ok: true, value: { claimedState: 'ping' } })
    for (const body of ['', '[]', '{}', '{"data":{}}', 'null'])
      expect(read(body, sign(body))).toEqual({ ok: false, error: { code: 'malformed' } })
  })
})

describe('what a row delivers, and to whom', () => {
  test.each([
    ['TELKOMSEL', 'Umum', 'TELKOMSEL'],
    ['TELKOMSEL', 'Pulsa Transfer', 'TELKOMSEL Pulsa Transfer'],
    ['MOBILE LEGENDS', 'Membership', 'MOBILE LEGENDS'],
    ['MOBILE LEGENDS', '', 'MOBILE LEGENDS'],
  ])('%s of type %s belongs to %s', (brand, type, family) => {
    expect(familyOf(brand, type)).toBe(family)
  })

  test.each([
    ['no pelanggan = gabungan antara user_id dan zone_id', 'joined'],
    ['isi user_id|zone_id', 'piped'],
    ['-', 'single'],
    ['', 'single'],
  ])('the number of %j is %s', (description, form) => {
    expect(readTargetForm(description)).toBe(form)
  })
})
