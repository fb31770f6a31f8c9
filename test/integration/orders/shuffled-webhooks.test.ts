import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CreatedOrder } from '#orders'
import { orderOf, VISITOR, whenState } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { postWebhook } from '../../support/notification.ts'
import { createStockSku, markedCodes } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'
import { seededRandom } from '../payments/webhook-mutations.ts'

const ORDERS_EACH = 5
const COPIES = 50
const AT_ONCE = 40

type Body = Record<string, string>

/** How each gateway's sandbox is paid, and by which field its messages name a payment. */
const GATEWAYS = [
  { gateway: 'midtrans', method: 'midtrans_qris', named: 'order_id', paid: 'order_id' },
  { gateway: 'tokopay', method: 'tokopay_qris', named: 'reff_id', paid: 'ref_id' },
] as const

let shop: TestShop
let origin: string

beforeAll(async () => {
  shop = await createTestShop()
  origin = await shop.serve()
  // The simulators' own deliveries are dropped: this file posts the messages itself.
  for (const { gateway } of GATEWAYS) await sandbox(gateway, 'webhooks', { drop: true })
}, 60_000)
afterAll(() => shop.stop())

const sandbox = (gateway: string, route: string, body: unknown) =>
  control(`${shop.sandboxes[gateway]}/_sandbox/${route}`, body)

async function paidOrders(sku: string): Promise<{ orders: CreatedOrder[]; messages: [string, Body][] }> {
  const orders: CreatedOrder[] = []
  const messages: [string, Body][] = []
  for (const { gateway, method, named, paid } of GATEWAYS) {
    const mine: string[] = []
    for (let index = 0; index < ORDERS_EACH; index += 1) {
      const order = orderOf([{ sku, quantity: 1 }], { paymentMethod: method })
      const created = await shop.app.orders.create(order, randomUUID(), VISITOR)
      if (!created.ok) throw new Error(JSON.stringify(created.error))
      orders.push(created.value)
      mine.push(created.value.payment.reference)
      await sandbox(gateway, 'pay', { [paid]: created.value.payment.reference })
    }
    const response = await fetch(`${shop.sandboxes[gateway]}/_sandbox/webhooks`)
    const { webhooks } = (await response.json()) as { webhooks: { body: Body }[] }
    for (const { body } of webhooks) if (mine.includes(body[named] ?? '')) messages.push([gateway, body])
  }
  return { orders, messages }
}

test('all messages of both gateways fifty times over, shuffled: one credit and one delivery each', async () => {
  const stock = await createStockSku(shop, markedCodes('SHUFFLE', 20))
  const { orders, messages } = await paidOrders(stock.code)
  expect(messages.length).toBeGreaterThanOrEqual(2 * ORDERS_EACH)
  const random = seededRandom(7)
  const posts = messages.flatMap((message) => Array.from({ length: COPIES }, () => message))
  for (let last = posts.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1)
    const [one, two] = [posts[last], posts[other]]
    if (one !== undefined && two !== undefined) [posts[last], posts[other]] = [two, one]
  }
  for (let at = 0; at < posts.length; at += AT_ONCE) {
    const statuses = await Promise.all(
      posts.slice(at, at + AT_ONCE).map(([provider, body]) => postWebhook(origin, body, { provider })),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
  }
  for (const order of orders) await whenState(shop, order, 'SUCCESS')
  await eventually('every message to be handled', async () => {
    return (
      (await queryAs(shop.database.url, `select 1 from webhook_inbox where state <> 'HANDLED'`)).length === 0
    )
  })
  const credits = await queryAs<{ count: string }>(
    shop.database.url,
    `select count(*) from journals where kind = 'payment.received' group by business_key`,
  )
  expect(credits.map(({ count }) => count)).toEqual(orders.map(() => '1'))
  expect(await queryAs(shop.database.url, `select 1 from journals where kind = 'payment.double'`)).toEqual([])
  expect(await queryAs(shop.database.url, 'select 1 from deliveries')).toHaveLength(orders.length)
  expect(await queryAs(shop.database.url, 'select 1 from webhook_inbox')).toHaveLength(messages.length)
  expect(await checkInvariants(shop.database.url)).toEqual([])
})
