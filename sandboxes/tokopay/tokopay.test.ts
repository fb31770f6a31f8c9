import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningSandboxes } from '../main.ts'
import { crc16 } from '../qris.ts'
import { getJson, postJson, startForTest, startReceiver, type Receiver } from '../testing.ts'

const MERCHANT = 'M240000DEMO001'
const SECRET = 'demo-tokopay-secret-0123456789abcdef'
const TAKEN = '{"status": true}'
const MINUTE_MS = 60_000

let sandboxes: RunningSandboxes
let receiver: Receiver
let url: string

beforeAll(async () => {
  sandboxes = await startForTest(['tokopay'])
  url = sandboxes.urls.tokopay ?? ''
})
beforeEach(async () => {
  await receiver?.close()
  receiver = await startReceiver()
  receiver.answerWith(200, TAKEN)
  await control('reset')
  await control('config', { notificationUrl: receiver.url })
})
afterAll(async () => {
  await receiver.close()
  await sandboxes.stop()
})

type Answer = { status: unknown; error_msg?: string; data: Record<string, unknown> }

const md5 = (...parts: string[]) => createHash('md5').update(parts.join(':')).digest('hex')
const control = (path: string, body: unknown = {}) => postJson(`${url}/_sandbox/${path}`, body)

async function simple(refId: string, metode = 'QRISREALTIME', nominal = 15_000, more = {}): Promise<Answer> {
  const query = {
    merchant: MERCHANT,
    secret: SECRET,
    ref_id: refId,
    nominal: String(nominal),
    metode,
    ...more,
  }
  return (await getJson(`${url}/v1/order?${new URLSearchParams(query).toString()}`)) as Answer
}

async function advanced(refId: string, more = {}, path = '/v1/order'): Promise<Answer> {
  const { body } = await postJson(`${url}${path}`, {
    merchant_id: MERCHANT,
    kode_channel: 'QRIS',
    reff_id: refId,
    amount: 20_000,
    customer_name: 'Budi',
    customer_email: 'budi@example.com',
    customer_phone: '08110000000',
    redirect_url: 'http://shop.example/done',
    expired_ts: 0,
    signature: md5(MERCHANT, SECRET, refId),
    ...more,
  })
  return body as Answer
}

describe('orders', () => {
  test.each([
    ['QRISREALTIME', ['other', 'qr_link', 'qr_string']],
    ['BRIVA', ['nomor_va']],
    ['DANA', ['checkout_url']],
  ])('%s carries the fields of its group', async (metode, fields) => {
    const { status, data } = await simple(`G-${metode}`, metode)
    expect(status).toBe('Success')
    const common = ['panduan_pembayaran', 'pay_url', 'status', 'total_bayar', 'total_diterima', 'trx_id']
    expect(Object.keys(data).sort()).toEqual([...common, ...fields].sort())
    expect(data.trx_id).toMatch(/^TP\d{6}[A-Z]{4}\d{6}$/)
  })

  test('a QR string has a valid checksum and the amount, and the image is a PNG', async () => {
    const { data } = await simple('Q1')
    const text = String(data.qr_string)
    expect(text.slice(-4)).toBe(crc16(text.slice(0, -4)))
    expect(text).toContain('540515000')
    const image = Buffer.from(await (await fetch(String(data.qr_link))).arrayBuffer())
    expect(image.subarray(1, 4).toString()).toBe('PNG')
  })

  test.each([
    ['merchant', 15_000, 14_745],
    ['buyer', 15_255, 15_000],
  ])('the fee is borne by the %s', async (feeMode, asked, received) => {
    await control('config', { feeMode })
    const { data } = await simple('F1')
    expect([data.total_bayar, data.total_diterima]).toEqual([asked, received])
  })

  test('a used ref_id shows the first bill, whatever else the call says', async () => {
    const first = await simple('R1')
    const again = await simple('R1', 'BRIVA', 99_000)
    expect(again).toEqual(first)
    const posted = await advanced('R1', { amount: 5 }, '/v1/order/')
    expect(posted.data.trx_id).toBe(first.data.trx_id)
    await control('pay', { ref_id: 'R1' })
    expect((await simple('R1')).data.status).toBe('Success')
  })

  test.each([
    ['a wrong secret', { secret: 'x' }],
    ['an unknown channel', { metode: 'NOPE' }],
    ['a fraction', { nominal: '1.5' }],
    ['no ref_id', { ref_id: '' }],
    ['too much for QRIS', { nominal: '10000001' }],
  ])('%s is told by the number 0', async (_name, more) => {
    expect(await simple('E1', 'QRIS', 1_000, more)).toMatchObject({
      status: 0,
      error_msg: expect.any(String) as unknown,
    })
    expect(await simple('E1')).toMatchObject({ status: 'Success' })
  })

  test('a wrong signature, a missing field and a closed channel are refused', async () => {
    expect((await advanced('E2', { signature: md5(MERCHANT, SECRET, 'other') })).status).toBe(0)
    expect((await advanced('E2', { customer_name: undefined })).error_msg).toContain('customer_name')
    await control('config', { closedChannels: ['QRIS'] })
    expect((await advanced('E2')).status).toBe(0)
  })

  test('a bill expires by the clock and says nothing', async () => {
    const soon = Math.floor(Date.now() / 1_000) + 600
    await advanced('X1', { expired_ts: soon })
    await control('clock', { advanceMs: 11 * MINUTE_MS })
    expect((await advanced('X1')).data.status).toBe('Expired')
    expect((await control('pay', { ref_id: 'X1' })).status).toBe(409)
    expect(receiver.received).toHaveLength(0)
    await control('pay', { ref_id: 'X1', force: true })
    expect((await receiver.waitFor(1))[0]?.body.status).toBe('Success')
  })

  test('check-order and balance only read', async () => {
    const check = (refId: string) =>
      getJson(`${url}/v1/check-order?merchant_id=${MERCHANT}&secret=${SECRET}&ref_id=${refId}`)
    expect(await check('C1')).toMatchObject({ status: 0 })
    expect(await getJson(`${url}/_sandbox/state`)).toMatchObject({ state: { bills: [] } })
    await simple('C1')
    expect(await check('C1')).toMatchObject({ status: 1, data: { status: 'Unpaid', nominal: 15_000 } })
    await control('pay', { ref_id: 'C1', status: 'Completed' })
    const signature = md5(MERCHANT, SECRET)
    expect(
      await getJson(`${url}/v1/merchant/balance?merchant=${MERCHANT}&signature=${signature}`),
    ).toMatchObject({ status: 1, data: { saldo_tersedia: 14_745, saldo_tertahan: 0 } })
    await control('config', { checkOrder: false })
    const gone = await fetch(`${url}/v1/check-order?merchant_id=${MERCHANT}&secret=${SECRET}&ref_id=C1`)
    expect(gone.status).toBe(404)
  })
})

