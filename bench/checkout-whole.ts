import type { Scenario } from '../tools/run-bench.ts'
import { createOrder, payOrder, prepareShop, waitForCodes } from './support/bench-shop.ts'
import { percentile, ROUND_SECONDS } from './support/figures.ts'
import { closedLoop } from './support/load.ts'

const CLIENTS = 8
/** Four times a round: the shape in which the peers were measured takes 20 seconds. */
const SECONDS = ROUND_SECONDS * 4
const WARM_SECONDS = ROUND_SECONDS
const CODES = 60_000
const LOOK_EVERY_MS = 20
const TIMEOUT_MS = 15_000
/** Clients beyond the waiting of each: what the process can do at most. */
const MANY_CLIENTS = 64
/** Fifty times Vendure's 10.6 and two hundred times Medusa's 1.8, in one process each. */
const FIFTY_VENDURES = 530

/** Whole checkouts of guests: created, paid, delivered, seen. */
export const scenario: Scenario = {
  name: 'checkout-whole',
  about: 'create → pay → codes on the tracking page, in one process',
  async run() {
    const shop = await prepareShop({ codes: CODES })
    const lapak = await shop.start('all')
    const times: number[] = []
    let bought = 0
    const buy = async (): Promise<void> => {
      const startedAt = performance.now()
      const order = await createOrder(lapak.url, 'CODE')
      await payOrder(lapak.url, shop.providers, order.payment.reference)
      await waitForCodes(lapak.url, order.trackingToken, { everyMs: LOOK_EVERY_MS, timeoutMs: TIMEOUT_MS })
      times.push(performance.now() - startedAt)
      bought += 1
    }
    try {
      await closedLoop({ clients: CLIENTS, seconds: WARM_SECONDS }, buy)
      times.length = 0
      const before = await lapak.usage()
      const boughtBefore = bought
      const perSecond = await closedLoop({ clients: CLIENTS, seconds: SECONDS }, buy)
      const after = await lapak.usage()
      const cpu = (after.cpuMicroseconds - before.cpuMicroseconds) / 1_000 / (bought - boughtBefore)
      const few = [...times]
      const atMost = await closedLoop({ clients: MANY_CLIENTS, seconds: SECONDS }, buy)
      await lapak.stop()
      const [row] = await shop.query<{ count: number }>(
        `select count(*)::int as count from orders where state = 'SUCCESS'`,
      )
      if (row?.count !== bought) throw new Error(`${bought} orders seen, ${row?.count} in the database`)
      await shop.assertSound()
      return [
        {
          what: `${CLIENTS} clients`,
          value: perSecond,
          unit: 'orders/s',
          atLeast: FIFTY_VENDURES,
        },
        { what: `${CLIENTS} clients, p50`, value: percentile(few, 0.5), unit: 'ms' },
        { what: `${CLIENTS} clients, p99`, value: percentile(few, 0.99), unit: 'ms' },
        { what: `${CLIENTS} clients, CPU of the process per order`, value: cpu, unit: 'ms' },
        { what: `${MANY_CLIENTS} clients`, value: atMost, unit: 'orders/s' },
      ]
    } finally {
      await lapak.stop()
      await shop.drop()
    }
  },
}
