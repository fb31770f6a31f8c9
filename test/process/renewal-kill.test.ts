import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CreatedOrder, TrackView } from '#orders'
import { startSandboxes, type RunningSandboxes } from '../../sandboxes/main.ts'
import { eventually } from '../support/eventually.ts'
import { checkInvariants } from '../support/invariants.ts'
import { createShopTemplate, type ShopTemplate } from '../support/shop-template.ts'
import { queryAs } from '../support/test-database.ts'
import { control } from '../support/test-shop.ts'
import { placedOverHttp, trackedOverHttp } from './http-buyer.ts'
import { startTendedShop, type TendedShop } from './tended-shop.ts'

/** Starting a process twice and waiting for its work, on a machine that does other things too. */
const CELL_TIMEOUT_MS = 120_000
const RETRY_EVERY_MS = 400

let template: ShopTemplate
let sandboxes: RunningSandboxes

beforeAll(async () => {
  template = await createShopTemplate()
  sandboxes = await startSandboxes({ port: 0, only: ['midtrans', 'tokopay', 'vip-reseller'] })
}, CELL_TIMEOUT_MS)
afterAll(async () => {
  await sandboxes.stop()
  await template.drop()
})

/** Where the web process dies while a buyer changes the way to pay; the first opening is that of the order itself. */
const POINTS = [
  'orders.settle-payment.inside',
  'orders.settle-payment.after',
  'orders.renew-payment.before',
  'orders.renew-payment.inside',
  'orders.renew-payment.after',
  'payments.record-opening.before#2',
  'payments.record-opening.inside#2',
  'payments.record-opening.after#2',
]

/** The two that hurt most in every run, all of them with the full matrix. */
const VISITED =
  process.env['LAPAK_FULL_MATRIX'] === '1'
    ? POINTS
    : ['orders.renew-payment.after', 'payments.record-opening.inside#2']

test.each(VISITED)(
  'killed at %s while an order is paid anew: one payment is open, and the goods come once',
  async (failpoint) => {
    const database = await template.copy()
    const shop = await startTendedShop({
      template,
      databaseUrl: database.url,
      sandboxes: sandboxes.urls,
      failpoints: [failpoint],
    })
    try {
      await shop.ready()
      const order = await placedOverHttp(shop, [{ sku: template.stock.code, quantity: 1 }])
      await renewedOverHttp(shop, order)
      // The worker may come by there, too.
      expect(new Set(shop.deaths)).toEqual(new Set([failpoint]))
      expect(await openPayments(database.url)).toBe(1)
      await control(`${sandboxes.urls['tokopay']}/_sandbox/pay`, {
        ref_id: await newestReference(database.url),
      })
      await eventually('the goods', async () => {
        await shop.help()
        return (await trackedOverHttp(shop, order)).status === 'SUCCESS'
      })
      expect(await queryAs(database.url, 'select 1 from deliveries')).toHaveLength(1)
      expect(await checkInvariants(database.url)).toEqual([])
    } catch (error) {
      throw new Error(`${String(error)}\ndeaths: ${shop.deaths.join(', ')}\n${shop.output().slice(-2_000)}`, {
        cause: error,
      })
    } finally {
      await shop.stop()
      await database.drop()
    }
  },
  CELL_TIMEOUT_MS,
)

/** Asks for a QR code the way a patient buyer does: again until the page shows one. */
async function renewedOverHttp(shop: TendedShop, order: CreatedOrder): Promise<TrackView> {
  return await eventually(
    'a code to pay',
    async () => {
      const response = await fetch(`${shop.url}/api/track/${order.trackingToken}/payment`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ method: 'tokopay_qris' }),
      }).catch(() => undefined)
      const view = response?.status === 200 ? ((await response.json()) as TrackView) : undefined
      if (view?.payment.qrString !== undefined && shop.deaths.length > 0) return view
      await shop.help()
      // Nobody waits for the process that died while it opened the payment.
      if (shop.deaths.length > 0)
        await queryAs(
          shop.databaseUrl,
          `update payments set created_at = created_at - interval '20 seconds' where state = 'CREATING' and attempt > 1`,
        )
      return undefined
    },
    { everyMs: RETRY_EVERY_MS, deadlineMs: CELL_TIMEOUT_MS / 2 },
  )
}

async function openPayments(url: string): Promise<number> {
  return (await queryAs(url, `select 1 from payments where state in ('CREATING', 'PENDING')`)).length
}

async function newestReference(url: string): Promise<string> {
  const [newest] = await queryAs<{ reference: string }>(
    url,
    'select reference from payments order by attempt desc limit 1',
  )
  return newest?.reference ?? ''
}
