import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningSandboxes } from '../main.ts'
import { getJson, postJson, startForTest, startReceiver, type Receiver } from '../testing.ts'
import { signatureKey } from './signature.ts'

const SERVER_KEY = 'SB-Mid-server-lapak-demo'
const AUTH = { Authorization: `Basic ${Buffer.from(`${SERVER_KEY}:`).toString('base64')}` }
const DAY_MS = 86_400_000

let sandboxes: RunningSandboxes
let receiver: Receiver
let url: string

beforeAll(async () => {
  sandboxes = await startForTest(['midtrans'])
  url = sandboxes.urls.midtrans ?? ''
})
beforeEach(async () => {
  await receiver?.close()
  receiver = await startReceiver()
  await control('reset')
  await control('config', { notificationUrl: receiver.url })
})
afterAll(async () => {
  await receiver.close()
  await sandboxes.stop()
})

const control = (path: string, body: unknown = {}) => postJson(`${url}/_sandbox/${path}`, body)
const core = (path: string, body: unknown = {}, headers = {}) =>
  postJson(`${url}/v2/${path}`, body, { ...AUTH, ...headers })
const status = (id: string) => getJson(`${url}/v2/${id}/status`, AUTH)

function details(orderId: string, amount = 15_000) {
  return { transaction_details: { order_id: orderId, gross_amount: amount } }
}

function charge(orderId: string, amount = 15_000, headers = {}) {
  return core('charge', { payment_type: 'qris', ...details(orderId, amount) }, headers)
}

async function openSnap(orderId: string, more = {}): Promise<{ token: string; redirect_url: string }> {
  const { body } = await postJson(`${url}/snap/v1/transactions`, { ...details(orderId), ...more }, AUTH)
  return body as { token: string; redirect_url: string }
}

