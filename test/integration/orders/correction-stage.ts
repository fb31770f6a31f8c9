import { randomUUID } from 'node:crypto'
import { checkPurchase, sendPurchase } from '#fulfilment'
import type { CreatedOrder } from '#orders'
import { fulfilLine } from '../../../src/orders/fulfil-line.ts'
import { settleLine } from '../../../src/orders/settle-line.ts'
import { orderOf, pay, VISITOR } from '../../support/buyer.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, pullCatalogue, type TestShop } from '../../support/test-shop.ts'

/** One paid line of one unit; no worker runs beside these tests: they do each step themselves. */
export type PaidLine = { order: CreatedOrder; lineId: string; target: string }

/** A shop whose suppliers say what a test tells them to. */
export type CorrectionStage = {
  shop: TestShop
  newTarget(): string
  /** The supplier refuses this target once. */
  refuse(target: string): Promise<void>
  /** A paid line with its purchases opened, and nothing sent. */
  openLine(target?: string): Promise<PaidLine>
  /** Sends whatever of the line waits for it, and lets the line follow. */
  work(line: PaidLine): Promise<void>
  /** A paid line whose target was refused. */
  refusedLine(): Promise<PaidLine>
  correct(line: PaidLine, target: string): ReturnType<TestShop['app']['orders']['correctInput']>
  decline(line: PaidLine): ReturnType<TestShop['app']['orders']['declineCorrection']>
  lineOf(line: PaidLine): Promise<{ state: string; corrections: number; failure_code: string | null }>
  purchases(
    line: PaidLine,
  ): Promise<{ id: string; state: string; target_no: string; failure_code: string | null }[]>
  refunds(line: PaidLine): Promise<{ amount: number; state: string }[]>
  /** Orders that the supplier really has for a target. */
  bought(target: string): Promise<number>
}

/** Sets the stage. */
export async function setCorrectionStage(): Promise<CorrectionStage> {
  const shop = await createTestShop()
  const synced = await pullCatalogue(shop.app)
  if (!synced.ok || synced.value.status !== 'succeeded') throw new Error(JSON.stringify(synced))
  const service = await shop.app.catalog.findService('mobile-legends')
  const sku = service?.products.find((product) => product.name === '86 Diamonds')?.sku
  if (sku === undefined) throw new Error('no 86 Diamonds')
  const vip = (route: string, body: unknown): Promise<unknown> =>
    control(`${shop.sandboxes['vip-reseller']}/_sandbox/${route}`, body)
  await vip('config', { webhookUrl: '', completeAfterMs: 0 })
  const rows: Rows = async <Row extends Record<string, unknown>>(text: string, id: string) =>
    await queryAs<Row>(shop.database.url, text, [id])
  const stage: CorrectionStage = {
    shop,
    newTarget,
    async refuse(target) {
      await vip('outcome', { target, status: 'refuse', note: 'User ID tidak sesuai.', times: 1 })
    },
    async openLine(target = newTarget()) {
      const items = [{ sku, quantity: 1, input: { user_id: target, zone_id: '2685' } }]
      const created = await shop.app.orders.create(orderOf(items), randomUUID(), VISITOR)
      if (!created.ok) throw new Error(JSON.stringify(created.error))
      const order = created.value
      await pay(shop, order)
      await shop.app.orders.refreshPayment(order.trackingToken)
      const [line] = await queryAs<{ id: string }>(
        shop.database.url,
        'select l.id from order_lines l join orders o on o.id = l.order_id where o.number = $1',
        [order.orderNumber],
      )
      if (line === undefined) throw new Error('no line')
      await fulfilLine(shop.shop, line.id)
      return { order, lineId: line.id, target }
    },
    async work(line) {
      for (const purchase of await stage.purchases(line))
        if (purchase.state === 'INTENT') await sendPurchase(shop.shop, purchase.id)
      await rows('update supplier_purchases set next_check_at = sent_at where line_id = $1', line.lineId)
      for (const purchase of await stage.purchases(line))
        if (purchase.state === 'ACCEPTED') await checkPurchase(shop.shop, purchase.id)
      await settleLine(shop.shop, line.lineId)
    },
    async refusedLine() {
      const target = newTarget()
      await stage.refuse(target)
      const line = await stage.openLine(target)
      await stage.work(line)
      return line
    },
    correct: ({ order }, target) =>
      shop.app.orders.correctInput(order.trackingToken, 1, { user_id: target, zone_id: '2685' }),
    decline: ({ order }) => shop.app.orders.declineCorrection(order.trackingToken, 1),
    ...readersOf(shop, rows),
  }
  return stage
}

type Rows = <Row extends Record<string, unknown>>(text: string, id: string) => Promise<Row[]>

/** What became of a line, here and at the supplier. */
function readersOf(
  shop: TestShop,
  rows: Rows,
): Pick<CorrectionStage, 'lineOf' | 'purchases' | 'refunds' | 'bought'> {
  return {
    async lineOf({ lineId }) {
      const [found] = await rows<Awaited<ReturnType<CorrectionStage['lineOf']>>>(
        'select state, corrections, failure_code from order_lines where id = $1',
        lineId,
      )
      if (found === undefined) throw new Error('no line')
      return found
    },
    purchases: ({ lineId }) =>
      rows(
        'select id, state, target_no, failure_code from supplier_purchases where line_id = $1 order by slot, attempt',
        lineId,
      ),
    async refunds({ lineId }) {
      const found = await rows<{ amount: string; state: string }>(
        'select amount, state from refunds where line_id = $1',
        lineId,
      )
      return found.map(({ amount, state }) => ({ amount: Number(amount), state }))
    },
    async bought(target) {
      const response = await fetch(`${shop.sandboxes['vip-reseller']}/_sandbox/orders`)
      const { orders } = (await response.json()) as { orders: { target: string }[] }
      return orders.filter((order) => order.target === target).length
    },
  }
}

let targets = 0

function newTarget(): string {
  targets += 1
  return String(710_000_017 + targets * 13)
}
