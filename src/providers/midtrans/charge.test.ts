import { expect, test } from 'vitest'
import type { GatewayOrder } from '../../payments/ports.ts'
import { checksumOf } from '../../shared/qris.ts'
import { openCharge } from './charge.ts'
import type { ChargeAnswer, CoreAnswer, MidtransApi } from './midtrans-api.ts'

const NOW = new Date('2025-01-31T11:00:00Z')

const order: GatewayOrder = {
  reference: 'LP-A-1',
  method: 'midtrans_qris',
  amount: 15_000,
  items: [],
  customer: { name: 'Budi', email: 'budi@example.com', phone: '' },
  expiresAt: new Date('2025-01-31T12:00:00Z'),
  now: NOW,
  returnUrl: 'https://shop.example/track/abc',
}

/** The wire, with one answer to a charge and one to a question about it. */
function wire(
  charged: ChargeAnswer,
  status: CoreAnswer = { kind: 'unavailable', detail: 'none' },
): MidtransApi {
  return {
    snap: () => Promise.reject(new Error('not asked for')),
    charge: async () => charged,
    pictureUrl: (type, id) => `https://core.example/v2/${type}/${id}/qr-code`,
    core: async () => status,
  }
}

function waiting(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    status_code: '201',
    transaction_id: 'tx-1',
    order_id: 'LP-A-1',
    gross_amount: '15000.00',
    transaction_status: 'pending',
    payment_type: 'qris',
    expiry_time: '2025-01-31 19:00:00',
    ...change,
  }
}

const created = (body: Record<string, unknown>): ChargeAnswer => ({ kind: 'answered', code: 201, body })
const open = (api: MidtransApi) => openCharge(api, order, { type: 'qris' })

function qris(amount: string): string {
  const text = `00020101021251230014ID.CO.QRIS.WWW0201153033605405${amount}5802ID5901A6001B6304`
  return text + checksumOf(text)
}

const picture = { name: 'generate-qr-code', method: 'GET', url: 'https://core.example/qr.png' }

test.each([
  ['a code', { qr_string: qris('15000') }, { qrString: qris('15000') }],
  ['the picture of a code', { actions: [picture] }, { redirectUrl: picture.url }],
  [
    'the picture when the code says another amount',
    { qr_string: qris('15001'), actions: [picture] },
    { redirectUrl: picture.url },
  ],
  [
    'the documented picture',
    { qr_string: 'M2B3' },
    { redirectUrl: 'https://core.example/v2/qris/tx-1/qr-code' },
  ],
  [
    'a virtual account',
    { payment_type: 'bank_transfer', va_numbers: [{ bank: 'bca', va_number: '888812345678' }] },
    { virtualAccount: { bank: 'bca', number: '888812345678' } },
  ],
  [
    'an account at Permata',
    { payment_type: 'permata', permata_va_number: '850001234567' },
    { virtualAccount: { bank: 'permata', number: '850001234567' } },
  ],
  [
    'a bill at Mandiri',
    { payment_type: 'echannel', biller_code: '70012', bill_key: '123456789012' },
    { bill: { billerCode: '70012', billKey: '123456789012' } },
  ],
  [
    'a code for a store',
    { payment_type: 'cstore', store: 'indomaret', payment_code: '12345678901234' },
    { storeCode: { store: 'indomaret', code: '12345678901234' } },
  ],
])('shows %s', async (_, fields, ways) => {
  expect(await open(wire(created(waiting(fields))))).toEqual({
    ok: true,
    value: { ...ways, gatewayTransactionId: 'tx-1' },
  })
})

test('the app of a wallet is opened by its own address, when that leads to a page', async () => {
  const gopay = (url: string) =>
    created(
      waiting({
        payment_type: 'gopay',
        actions: [picture, { name: 'deeplink-redirect', method: 'GET', url }],
      }),
    )
  expect(await open(wire(gopay('https://gopay.example/x')))).toMatchObject({
    value: { redirectUrl: 'https://gopay.example/x' },
  })
  expect(await open(wire(gopay('gojek://pay')))).toMatchObject({ value: { redirectUrl: picture.url } })
})

test('another end than ours is told', async () => {
  const body = waiting({ qr_string: qris('15000'), expiry_time: '2025-01-31 18:15:00' })
  expect(await open(wire(created(body)))).toMatchObject({
    value: { expiresAt: new Date('2025-01-31T11:15:00Z') },
  })
})

const found = (change: Record<string, unknown> = {}): CoreAnswer => ({
  kind: 'answered',
  code: 201,
  body: waiting(change),
})
const LOST: ChargeAnswer = { kind: 'lost', detail: 'TimeoutError' }
const DUPLICATE: ChargeAnswer = { kind: 'answered', code: 406, body: {} }

test.each([
  ['a lost answer', LOST],
  ['an answer that cannot be read', created({ status_code: '201' })],
  ['a reference that was used before', DUPLICATE],
])('after %s the transaction behind the reference is shown', async (_, charged) => {
  expect(await open(wire(charged, found()))).toMatchObject({
    ok: true,
    value: { gatewayTransactionId: 'tx-1', redirectUrl: 'https://core.example/v2/qris/tx-1/qr-code' },
  })
})

test.each([
  ['of another sum', { gross_amount: '15001.00' }],
  ['of another reference', { order_id: 'LP-B-1' }],
  ['that was paid', { transaction_status: 'settlement' }],
])('a transaction %s is not shown', async (_, change) => {
  expect(await open(wire(LOST, found(change)))).toMatchObject({ error: { code: 'unknown' } })
  expect(await open(wire(DUPLICATE, found(change)))).toMatchObject({ error: { code: 'taken' } })
})

test.each([
  [400, 'rejected'],
  [401, 'unavailable'],
  [402, 'unavailable'],
  [410, 'unavailable'],
  [202, 'unavailable'],
  [500, 'unavailable'],
])('code %i opens nothing', async (code, refusal) => {
  const charged: ChargeAnswer = { kind: 'answered', code, body: { status_message: 'why' } }
  expect(await open(wire(charged))).toEqual({
    ok: false,
    error: { code: refusal, detail: `code ${code}: why` },
  })
})

test.each([500, 503])(
  'code %i may have reached the app of a wallet: it is looked up, and never given up',
  async (code) => {
    const failed: ChargeAnswer = { kind: 'answered', code, body: { status_message: 'why' } }
    const push = (api: MidtransApi) =>
      openCharge(api, { ...order, method: 'midtrans_gopay' }, { type: 'gopay' })
    expect(await push(wire(failed))).toEqual({
      ok: false,
      error: { code: 'unknown', detail: `code ${code}: why` },
    })
    expect(await push(wire(failed, found({ payment_type: 'gopay' })))).toMatchObject({
      value: { gatewayTransactionId: 'tx-1' },
    })
  },
)
