import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandboxes, type RunningSandboxes } from '../../sandboxes/main.ts'

/**
 * The gateway's own client library against our sandbox: what the library understands, a client written by
 * somebody else understands too. It has no types and fixed hosts, so both are given here.
 */
type Fields = Record<string, unknown>
type ApiConfig = { getCoreApiBaseUrl(): string; getSnapApiBaseUrl(): string }
type TransactionCalls = {
  status(id: string): Promise<Fields>
  cancel(id: string): Promise<Fields>
  expire(id: string): Promise<Fields>
  refund(id: string, body: Fields): Promise<Fields>
  refundDirect(id: string, body: Fields): Promise<Fields>
  notification(body: Fields | string): Promise<Fields>
}
type SnapClient = {
  apiConfig: ApiConfig
  transaction: TransactionCalls
  createTransaction(body: Fields): Promise<{ token: string; redirect_url: string }>
  createTransactionToken(body: Fields): Promise<string>
}
type CoreClient = {
  apiConfig: ApiConfig
  transaction: TransactionCalls
  charge(body: Fields): Promise<Fields>
}
type Keys = { isProduction: boolean; serverKey: string; clientKey: string }
type MidtransClient = { Snap: new (keys: Keys) => SnapClient; CoreApi: new (keys: Keys) => CoreClient }

const midtransClient = createRequire(import.meta.url)('midtrans-client') as MidtransClient
const KEYS = {
  isProduction: false,
  serverKey: 'SB-Mid-server-lapak-demo',
  clientKey: 'SB-Mid-client-lapak-demo',
}

let sandboxes: RunningSandboxes
let url: string
let snap: SnapClient
let core: CoreClient

function pointAtSandbox<T extends { apiConfig: ApiConfig }>(client: T): T {
  client.apiConfig.getCoreApiBaseUrl = () => url
  client.apiConfig.getSnapApiBaseUrl = () => `${url}/snap/v1`
  return client
}

beforeAll(async () => {
  sandboxes = await startSandboxes({ port: 0, only: ['midtrans'], appUrl: 'http://127.0.0.1:9' })
  url = sandboxes.urls.midtrans ?? ''
  snap = pointAtSandbox(new midtransClient.Snap(KEYS))
  core = pointAtSandbox(new midtransClient.CoreApi(KEYS))
})
afterAll(() => sandboxes.stop())

const details = (orderId: string) => ({ transaction_details: { order_id: orderId, gross_amount: 20_000 } })
const chargeQris = (orderId: string) => core.charge({ payment_type: 'qris', ...details(orderId) })

async function pay(orderId: string): Promise<void> {
  const response = await fetch(`${url}/_sandbox/pay`, {
    method: 'POST',
    body: JSON.stringify({ order_id: orderId }),
  })
  expect(response.status).toBe(200)
}

test('Snap creates a transaction', async () => {
  const created = await snap.createTransaction(details('SNAP-1'))
  expect(created.token).toHaveLength(36)
  expect((await fetch(created.redirect_url)).status).toBe(200)
})

test('Snap creates a token and reports status 404 until somebody chooses a method', async () => {
  expect(await snap.createTransactionToken(details('SNAP-2'))).toHaveLength(36)
  await expect(snap.transaction.status('SNAP-2')).rejects.toMatchObject({ httpStatusCode: '404' })
  await pay('SNAP-2')
  expect(await snap.transaction.status('SNAP-2')).toMatchObject({ transaction_status: 'settlement' })
})

test('Snap reports validation errors', async () => {
  const rejected = snap.createTransaction({ transaction_details: { order_id: 'SNAP-3', gross_amount: 0 } })
  await expect(rejected).rejects.toMatchObject({ httpStatusCode: 400 })
})

test('a wrong server key is 401', async () => {
  const stranger = pointAtSandbox(new midtransClient.CoreApi({ ...KEYS, serverKey: 'SB-Mid-server-other' }))
  await expect(stranger.transaction.status('SNAP-1')).rejects.toMatchObject({ httpStatusCode: 401 })
})

test('Core API charges QRIS and asks for its status', async () => {
  const charged = await chargeQris('CORE-1')
  expect(charged).toMatchObject({ status_code: '201', transaction_status: 'pending', payment_type: 'qris' })
  expect(charged.qr_string).toMatch(/6304[0-9A-F]{4}$/)
  expect(await core.transaction.status('CORE-1')).toMatchObject({ transaction_id: charged.transaction_id })
})

test('a charge without details is a real HTTP 400', async () => {
  await expect(core.charge({ payment_type: 'qris' })).rejects.toMatchObject({ httpStatusCode: 400 })
})

test('cancel works once; a second one is 412', async () => {
  await chargeQris('CORE-2')
  expect(await core.transaction.cancel('CORE-2')).toMatchObject({ transaction_status: 'cancel' })
  await expect(core.transaction.cancel('CORE-2')).rejects.toMatchObject({ httpStatusCode: '412' })
})

test('expire succeeds with 407', async () => {
  await chargeQris('CORE-3')
  expect(await core.transaction.expire('CORE-3')).toMatchObject({ status_code: '407' })
  expect(await core.transaction.status('CORE-3')).toMatchObject({ transaction_status: 'expire' })
})

test('refund and direct refund', async () => {
  await chargeQris('CORE-4')
  await pay('CORE-4')
  const first = await core.transaction.refund('CORE-4', { refund_key: 'r1', amount: 5_000, reason: 'uji' })
  expect(first).toMatchObject({ status_code: '200', transaction_status: 'partial_refund' })
  const rest = await core.transaction.refundDirect('CORE-4', { refund_key: 'r2', amount: 15_000 })
  expect(rest).toMatchObject({ transaction_status: 'refund' })
})

test('notification() turns a notification into the present status', async () => {
  const { transaction_id: id } = await chargeQris('CORE-5')
  await pay('CORE-5')
  const told = await core.transaction.notification({ transaction_id: id, order_id: 'CORE-5' })
  expect(told).toMatchObject({ order_id: 'CORE-5', transaction_status: 'settlement', fraud_status: 'accept' })
})
