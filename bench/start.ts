import type { Scenario } from '../tools/run-bench.ts'
import { createOrder, payOrder, prepareShop, waitForCodes } from './support/bench-shop.ts'
import { ROUND_SECONDS, ROUNDS, spreadOf } from './support/figures.ts'
import { closedLoop, hammer, send } from './support/load.ts'

const IDLE_MS = 3_000
const CODES = 30_000
const BYTES_PER_MIB = 1_048_576

/** How fast one process is there, and what it weighs. */
export const scenario: Scenario = {
  name: 'start',
  about: 'the process of the shop alone: time to the first answer, memory idle and after load',
  async run() {
    const shop = await prepareShop({ codes: CODES })
    try {
      const starts: number[] = []
      const idle: number[] = []
      const loaded: number[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const startedAt = performance.now()
        const lapak = await shop.start('all')
        const first = await send('GET', `${lapak.url}/api/services?limit=1`)
        if (first.status !== 200) throw new Error(`not ready: ${first.status}`)
        starts.push(performance.now() - startedAt)
        await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
        idle.push((await lapak.usage()).rssBytes / BYTES_PER_MIB)
        await Promise.all([
          closedLoop({ clients: 8, seconds: ROUND_SECONDS }, async () => {
            const order = await createOrder(lapak.url, 'CODE')
            await payOrder(lapak.url, shop.providers, order.payment.reference)
            await waitForCodes(lapak.url, order.trackingToken, { everyMs: 50, timeoutMs: 30_000 })
          }),
          hammer(`${lapak.url}/products/game-1`, { connections: 8, seconds: ROUND_SECONDS }),
        ])
        loaded.push((await lapak.usage()).rssBytes / BYTES_PER_MIB)
        await lapak.stop()
      }
      await shop.assertSound()
      const [start, calm, busy] = [spreadOf(starts), spreadOf(idle), spreadOf(loaded)]
      return [
        {
          what: 'to the first answer',
          value: start.median,
          range: [start.low, start.high],
          unit: 'ms',
          atMost: 2_000,
        },
        { what: 'memory, idle', value: calm.median, range: [calm.low, calm.high], unit: 'MiB', atMost: 200 },
        {
          what: 'memory, after load',
          value: busy.median,
          range: [busy.low, busy.high],
          unit: 'MiB',
          atMost: 350,
        },
      ]
    } finally {
      await shop.drop()
    }
  },
}
