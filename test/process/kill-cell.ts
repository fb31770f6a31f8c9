import { expect } from 'vitest'
import type { CreatedOrder, OrderItemRequest } from '#orders'
import { pay } from '../support/buyer.ts'
import { eventually } from '../support/eventually.ts'
import { checkInvariants } from '../support/invariants.ts'
import { letOrdersExpire } from '../support/let-time-pass.ts'
import type { ShopTemplate } from '../support/shop-template.ts'
import { queryAs } from '../support/test-database.ts'
import { control } from '../support/test-shop.ts'
import { placedOverHttp, trackedOverHttp } from './http-buyer.ts'
import type { KillPoint, Scenario } from './kill-points.ts'
import { startTendedShop, type TendedShop } from './tended-shop.ts'

type Wanted = {
  item: OrderItemRequest
  target?: string
  ends: 'SUCCESS' | 'REFUNDED' | 'EXPIRED'
  bought: number
}
type Bought = Wanted & { order: CreatedOrder }

const HELP_EVERY_MS = 250
/** Long enough for several questions. */
const SLOW_MS = 2_000
const ORDER_CALL = { path: '/api/game-feature', body: 'type=order' }

let accounts = 0

/** An account id that no other cell uses: the supplier's list of orders is searched by it. */
function newTarget(): string {
  accounts += 1
  return String(710_000_001 + process.pid * 10 + accounts * 7).replace(/000$/, '001')
}

/**
 * Kills a process of a fresh shop at one point while orders pass through it, starts it again, and expects what every
 * buyer was promised: what was acknowledged ends as it should, bought once, paid once, shown on its page.
 */
export async function expectSurvival(
  template: ShopTemplate,
  sandboxes: Record<string, string>,
  point: KillPoint,
): Promise<void> {
  const database = await template.copy()
  try {
    await driveOrders(template, sandboxes, point, database.url)
    expect(await checkInvariants(database.url)).toEqual([])
    await expectBooksOfOrders(database.url)
  } finally {
    await database.drop()
  }
}

async function driveOrders(
  template: ShopTemplate,
  sandboxes: Record<string, string>,
  point: KillPoint,
  databaseUrl: string,
): Promise<void> {
  const failpoints = point.first === undefined ? [point.failpoint] : [point.first, point.failpoint]
  const hurried = point.by === 'never arrived'
  const shop = await startTendedShop({ template, databaseUrl, sandboxes, failpoints, hurried })
  await arrange(sandboxes, point.by)
  try {
    const bought = await Promise.all(wantedBy(point.by, template).map((wanted) => buy(shop, wanted)))
    const numbers = bought.map(({ order }) => order.orderNumber)
    if (point.by === 'expired') await letOrdersExpire(databaseUrl, numbers)
    else await Promise.all(bought.map(({ order }) => pay(shop, order)))
    await untilOver(shop, bought)
    for (const one of bought) await expectPromise(shop, one)
    await eventually('the process to die where it was told to', async () => {
      await shop.help()
      return shop.deaths.length >= failpoints.length
    })
    expect(shop.deaths).toEqual(expect.arrayContaining(failpoints))
    expect(shop.deaths.filter((death) => !failpoints.includes(death))).toEqual([])
    await untilOver(shop, bought)
  } catch (error) {
    throw new Error(`${String(error)}\ndeaths: ${shop.deaths.join(', ')}\n${shop.output().slice(-3_000)}`, {
      cause: error,
    })
  } finally {
    await shop.stop()
  }
}

function wantedBy(scenario: Scenario, { stock, diamonds }: ShopTemplate): Wanted[] {
  const fromStock: Wanted = { item: { sku: stock.code, quantity: 2 }, ends: 'SUCCESS', bought: 0 }
  const diamond = (target: string): OrderItemRequest => ({
    sku: diamonds.code,
    quantity: 1,
    input: { user_id: target, zone_id: '2685' },
  })
  const [good, bad] = [newTarget(), newTarget()]
  const supplied: Wanted = { item: diamond(good), target: good, ends: 'SUCCESS', bought: 1 }
  const refused: Wanted = { item: diamond(bad), target: bad, ends: 'REFUNDED', bought: 1 }
  switch (scenario) {
    case 'sold':
      return [fromStock, supplied]
    case 'expired':
      return [{ ...fromStock, ends: 'EXPIRED' }]
    case 'gateway refuses':
      return [fromStock]
    case 'refunded':
    case 'refund lost':
      return [refused]
    default:
      return [supplied]
  }
}

