import type { Measurement, Scenario } from '../tools/run-bench.ts'
import { createOrder, prepareShop, type BenchShop, type ShopProcess } from './support/bench-shop.ts'
import { startChild, type Child } from './support/child.ts'
import { percentile, ROUND_SECONDS, ROUNDS, takeTurns } from './support/figures.ts'
import { closedLoop, fixedRate } from './support/load.ts'
import { toScript, type Script } from './support/replay.ts'
import { tapDatabase, type SentTransaction } from './support/wire-tap.ts'

const CLIENTS = 8
const ORDERS_PER_SECOND = 50
const WARM_ORDERS = 300
/** More than the limit can claim in all rounds. */
const CODES = 100_000

/** Creating an order as a guest, from the request to the answer with the payment page. */
export const scenario: Scenario = {
  name: 'order-create',
  about: 'guest orders of one line, beside their own SQL on bare connections',
  async run() {
    const shop = await prepareShop({ codes: CODES })
    const bare = await startChild('bare-sql.ts')
    try {
      const measured = [
        ...(await measureKind(shop, bare, 'CODE')),
        ...(await measureKind(shop, bare, 'TOPUP')),
      ]
      await shop.assertSound()
      return measured
    } finally {
      await bare.stop()
      await shop.drop()
    }
  },
}

async function measureKind(shop: BenchShop, bare: Child, kind: 'CODE' | 'TOPUP'): Promise<Measurement[]> {
  const script = await recordCreate(shop, kind)
  const web = await shop.start('web')
  const load = { clients: CLIENTS, seconds: ROUND_SECONDS }
  const before = await countOrders(shop)
  let created = 0
  const create = async (): Promise<void> => {
    await createOrder(web.url, kind)
    created += 1
  }
  await warm(create)
  const { limit, ours, cpu } = await takeTurnsWithCpu(shop, web, {
    limit: () => bare.ask<number>('replay', { databaseUrl: shop.databaseUrl, script, load }),
    ours: () => closedLoop(load, create),
  })
  const times = await fixedRate({ perSecond: ORDERS_PER_SECOND, seconds: ROUND_SECONDS * 2 }, create)
  await web.stop()
  const stored = (await countOrders(shop)) - before
  if (stored < created) throw new Error(`${created} orders answered, ${stored} stored`)
  const trips = script.transactions.map(({ batches }) => batches.length)
  const line = kind === 'CODE' ? 'STOCK line' : 'SUPPLIER line'
  return [
    {
      what: `${line}, ${CLIENTS} clients`,
      value: ours.median,
      range: [ours.low, ours.high],
      unit: 'orders/s',
      limit: limit.median,
      limitRange: [limit.low, limit.high],
      limitShare: 50,
    },
    { what: `${line}, CPU of the web process per order`, value: cpu, unit: 'ms' },
    {
      what: `${line}, most round trips of one transaction`,
      value: Math.max(...trips),
      unit: 'trips',
      atMost: 4,
    },
    {
      what: `${line}, round trips of the whole create (${trips.join(' + ')})`,
      value: trips.reduce((sum, trip) => sum + trip, 0),
      unit: 'trips',
    },
    {
      what: `${line}, p99 at ${ORDERS_PER_SECOND} orders/s`,
      value: percentile(times, 0.99),
      unit: 'ms',
      atMost: 150,
    },
  ]
}

async function takeTurnsWithCpu(
  shop: BenchShop,
  web: ShopProcess,
  contestants: { limit(): Promise<number>; ours(): Promise<number> },
): Promise<Awaited<ReturnType<typeof takeTurns<'limit' | 'ours'>>> & { cpu: number }> {
  const [start, orders] = await Promise.all([web.usage(), countOrders(shop)])
  let replayed = 0
  const figures = await takeTurns({
    async limit() {
      const before = await countOrders(shop)
      const perSecond = await contestants.limit()
      replayed += (await countOrders(shop)) - before
      return perSecond
    },
    ours: contestants.ours,
  })
  if (replayed === 0 && ROUNDS > 0) throw new Error('the limit created no orders')
  const [end, after] = await Promise.all([web.usage(), countOrders(shop)])
  const own = after - orders - replayed
  return { ...figures, cpu: (end.cpuMicroseconds - start.cpuMicroseconds) / 1_000 / own }
}

async function warm(create: () => Promise<void>): Promise<void> {
  for (let done = 0; done < WARM_ORDERS; done += CLIENTS) {
    await Promise.all(Array.from({ length: CLIENTS }, create))
  }
}

async function countOrders(shop: BenchShop): Promise<number> {
  const [row] = await shop.query<{ count: number }>('select count(*)::int as count from orders')
  return row?.count ?? 0
}

/** What a warm shop sends for one create. */
async function recordCreate(shop: BenchShop, kind: 'CODE' | 'TOPUP'): Promise<Script> {
  const tap = await tapDatabase(shop.databaseUrl)
  const web = await shop.start('web', tap)
  const once = async (): Promise<SentTransaction[]> => {
    tap.take()
    await createOrder(web.url, kind)
    return tap.take().filter(isAboutOrders)
  }
  // Every connection of the pool has to know the statements before one create is like the next.
  await warm(async () => void (await createOrder(web.url, kind)))
  const recordings: SentTransaction[][] = []
  // The same SKU comes round after twenty orders; only its ids may be in both recordings.
  for (let index = 0; index <= 20; index += 1) recordings.push(await once())
  await web.stop()
  await tap.close()
  const script = toScript(recordings.at(0) ?? [], recordings.at(20) ?? [])
  if (script.transactions.length === 0) throw new Error('nothing was recorded')
  return script
}

function isAboutOrders({ batches }: SentTransaction): boolean {
  return batches.flat().some(({ text }) => /\b(orders|payments|idempotency_keys)\b/.test(text))
}
