import type { Measurement, Scenario } from '../tools/run-bench.ts'
import {
  createOrder,
  payOrder,
  prepareShop,
  waitForCodes,
  type BenchShop,
  type ShopProcess,
} from './support/bench-shop.ts'
import { percentile, ROUND_SECONDS } from './support/figures.ts'
import { fixedRate } from './support/load.ts'

const ORDERS_PER_SECOND = 20
const SECONDS = ROUND_SECONDS * 2
const WARM_ORDERS = 40
const CODES = 10_000
/** How often a buyer's page looks; it is part of what is measured. */
const LOOK_EVERY_MS = 20
const TIMEOUT_MS = 15_000

/** From the gateway's notification to the goods, in one process with its background work. */
export const scenario: Scenario = {
  name: 'paid-to-delivered',
  about: 'notification accepted → codes on the tracking page; notification accepted → supplier asked',
  async run() {
    const shop = await prepareShop({ codes: CODES })
    const lapak = await shop.start('all')
    try {
      const stock = await measureStock(shop, lapak)
      const supplier = await measureSupplier(shop, lapak)
      await lapak.stop()
      await shop.assertSound()
      return [
        figure('STOCK: paid → codes shown, p50', stock, 0.5, 100),
        figure('STOCK: paid → codes shown, p99', stock, 0.99, 500),
        figure('SUPPLIER: paid → supplier asked, p50', supplier, 0.5),
        figure('SUPPLIER: paid → supplier asked, p99', supplier, 0.99, 500),
      ]
    } finally {
      await lapak.stop()
      await shop.drop()
    }
  },
}

function figure(what: string, times: readonly number[], share: number, atMost?: number): Measurement {
  return {
    what: `${what} at ${ORDERS_PER_SECOND} orders/s`,
    value: percentile(times, share),
    unit: 'ms',
    ...(atMost === undefined ? {} : { atMost }),
  }
}

async function measureStock(shop: BenchShop, lapak: ShopProcess): Promise<number[]> {
  const times: number[] = []
  await runOrders(async (isMeasured) => {
    const order = await createOrder(lapak.url, 'CODE')
    await payOrder(lapak.url, shop.providers, order.payment.reference)
    const paidAt = performance.now()
    await waitForCodes(lapak.url, order.trackingToken, { everyMs: LOOK_EVERY_MS, timeoutMs: TIMEOUT_MS })
    if (isMeasured) times.push(performance.now() - paidAt)
  })
  return times
}

async function measureSupplier(shop: BenchShop, lapak: ShopProcess): Promise<number[]> {
  const paid = new Map<string, number>()
  await runOrders(async (isMeasured) => {
    const order = await createOrder(lapak.url, 'TOPUP')
    await payOrder(lapak.url, shop.providers, order.payment.reference)
    if (isMeasured) paid.set(order.target, performance.now())
  })
  const until = performance.now() + TIMEOUT_MS
  const isMissing = (): boolean => [...paid.keys()].some((target) => !shop.providers.arrivals.has(target))
  while (isMissing() && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
  if (isMissing()) throw new Error('the supplier was not asked for every paid order')
  // The supplier may be asked before the answer to the notification is here.
  return [...paid].map(([target, at]) => Math.max(0, (shop.providers.arrivals.get(target) ?? 0) - at))
}

async function runOrders(work: (isMeasured: boolean) => Promise<void>): Promise<void> {
  await fixedRate({ perSecond: ORDERS_PER_SECOND, seconds: WARM_ORDERS / ORDERS_PER_SECOND }, () =>
    work(false),
  )
  await fixedRate({ perSecond: ORDERS_PER_SECOND, seconds: SECONDS }, () => work(true))
}
