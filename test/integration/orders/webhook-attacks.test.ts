import { createHash, randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { CreatedOrder } from '#orders'
import { pay, placed, whenState } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { checkInvariants } from '../../support/invariants.ts'
import {
  newestNotification,
  postWebhook,
  signedAgain,
  type Notification,
} from '../../support/notification.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

const OTHER_KEY = 'SB-Mid-server-somebody-else'
const VIP_SIGNATURE_HEADER = 'x-client-signature'

let shop: TestShop
let origin: string
let stock: StockSku
/** Somebody's honest payment and what the gateway said about it. */
let genuine: Notification
/** The attacker's own order, which nobody pays. */
let unpaid: CreatedOrder
let wish: Notification

beforeAll(async () => {
  shop = await createTestShop()
  origin = await shop.serve()
  stock = await createStockSku(shop, markedCodes('ATTACK', 30))
  const honest = await placed(shop, [{ sku: stock.code, quantity: 1 }])
  await pay(shop, honest)
  genuine = await newestNotification(shop, honest.payment.reference)
  await whenState(shop, honest, 'SUCCESS')
  unpaid = await placed(shop, [{ sku: stock.code, quantity: 1 }])
  wish = signedAgain(genuine, {
    order_id: unpaid.payment.reference,
    gross_amount: `${unpaid.total}.00`,
    transaction_status: 'settlement',
  })
}, 60_000)

afterEach(async () => {
  await eventually('every stored message to be looked at', async () => {
    const rows = await queryAs(
      shop.database.url,
      `select 1 from webhook_inbox where state = 'RECEIVED' or (state = 'PARKED' and tries = 0)`,
    )
    return rows.length === 0
  })
  const view = await shop.app.orders.track(unpaid.trackingToken)
  expect(view).toMatchObject({ status: 'WAITING_PAYMENT', payment: { status: 'waiting' } })
  expect(view?.lines[0]).not.toHaveProperty('delivery')
  const credits = await queryAs(shop.database.url, `select 1 from journals where kind like 'payment.%'`)
  expect(credits).toHaveLength(1)
})

afterAll(async () => {
  expect(await checkInvariants(shop.database.url)).toEqual([])
  await shop.stop()
})

const expectRefused = (status: number): void => expect([400, 401, 403, 413, 422]).toContain(status)

test('S-WH0: noise is refused', async () => {
  for (const body of [
    ...Array.from({ length: 30 }, (_, round) => randomBytes(round * 7)),
    '',
    '{}',
    'null',
    '[[[',
  ])
    expectRefused(
      await postWebhook(origin, body, { headers: { [`x-${randomBytes(3).toString('hex')}`]: 'x' } }),
    )
})

test('S-WH1: without a signature', async () => {
  const { signature_key: _, ...unsigned } = wish
  expectRefused(await postWebhook(origin, unsigned))
  expectRefused(await postWebhook(origin, { ...unsigned, signature_key: '' }))
})

test('S-WH2: signed with another key', async () => {
  expectRefused(await postWebhook(origin, signedAgain(wish, {}, OTHER_KEY)))
  expectRefused(await postWebhook(origin, signedAgain(wish, {}, '')))
})

test('S-WH3: a genuine message bent to another order', async () => {
  expectRefused(await postWebhook(origin, { ...genuine, order_id: unpaid.payment.reference }))
  const bytes = Buffer.from(JSON.stringify(genuine))
  const place = bytes.indexOf(String(genuine['order_id'])) + 4
  bytes[place] = (bytes[place] ?? 0) ^ 1
  expectRefused(await postWebhook(origin, bytes))
})

test('S-WH4: of another provider, or of another merchant', async () => {
  expectRefused(await postWebhook(origin, wish, { provider: 'vip-reseller' }))
  expect(await postWebhook(origin, wish, { provider: 'paypal' })).toBe(404)

  const sign = createHash('md5').update('DEMOID01demoKey_0123456789abcdefABCDEF').digest('hex')
  const body = JSON.stringify({ data: { trxid: unpaid.payment.reference, status: 'success' } })
  await postWebhook(origin, body, { provider: 'vip-reseller', headers: { [VIP_SIGNATURE_HEADER]: sign } })
  expectRefused(await postWebhook(origin, body, { headers: { [VIP_SIGNATURE_HEADER]: sign } }))
  await postWebhook(origin, { ...wish, merchant_id: 'G999999999' })
})

test('S-WH5: another amount or currency, signed or not', async () => {
  expectRefused(await postWebhook(origin, { ...wish, gross_amount: '1.00' }))
  for (const change of [
    { gross_amount: '1.00' },
    { gross_amount: `${unpaid.total + 1}.00` },
    { currency: 'USD' },
  ])
    await postWebhook(origin, signedAgain(wish, change))
})

test('S-WH6: the transaction that paid somebody else’s order', async () => {
  const [paid] = await queryAs<{ transaction: string }>(
    shop.database.url,
    `select gateway_transaction_id as transaction from payments where state = 'PAID'`,
  )
  expect(paid?.transaction).toBeTruthy()
  await postWebhook(origin, signedAgain(wish, { transaction_id: paid?.transaction ?? '' }))
})

test('S-WH7: well signed, but the gateway itself knows of no payment', async () => {
  expect(await postWebhook(origin, wish)).toBe(200)
  await control(`${shop.sandboxes['midtrans']}/_sandbox/transition`, {
    order_id: unpaid.payment.reference,
    transaction_status: 'pending',
    payment_type: 'gopay',
  })
  expect(await postWebhook(origin, signedAgain(wish, { transaction_id: 'invented' }))).toBe(200)
})

test('S-WH8: the old, genuine message of the paid order again', async () => {
  expect(await postWebhook(origin, genuine)).toBe(200)
  expect(await postWebhook(origin, signedAgain(genuine, { transaction_status: 'refund' }))).toBe(200)
  expect(await postWebhook(origin, signedAgain(genuine, { transaction_status: 'cancel' }))).toBe(200)
})

test('S-WH9: written again with other spaces, doubled keys, or as a form', async () => {
  const bent = JSON.stringify(genuine).replace('{', `{"order_id":"${unpaid.payment.reference}",`)
  await postWebhook(origin, bent)
  const doubled = JSON.stringify(genuine).replace(/}$/, `,"order_id":"${unpaid.payment.reference}"}`)
  expectRefused(await postWebhook(origin, doubled))
  await postWebhook(origin, JSON.stringify(genuine, null, 3))
  expectRefused(await postWebhook(origin, new URLSearchParams(wish).toString()))
})

test('S-WH10: signed with nothing, which an unset key would accept', async () => {
  expectRefused(await postWebhook(origin, signedAgain(wish, {}, '')))
  expectRefused(await postWebhook(origin, signedAgain(wish, {}, 'undefined')))
})
