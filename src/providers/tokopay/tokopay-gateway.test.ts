import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { GatewayAttempt, GatewayOrder, PaymentGateway } from '../../payments/ports.ts'
import { checksumOf } from '../../shared/qris.ts'
import { orderSignature } from './signature.ts'
import { createTokopayGateway } from './tokopay-gateway.ts'

const SECRET = 'a-secret-of-the-shop'
const NOW = new Date('2026-03-01T03:00:00Z')
const IN_ONE_HOUR = new Date(NOW.getTime() + 3_600_000)

let server: Server
let gateway: PaymentGateway
let asked: { method: string; url: string; body: string }[] = []
let answer: { status?: number; text: string }
const warn = vi.fn<(detail: string) => void>()

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      asked.push({ method: request.method ?? '', url: request.url ?? '', body })
      response.writeHead(answer.status ?? 200).end(answer.text)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  gateway = createTokopayGateway({
    merchantId: 'M1',
    secret: SECRET,
    apiUrl: `http://127.0.0.1:${port}/`,
    clock: { now: () => NOW },
    warn,
  })
})
beforeEach(() => {
  asked = []
  warn.mockReset()
})
afterAll(() => void server.close())

function says(data: Record<string, unknown>, status: unknown = 'Success'): void {
  answer = { text: JSON.stringify({ status, data }) }
}

function bill(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    trx_id: 'TP260301ABCD000001',
    pay_url: 'https://pay.example/TP1',
    total_bayar: 15_000,
    total_diterima: 14_745,
    panduan_pembayaran: '<script>alert(1)</script>',
    other: '',
    ...change,
  }
}

function order(change: Partial<GatewayOrder> = {}): GatewayOrder {
  return {
    reference: 'LP-A-1',
    method: 'tokopay_qris',
    amount: 15_000,
    items: [],
    customer: { name: 'Budi', email: 'budi@example.com', phone: '+628123' },
    expiresAt: IN_ONE_HOUR,
    now: NOW,
    returnUrl: 'https://shop.example/track/abc',
    ...change,
  }
}

function attempt(change: Partial<GatewayAttempt> = {}): GatewayAttempt {
  return {
    reference: 'LP-A-1',
    method: 'tokopay_qris',
    amount: 15_000,
    payable: 15_000,
    expiresAt: IN_ONE_HOUR,
    gatewayTransactionId: 'TP260301ABCD000001',
    ...change,
  }
}

function qris(amount: number): string {
  const text = `00020101021251230014ID.CO.QRIS.WWW020115303360540${String(amount).length}${amount}5802ID5901A6001B6304`
  return text + checksumOf(text)
}

test('opens without sending the secret, and says how to pay and what reaches us', async () => {
  says(bill({ qr_string: qris(15_000) }))
  expect(await gateway.open(order())).toEqual({
    ok: true,
    value: {
      redirectUrl: 'https://pay.example/TP1',
      qrString: qris(15_000),
      gatewayTransactionId: 'TP260301ABCD000001',
      net: 14_745,
    },
  })
  expect(asked[0]).toMatchObject({ method: 'POST', url: '/v1/order' })
  expect(JSON.stringify(asked)).not.toContain(SECRET)
  expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
    merchant_id: 'M1',
    kode_channel: 'QRIS',
    reff_id: 'LP-A-1',
    amount: 15_000,
    expired_ts: IN_ONE_HOUR.getTime() / 1_000,
  })
})

test.each([
  ['another amount', { qr_string: qris(1_500) }],
  ['a wrong checksum', { qr_string: `${qris(15_000).slice(0, -4)}0000` }],
  ['no code', { qr_string: '' }],
  ['null', { qr_string: null }],
])('a code with %s is not shown: the page stays', async (_, change) => {
  says(bill(change))
  const opened = await gateway.open(order())
  expect(opened).toMatchObject({ ok: true, value: { redirectUrl: 'https://pay.example/TP1' } })
  expect(opened.ok && 'qrString' in opened.value).toBe(false)
})