async function arrange(sandboxes: Record<string, string>, scenario: Scenario): Promise<void> {
  const gateway = (rules: unknown): Promise<unknown> =>
    control(`${sandboxes['midtrans']}/_sandbox/faults`, rules)
  const supplier = (rules: unknown): Promise<unknown> =>
    control(`${sandboxes['vip-reseller']}/_sandbox/faults`, rules)
  await gateway([])
  await supplier([])
  switch (scenario) {
    case 'gateway refuses':
      await gateway([{ match: { path: '/snap/v1/transactions' }, fault: 'http_429', times: 1 }])
      return
    case 'refunded':
      await failNextOrder(sandboxes)
      return
    case 'refund lost':
      await failNextOrder(sandboxes)
      await gateway([{ match: { path: '*/refund' }, fault: 'http_500', times: 1 }])
      return
    case 'answer lost':
      await supplier([{ match: ORDER_CALL, fault: 'truncate', times: 1 }])
      return
    case 'never arrived':
      await supplier([{ match: ORDER_CALL, fault: 'reset', times: 1 }])
      return
    case 'supplier slow':
      await control(`${sandboxes['vip-reseller']}/_sandbox/config`, { completeAfterMs: SLOW_MS })
      return
    case 'supplier silent':
      await supplier([{ match: { path: '/api/profile' }, fault: 'http_500', times: 1 }])
      return
    default:
  }
}

/** The supplier takes the next order and fails it, for a reason that no other target would mend. */
async function failNextOrder(sandboxes: Record<string, string>): Promise<void> {
  const outcome = { status: 'error', note: 'Produk sedang tidak tersedia.', times: 1 }
  await control(`${sandboxes['vip-reseller']}/_sandbox/outcome`, outcome)
}

async function buy(shop: TendedShop, wanted: Wanted): Promise<Bought> {
  return { ...wanted, order: await placedOverHttp(shop, [wanted.item]) }
}

async function untilOver(shop: TendedShop, bought: readonly Bought[]): Promise<void> {
  const numbers = bought.map(({ order }) => order.orderNumber)
  let states: { number: string; state: string }[] = []
  await eventually(
    'every order to be over',
    async () => {
      states = await queryAs(shop.databaseUrl, 'select number, state from orders where number = any ($1)', [
        numbers,
      ])
      const over = bought.every(({ order, ends }) =>
        states.some(({ number, state }) => number === order.orderNumber && state === ends),
      )
      if (!over) await shop.help()
      return over
    },
    { everyMs: HELP_EVERY_MS },
  ).catch(async (error: unknown) => {
    throw new Error(
      `${String(error)}: ${JSON.stringify(states)} ${JSON.stringify(await openWork(shop.databaseUrl))}`,
    )
  })
}

async function openWork(url: string): Promise<unknown> {
  return await queryAs(
    url,
    `select (select jsonb_agg(to_jsonb(p) - 'id') from (select id, state, failure_code, failure_text, next_check_at from supplier_purchases) p) as purchases,
      (select jsonb_agg(jsonb_build_object('state', state, 'detail', detail)) from refunds) as refunds,
      (select jsonb_agg(state) from payments) as payments`,
  )
}

async function expectPromise(shop: TendedShop, { order, item, target, ends, bought }: Bought): Promise<void> {
  const view = await trackedOverHttp(shop, order)
  expect(view.status).toBe(ends)
  if (ends === 'SUCCESS' && target === undefined)
    expect(view.lines[0]?.delivery).toMatchObject({
      kind: 'codes',
      codes: Array.from({ length: item.quantity }, () => expect.stringMatching(/^KILL-/)),
    })
  if (target === undefined) return
  const response = await fetch(`${shop.sandboxes['vip-reseller']}/_sandbox/orders`)
  const { orders } = (await response.json()) as { orders: { target: string }[] }
  expect(orders.filter((made) => made.target === target)).toHaveLength(bought)
}

/** Each order was acknowledged to one buyer, and each payment credited once. */
async function expectBooksOfOrders(url: string): Promise<void> {
  const [counts] = await queryAs<{ paid: string; credits: string; keys: string; orders: string }>(
    url,
    `select (select count(*) from payments where booked_to = 'order') as paid,
      (select count(*) from journals where kind = 'payment.received') as credits,
      (select count(*) from idempotency_keys where scope = 'orders.create') as keys,
      (select count(*) from orders where state not in ('CANCELLED')) as orders`,
  )
  expect(counts?.credits).toBe(counts?.paid)
  expect(counts?.keys).toBe(counts?.orders)
}
