import type { Scenario } from '../tools/run-bench.ts'
import { newOrderNumber } from '../src/platform/ids.ts'
import { prepareShop } from './support/bench-shop.ts'
import { startChild } from './support/child.ts'
import { percentile, ROUND_SECONDS, takeTurns } from './support/figures.ts'
import { closedLoop, fixedRate, send } from './support/load.ts'

const CONNECTIONS = 16
const MESSAGES_PER_SECOND = 200
/** Every fiftieth message is the one before it again: 2 %. */
const DUPLICATE_EVERY = 50

/** Taking a gateway's notification: signature checked, bytes stored, answered. */
export const scenario: Scenario = {
  name: 'webhook-accept',
  about: 'signed notifications stored and answered, beside a bare server with one insert',
  async run() {
    const shop = await prepareShop({ codes: 0 })
    const web = await shop.start('web')
    const bare = await startChild('bare-server.ts', { DATABASE_URL: shop.databaseUrl })
    const countStored = async (): Promise<number> => {
      const [row] = await shop.query<{ count: number }>(
        `select count(*)::int as count from webhook_inbox where provider = 'midtrans'`,
      )
      return row?.count ?? 0
    }
    const make = (): string => shop.providers.notification(`${newOrderNumber()}-1`)
    let sent = 0
    const accept = async (url: string, body: string): Promise<void> => {
      const answer = await send('POST', url, { body })
      if (answer.status !== 200) throw new Error(`message refused: ${answer.status} ${answer.body}`)
    }
    try {
      const load = { clients: CONNECTIONS, seconds: ROUND_SECONDS }
      const hook = `${web.url}/api/webhooks/midtrans`
      const { limit, ours } = await takeTurns({
        limit: () => closedLoop(load, () => accept(`${String(bare.ready)}/insert`, make())),
        ours: () =>
          closedLoop(load, async () => {
            await accept(hook, make())
            sent += 1
          }),
      })
      let last = make()
      const times = await fixedRate(
        { perSecond: MESSAGES_PER_SECOND, seconds: ROUND_SECONDS * 2 },
        async (index) => {
          if (index % DUPLICATE_EVERY !== 1) {
            last = make()
            sent += 1
          }
          await accept(hook, last)
        },
      )
      const stored = await countStored()
      if (stored !== sent) throw new Error(`${sent} different messages answered, ${stored} stored`)
      return [
        {
          what: `accepted with ${CONNECTIONS} connections`,
          value: ours.median,
          range: [ours.low, ours.high],
          unit: 'messages/s',
          limit: limit.median,
          limitRange: [limit.low, limit.high],
          limitShare: 50,
        },
        {
          what: `p99 at ${MESSAGES_PER_SECOND}/s, 2 % duplicates`,
          value: percentile(times, 0.99),
          unit: 'ms',
          atMost: 50,
        },
      ]
    } finally {
      await bare.stop()
      await web.stop()
      await shop.drop()
    }
  },
}