test('a virtual account names its bank, an e-wallet leads to its own page', async () => {
  says(bill({ nomor_va: '8888123456789012' }))
  expect(await gateway.open(order({ method: 'tokopay_bri_va' }))).toMatchObject({
    value: { virtualAccount: { bank: 'bri', number: '8888123456789012' } },
  })
  says(bill({ checkout_url: 'https://dana.example/x' }))
  expect(await gateway.open(order({ method: 'tokopay_dana' }))).toMatchObject({
    value: { redirectUrl: 'https://dana.example/x' },
  })
})

test('a fee on top changes what is payable, also in the code; the amounts may be text', async () => {
  says(bill({ total_bayar: '15205', total_diterima: '15000', qr_string: qris(15_205) }))
  expect(await gateway.open(order())).toMatchObject({
    ok: true,
    value: { payable: 15_205, net: 15_000, qrString: qris(15_205) },
  })
})

test.each([
  ['less than we asked for', { total_bayar: 14_999 }],
  ['ten times as much', { total_bayar: 150_000 }],
  ['nothing more: it is paid', { status: 'Success' }],
  ['nothing more: it is over', { status: 'expired' }],
])('a bill that asks for %s is not ours to show', async (_, change) => {
  says(bill(change))
  expect(await gateway.open(order())).toMatchObject({ ok: false, error: { code: 'taken' } })
})

test.each([
  ['status 0', 200, '{"status":0,"error_msg":"Channel ditutup"}', 'unavailable'],
  ['status 0 and HTTP 400', 400, '{"status":0,"rc":500,"error_msg":"Channel ditutup"}', 'unavailable'],
  ['a proxy page', 502, '<html>', 'unavailable'],
  ['a page with HTTP 200', 200, '<html>', 'unknown'],
  ['nothing', 200, '', 'unknown'],
  ['no data', 200, '{"status":"Success"}', 'unknown'],
  ['no transaction id', 200, '{"status":"Success","data":{"total_bayar":15000}}', 'unknown'],
  ['a fraction', 200, '{"status":"Success","data":{"trx_id":"T1","total_bayar":15000.5}}', 'unknown'],
  ['no way to pay', 200, '{"status":"Success","data":{"trx_id":"T1","total_bayar":15000}}', 'unknown'],
])('opening answered by %s', async (_, status, text, code) => {
  answer = { status, text }
  expect(await gateway.open(order())).toMatchObject({ ok: false, error: { code } })
})

test.each([
  ['a proxy page', '<html>'],
  ['a bill', JSON.stringify({ status: 1, data: bill() })],
])(
  'HTTP 500 with %s may have reached the app of a wallet; elsewhere nobody was shown a bill',
  async (_, text) => {
    answer = { status: 500, text }
    expect(await gateway.open(order({ method: 'tokopay_ovo' }))).toMatchObject({ error: { code: 'unknown' } })
    expect(await gateway.open(order())).toMatchObject({ error: { code: 'unavailable' } })
  },
)

test('a bill lives five minutes at least, and we are told when that is later than our own end', async () => {
  says(bill())
  const expiresAt = new Date(NOW.getTime() + 1_000)
  const later = new Date(NOW.getTime() + 300_000)
  expect(await gateway.open(order({ expiresAt }))).toMatchObject({ value: { expiresAt: later } })
  expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ expired_ts: later.getTime() / 1_000 })
})

test('a bill whose opening was never answered is not asked about: the question would make one', async () => {
  const { gatewayTransactionId: _, ...unopened } = attempt()
  expect(await gateway.ask(unopened)).toEqual({ ok: true, value: { state: 'not_found' } })
  expect(asked).toEqual([])
})

test('asks with everything the bill was opened with', async () => {
  says(bill({ status: 'Unpaid' }))
  await gateway.ask(attempt())
  expect(asked[0]?.method).toBe('GET')
  expect(asked[0]?.url).toBe(`/v1/order?merchant=M1&secret=${SECRET}&ref_id=LP-A-1&nominal=15000&metode=QRIS`)
})

test.each([
  ['Unpaid', 'pending'],
  ['unpaid', 'pending'],
  ['Proses Callback', 'pending'],
  ['Success', 'paid'],
  ['Completed', 'paid'],
  ['COMPLETED', 'paid'],
  ['Paid', 'paid'],
  ['Failed', 'failed'],
  ['Expired', 'expired'],
])('a bill that is %s is %s, whatever the outer status says', async (status, state) => {
  says(bill({ status }), 1)
  expect(await gateway.ask(attempt())).toMatchObject({
    ok: true,
    value: { state, transactionId: 'TP260301ABCD000001', reference: 'LP-A-1', amount: 15_000, net: 14_745 },
  })
  expect(warn).not.toHaveBeenCalled()
})