function submit(target: string, fields: Record<string, string> = {}): Promise<Response> {
  return fetch(target, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
}

describe('Snap', () => {
  test.each([
    ['no details', {}, 'transaction_details is required'],
    ['a slash in the id', details('A/1'), 'invalid characters'],
    ['a long id', details('x'.repeat(51)), 'at most 50'],
    ['zero', details('A', 0), 'greater than or equal to 1'],
    ['a fraction', details('A', 1.5), 'must be an integer'],
    [
      'a wrong sum',
      { ...details('A'), item_details: [{ name: 'x', price: 7_000, quantity: 2 }] },
      'not equal to the sum',
    ],
    [
      'a long item name',
      { ...details('A', 1), item_details: [{ name: 'x'.repeat(51), price: 1, quantity: 1 }] },
      'at most 50',
    ],
    ['a bad unit', { ...details('A'), expiry: { duration: 1, unit: 'week' } }, 'unit must be one of'],
  ])('refuses %s', async (_name, request, message) => {
    const { status: code, body } = await postJson(`${url}/snap/v1/transactions`, request, AUTH)
    expect(code).toBe(400)
    expect(String(body.error_messages)).toContain(message)
  })

  test('refuses a wrong key', async () => {
    const { status: code, body } = await postJson(`${url}/snap/v1/transactions`, details('A'))
    expect(code).toBe(401)
    expect(body).toHaveProperty('error_messages')
  })

  test('knows no transaction until a method is chosen, then pays on the page', async () => {
    const page = await openSnap('A1', { callbacks: { finish: 'http://shop.example/done' } })
    expect(await status('A1')).toMatchObject({ status_code: '404' })
    expect(await (await fetch(page.redirect_url)).text()).toContain('value="bca_va"')
    await submit(`${page.redirect_url}/method`, { method: 'bca_va' })
    expect(await status('A1')).toMatchObject({ status_code: '201', va_numbers: [{ bank: 'bca' }] })
    expect(await (await fetch(page.redirect_url)).text()).toContain('Bayar sekarang')
    const paid = await submit(`${page.redirect_url}/pay`)
    expect(paid.headers.get('location')).toBe(
      'http://shop.example/done?order_id=A1&status_code=200&transaction_status=settlement',
    )
    expect(await status('A1')).toMatchObject({ status_code: '200', transaction_status: 'settlement' })
    const refused = await postJson(`${url}/snap/v1/transactions`, details('A1'), AUTH)
    expect(String(refused.body.error_messages)).toContain('has been paid and utilized')
  })

  test('a declined payment may be tried again', async () => {
    const page = await openSnap('A2')
    await submit(`${page.redirect_url}/method`, { method: 'other_qris' })
    await submit(`${page.redirect_url}/decline`)
    expect(await status('A2')).toMatchObject({ status_code: '202', transaction_status: 'deny' })
    expect(await (await fetch(page.redirect_url)).text()).toContain('Pembayaran ditolak')
    await submit(`${page.redirect_url}/method`, { method: 'gopay' })
    await submit(`${page.redirect_url}/pay`)
    expect(await status('A2')).toMatchObject({ transaction_status: 'settlement', payment_type: 'gopay' })
  })

  test('a second token cannot pay a paid order again', async () => {
    const [first, second] = [await openSnap('A6'), await openSnap('A6')]
    await control('pay', { order_id: 'A6' })
    const pages = [first, second].map(async ({ redirect_url: page }) => (await fetch(page)).text())
    const texts = await Promise.all(pages)
    expect(texts.filter((text) => text.includes('Pembayaran berhasil'))).toHaveLength(1)
    expect(texts.filter((text) => text.includes('Pesanan ini sudah dibayar'))).toHaveLength(1)
  })

  test('the page expires in silence', async () => {
    const page = await openSnap('A3', { page_expiry: { duration: 10, unit: 'minutes' } })
    await control('clock', { advanceMs: 11 * 60_000 })
    expect(await (await fetch(page.redirect_url)).text()).toContain('Waktu pembayaran sudah habis')
    expect(await getJson(`${url}/_sandbox/webhooks`)).toEqual({ webhooks: [] })
  })

  test('a token is cancelled once, and not while a transaction runs', async () => {
    const { token } = await openSnap('A4')
    const cancel = (id: string) => postJson(`${url}/snap/v1/transactions/${id}/cancel`, {}, AUTH)
    expect((await cancel(token)).body).toHaveProperty('canceled_at')
    expect((await cancel(token)).body).toEqual({ error_messages: ['token already canceled'] })
    expect((await cancel('nothing')).body).toEqual({ error_messages: ['token not found'] })
    const busy = await openSnap('A5')
    await submit(`${busy.redirect_url}/method`, { method: 'gopay' })
    expect((await cancel(busy.token)).body).toEqual({ error_messages: ['Transaction is on progress'] })
  })
})

describe('Core API', () => {
  test('a wrong key is told in the body and by HTTP', async () => {
    const { status: code, body } = await postJson(`${url}/v2/charge`, {})
    expect([code, body.status_code]).toEqual([401, '401'])
  })

  test('a bad charge is HTTP 400 with reasons', async () => {
    const { status: code, body } = await core('charge', { payment_type: 'qris' })
    expect([code, body.status_code]).toEqual([400, '400'])
    expect(body.validation_messages).toContain('transaction_details is required')
  })

  test.each([
    [{ payment_type: 'bank_transfer', bank_transfer: { bank: 'bni' } }, 'va_numbers'],
    [{ payment_type: 'bank_transfer', bank_transfer: { bank: 'permata' } }, 'permata_va_number'],
    [{ payment_type: 'permata' }, 'permata_va_number'],
    [{ payment_type: 'echannel', echannel: { bill_info1: 'a', bill_info2: 'b' } }, 'bill_key'],
    [{ payment_type: 'cstore', cstore: { store: 'indomaret' } }, 'payment_code'],
    [{ payment_type: 'gopay' }, 'actions'],
    [{ payment_type: 'qris' }, 'qr_string'],
  ])('charges %j', async (method, field) => {
    const { body } = await core('charge', { ...method, ...details('C1') })
    expect(body).toMatchObject({
      status_code: '201',
      transaction_status: 'pending',
      gross_amount: '15000.00',
    })
    expect(body).toHaveProperty(field)
  })

  test('serves the QR as PNG', async () => {
    const { body } = await charge('Q1')
    const [action] = body.actions as { url: string }[]
    const image = Buffer.from(await (await fetch(action?.url ?? '')).arrayBuffer())
    expect(image.subarray(1, 4).toString()).toBe('PNG')
  })

  test('an order id is free again after expire or cancel only', async () => {
    await charge('R1')
    expect((await charge('R1')).body.status_code).toBe('406')
    expect((await core('R1/cancel')).body).toMatchObject({ status_code: '200', transaction_status: 'cancel' })
    const second = await charge('R1')
    expect(second.body.status_code).toBe('201')
    expect((await core('R1/expire')).body).toMatchObject({ status_code: '407', transaction_status: 'expire' })
    expect(await status('R1')).toMatchObject({ status_code: '407' })
    expect((await charge('R1')).body.status_code).toBe('201')
    await control('pay', { order_id: 'R1' })
    expect((await charge('R1')).body.status_code).toBe('406')
    expect((await core('R1/cancel')).body.status_code).toBe('412')
    expect((await core('R1/expire')).body.status_code).toBe('412')
    expect(await status(String(second.body.transaction_id))).toMatchObject({ transaction_status: 'expire' })
  })

  test('a pending transaction expires at its time and says so', async () => {
    await core('charge', {
      payment_type: 'qris',
      ...details('E1'),
      custom_expiry: { expiry_duration: 5, unit: 'minute' },
    })
    await control('clock', { advanceMs: 5 * 60_000 })
    const [, expired] = await receiver.waitFor(2)
    expect(expired?.body).toMatchObject({ transaction_status: 'expire', status_code: '202' })
    expect(await status('E1')).toMatchObject({ status_code: '407', transaction_status: 'expire' })
  })

  test('an idempotency key replays a success for five minutes whatever the body', async () => {
    const key = { 'Idempotency-Key': 'k1' }
    const first = await charge('I1', 15_000, key)
    expect((await charge('I2', 20_000, key)).body).toEqual(first.body)
    expect(await status('I2')).toMatchObject({ status_code: '404' })
    await control('clock', { advanceMs: 5 * 60_000 })
    expect((await charge('I2', 20_000, key)).body.order_id).toBe('I2')
    expect((await charge('I3', 1_000, { 'Idempotency-Key': 'x'.repeat(47) })).body.order_id).toBe('I3')
  })
})

describe('refunds', () => {
  async function paid(orderId: string): Promise<void> {
    await charge(orderId, 10_000)
    await control('pay', { order_id: orderId })
  }

  test('count once per refund_key and never exceed the payment', async () => {
    await paid('F1')
    const first = await core('F1/refund', { refund_key: 'k1', amount: 4_000, reason: 'x' })
    expect(first.body).toMatchObject({
      status_code: '200',
      transaction_status: 'partial_refund',
      refund_amount: '4000.00',
    })
    expect((await core('F1/refund', { refund_key: 'k1', amount: 4_000 })).body.refund_chargeback_id).toBe(
      first.body.refund_chargeback_id,
    )
    expect((await core('F1/refund', { refund_key: 'k1', amount: 1 })).body.status_code).toBe('406')
    expect((await core('F1/refund', { refund_key: 'k2', amount: 6_001 })).body.status_code).toBe('414')
    expect((await core('F1/refund', { refund_key: 'k2' })).body).toMatchObject({
      transaction_status: 'refund',
    })
    expect((await core('F1/refund', { refund_key: 'k3' })).body.status_code).toBe('412')
  })

  test('send two notifications, the second confirmed by the bank', async () => {
    await paid('F2')
    await core('F2/refund/online/direct', { refund_key: 'k' })
    await control('clock', { advanceMs: 2_000 })
    const all = await receiver.waitFor(4)
    const refunds = all.slice(2).map(({ body }) => (body.refunds as Record<string, unknown>[])[0])
    expect(refunds[0]).not.toHaveProperty('bank_confirmed_at')
    expect(refunds[1]).toHaveProperty('bank_confirmed_at')
    expect(refunds[1]).toMatchObject({ refund_method: 'online', refund_key: 'k' })
  })

  test('are refused before payment, for virtual accounts, after the window and by the bank', async () => {
    await charge('F3')
    expect((await core('F3/refund')).body.status_code).toBe('412')
    await core('charge', { payment_type: 'bank_transfer', bank_transfer: { bank: 'bca' }, ...details('F4') })
    await control('pay', { order_id: 'F4' })
    expect((await core('F4/refund')).body.status_code).toBe('412')
    await paid('F5')
    await control('config', { directRefundRefused: true })
    expect((await core('F5/refund/online/direct')).body).toMatchObject({
      status_code: '202',
      transaction_status: 'settlement',
    })
    await control('clock', { advanceMs: 46 * DAY_MS })
    expect((await core('F5/refund')).body.status_code).toBe('412')
  })
})

describe('notifications', () => {
  test('carry signature, code and amount as strings, and the sender name', async () => {
    await charge('N1')
    await control('pay', { order_id: 'N1' })
    const [pending, settled] = await receiver.waitFor(2)
    expect(pending?.body).toMatchObject({ status_code: '201', transaction_status: 'pending' })
    expect(settled?.headers['user-agent']).toBe('Veritrans')
    expect(settled?.body).toMatchObject({
      status_code: '200',
      transaction_status: 'settlement',
      status_message: 'midtrans payment notification',
      gross_amount: '15000.00',
      signature_key: signatureKey({
        orderId: 'N1',
        statusCode: '200',
        grossAmount: '15000.00',
        serverKey: SERVER_KEY,
      }),
    })
  })

  test('go only to overriding URLs, and also to appended ones', async () => {
    await control('config', { notificationUrl: `${receiver.url}?to=main` })
    await charge('N2', 1_000, { 'X-Append-Notification': `${receiver.url}?to=more` })
    await receiver.waitFor(2)
    await charge('N3', 1_000, {
      'X-Override-Notification': receiver.url,
      'X-Append-Notification': `${receiver.url}?to=more`,
    })
    const all = await receiver.waitFor(3)
    expect(all.map(({ body }) => body.order_id)).toEqual(['N2', 'N2', 'N3'])
  })
})

describe('controls', () => {
  test('pay creates the transaction of a Snap token nobody used', async () => {
    await openSnap('P1')
    const { body } = await control('pay', { order_id: 'P1', payment_type: 'bca_va' })
    expect(await status('P1')).toMatchObject({
      transaction_id: body.transaction_id,
      payment_type: 'bank_transfer',
    })
    expect((await control('pay', { order_id: 'P1' })).status).toBe(409)
    expect((await control('pay', { order_id: 'unknown' })).status).toBe(404)
  })

  test('pay may report a wrong amount or pay twice', async () => {
    await openSnap('P2')
    const first = await control('pay', { order_id: 'P2', gross_amount: 14_000 })
    expect(await status('P2')).toMatchObject({ gross_amount: '14000.00' })
    const second = await control('pay', { order_id: 'P2', second_transaction: true })
    expect(second.body.transaction_id).not.toBe(first.body.transaction_id)
    expect(await status(String(second.body.transaction_id))).toMatchObject({
      transaction_status: 'settlement',
    })
  })

  test('transition keeps to the state table unless forced', async () => {
    await charge('T1')
    await control('pay', { order_id: 'T1' })
    expect((await control('transition', { order_id: 'T1', transaction_status: 'pending' })).status).toBe(409)
    const forced = { order_id: 'T1', transaction_status: 'pending', force: true }
    expect((await control('transition', forced)).body).toMatchObject({ transaction_status: 'pending' })
    expect((await control('transition', { order_id: 'T1', transaction_status: 'nonsense' })).status).toBe(400)
  })

  test('Mandiri may reverse a settlement; a deny may still succeed', async () => {
    await core('charge', {
      payment_type: 'echannel',
      echannel: { bill_info1: 'a', bill_info2: 'b' },
      ...details('T2'),
    })
    for (const step of ['settlement', 'deny', 'settlement']) {
      expect((await control('transition', { order_id: 'T2', transaction_status: step })).status).toBe(200)
    }
  })

  test('resend repeats the present state', async () => {
    await charge('S1')
    await control('resend', { order_id: 'S1' })
    const [first, second] = await receiver.waitFor(2)
    expect(second?.raw).toBe(first?.raw)
  })
})

test('a key that is not a test key is refused at start', async () => {
  await expect(startForTest(['midtrans'], { MIDTRANS_SERVER_KEY: 'Mid-server-real' })).rejects.toThrow(
    'test keys',
  )
})