describe('the pay page', () => {
  test('is paid by a form and returns to the shop', async () => {
    const { data } = await advanced('P1')
    const payUrl = String(data.pay_url)
    const page = await (await fetch(payUrl)).text()
    expect(page).toContain('Bayar sekarang (simulasi)')
    expect(page).not.toContain('<script')
    const paid = await fetch(payUrl, { method: 'POST', redirect: 'manual' })
    expect([paid.status, paid.headers.get('location')]).toEqual([303, 'http://shop.example/done'])
    expect((await advanced('P1')).data.status).toBe('Success')
    expect(await (await fetch(payUrl)).text()).toContain('Pembayaran berhasil')
  })

  test('speaks English when asked, and tells when the time is over', async () => {
    const { data } = await simple('P2', 'BRIVA')
    const english = await (await fetch(`${String(data.pay_url)}?lang=en`)).text()
    expect(english).toContain('<html lang="en">')
    expect(english).toContain('Pay now (simulation)')
    await control('expire', { ref_id: 'P2' })
    expect(await (await fetch(String(data.pay_url))).text()).toContain('Waktu pembayaran sudah habis')
    await fetch(String(data.pay_url), { method: 'POST', redirect: 'manual' })
    expect((await simple('P2')).data.status).toBe('Expired')
  })
})

describe('webhooks', () => {
  const signature = (refId: string) => md5(MERCHANT, SECRET, refId)

  test('the signature stays the same from Success to Completed', async () => {
    await simple('W1')
    await control('pay', { ref_id: 'W1' })
    await control('pay', { ref_id: 'W1', status: 'Completed' })
    const [first, second] = await receiver.waitFor(2)
    expect(first?.body).toMatchObject({
      reff_id: 'W1',
      status: 'Success',
      signature: signature('W1'),
      data: { total_dibayar: 15_000, total_diterima: 14_745, payment_channel: 'QRISREALTIME' },
    })
    expect(second?.body).toMatchObject({ status: 'Completed', signature: signature('W1') })
    expect((await control('pay', { ref_id: 'W1' })).status).toBe(409)
  })

  test('a wrong amount is reported as paid', async () => {
    await simple('W2')
    await control('pay', { ref_id: 'W2', amount: 14_000 })
    const [paid] = await receiver.waitFor(1)
    expect(paid?.body.data).toMatchObject({ total_dibayar: 14_000 })
    expect((await simple('W2')).data.total_bayar).toBe(14_000)
  })

  test.each([
    ['another body', 200, '{"success":true}'],
    ['an error', 500, TAKEN],
  ])('%s counts as not taken: three attempts, two minutes apart', async (_name, status, body) => {
    receiver.answerWith(status, body)
    await simple('W3')
    await control('pay', { ref_id: 'W3' })
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await receiver.waitFor(attempt)
      await expect.poll(async () => (await log()).at(-1)?.outcome).toBe('answered')
      await control('clock', { advanceMs: 2 * MINUTE_MS })
    }
    expect((await log()).map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    await control('clock', { advanceMs: 60 * MINUTE_MS })
    expect(await log()).toHaveLength(3)
  })

  test('can be dropped, doubled and settled by themselves', async () => {
    await control('webhooks', { drop: 1 })
    await simple('W4')
    await control('pay', { ref_id: 'W4' })
    expect((await log())[0]?.outcome).toBe('dropped')
    await control('webhooks', { duplicate: 2 })
    await control('config', { completeAfterMs: 0 })
    await simple('W5')
    await control('pay', { ref_id: 'W5' })
    await control('clock', { advanceMs: 1 })
    const all = await receiver.waitFor(6)
    expect(all.map(({ body }) => body.status)).toEqual([
      ...Array<string>(3).fill('Success'),
      ...Array<string>(3).fill('Completed'),
    ])
  })

  async function log() {
    const { webhooks } = await getJson(`${url}/_sandbox/webhooks`)
    return webhooks as { attempt: number; outcome: string }[]
  }
})