test('an unknown word never says paid: it waits, and somebody is told', async () => {
  says(bill({ status: 'Success?' }))
  expect(await gateway.ask(attempt())).toMatchObject({ value: { state: 'pending' } })
  expect(warn).toHaveBeenCalledOnce()
})

test.each([
  ['a number', 1],
  ['a boolean', true],
  ['nothing', null],
  ['empty', ''],
  ['an object', { word: 'Success' }],
])(
  'a status that is %s never says paid and does not stop the questions: it waits, and somebody is told',
  async (_, status) => {
    says(bill({ status }))
    expect(await gateway.ask(attempt())).toMatchObject({ ok: true, value: { state: 'pending' } })
    expect(warn).toHaveBeenCalledOnce()
  },
)

test('a bill that the question itself made is none of ours', async () => {
  says(bill({ status: 'Unpaid', trx_id: 'TP-ANOTHER' }))
  expect(await gateway.ask(attempt())).toEqual({ ok: true, value: { state: 'not_found' } })
  says(bill({ status: 'Success', trx_id: 'TP-ANOTHER' }))
  expect(await gateway.ask(attempt())).toMatchObject({
    value: { state: 'paid', transactionId: 'TP-ANOTHER' },
  })
})

test('the echo of another reference or merchant is passed on, so that it is noticed', async () => {
  says(bill({ status: 'Success', reff_id: 'LP-B-1', merchant_id: 'M2' }))
  expect(await gateway.ask(attempt())).toMatchObject({
    value: { reference: 'LP-B-1', merchantMatches: false },
  })
})

test.each([
  ['status 0', 200, '{"status":0,"error_msg":"x"}'],
  ['no status of the bill', 200, '{"status":"Success","data":{"trx_id":"T1","total_bayar":15000}}'],
  [
    'HTTP 500 with a body that says paid',
    500,
    JSON.stringify({ status: 1, data: bill({ status: 'Success' }) }),
  ],
])('asking answered by %s says nothing about the bill', async (_, status, text) => {
  answer = { status, text }
  expect(await gateway.ask(attempt())).toMatchObject({ ok: false, error: { code: 'unavailable' } })
})

test('what they say about an error never carries the secret', async () => {
  answer = { text: JSON.stringify({ status: 0, error_msg: `merchant M1 secret ${SECRET} ditolak` }) }
  const told = [await gateway.open(order()), await gateway.ask(attempt()), await gateway.probe()]
  expect(JSON.stringify(told)).not.toContain(SECRET)
  expect(JSON.stringify(told)).toContain('[secret]')
})

test.each(['Success', 'Completed', 1, true])('a message whose state is %j names its bill', (status) => {
  const signature = orderSignature({ merchantId: 'M1', secret: SECRET }, 'LP-A-1')
  const message = { reff_id: 'LP-A-1', status, signature, data: { merchant_id: 'M1' } }
  expect(gateway.readMessage(Buffer.from(JSON.stringify(message)), new Headers())).toMatchObject({
    ok: true,
    value: { reference: 'LP-A-1', claimedState: String(status).toLowerCase() },
  })
})

test('ending is not supported, refunding not possible', async () => {
  expect(await gateway.cancel(attempt())).toMatchObject({ ok: false, error: { code: 'unsupported' } })
  expect(await gateway.expire(attempt())).toMatchObject({ ok: false, error: { code: 'unsupported' } })
  const refund = { attempt: attempt(), refundKey: 'r1', amount: 1, reason: 'x' }
  expect(await gateway.refund(refund)).toMatchObject({ state: 'not_possible' })
  expect(asked).toEqual([])
})

test('offers QRIS and BRI by default', () => {
  const offered = gateway.methods.filter(({ onByDefault }) => onByDefault)
  expect(offered.map(({ method }) => method)).toEqual(['tokopay_qris', 'tokopay_bri_va'])
  expect(new Set(gateway.methods.map(({ method }) => method)).size).toBe(gateway.methods.length)
})
