import pg from 'pg'
import type { Scenario } from '../tools/run-bench.ts'
import { createOrder, prepareShop, type BenchShop } from './support/bench-shop.ts'
import { startChild } from './support/child.ts'
import { openPages, type EventPages } from './support/event-pages.ts'
import { percentile, ROUND_SECONDS } from './support/figures.ts'
import { fixedRate } from './support/load.ts'

/** Buyers who look at their order on one process. */
const PAGES = 5_000
const CHANGES_PER_SECOND = 50
/** Orders made at a time before the measurement. */
const ORDERING_AT_ONCE = 32
/** Longer than anything here should take: what does not come by then does not come. */
const EVENT_TIMEOUT_MS = 10_000
/** A look every 300 ms, then the order is read and drawn. */
const MOST_P50_MS = 300
const MOST_P99_MS = 600
const MEGABYTE = 1_048_576
const PERCENT = 100

type Usage = { rssBytes: number; cpuMicroseconds: number }
type Followed = { delays: number[]; memoryMb: number; idleCpu: number; busyCpu: number }

/** Follows `PAGES` pages at rest, then while `change` is called, and says what that took of the process. */
async function follow(
  urls: readonly string[],
  usage: () => Promise<Usage>,
  change: (page: number) => Promise<void>,
): Promise<Followed> {
  const before = await usage()
  const pages = await openPages(urls)
  try {
    const cpuOf = async (work: () => Promise<unknown>): Promise<number> => {
      const [from, startedAt] = [await usage(), performance.now()]
      await work()
      const micros = (await usage()).cpuMicroseconds - from.cpuMicroseconds
      return (micros / 1_000 / (performance.now() - startedAt)) * PERCENT
    }
    const idleCpu = await cpuOf(() => new Promise((resolve) => setTimeout(resolve, ROUND_SECONDS * 1_000)))
    const delays: number[] = []
    const load = { perSecond: CHANGES_PER_SECOND, seconds: ROUND_SECONDS * 2 }
    const busyCpu = await cpuOf(() =>
      fixedRate(load, async (index) => {
        delays.push(await delayOf(pages, (index * 7_919) % PAGES, change))
      }),
    )
    if (pages.lost() > 0) throw new Error(`${pages.lost()} pages lost their stream`)
    const memoryMb = ((await usage()).rssBytes - before.rssBytes) / MEGABYTE
    return { delays, memoryMb, idleCpu, busyCpu }
  } finally {
    pages.close()
  }
}

/** Milliseconds from the change being made until the page hears of it. */
async function delayOf(
  pages: EventPages,
  page: number,
  change: (page: number) => Promise<void>,
): Promise<number> {
  const heard = pages.next(page)
  await change(page)
  const changedAt = performance.now()
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`page ${page} heard nothing`)), EVENT_TIMEOUT_MS).unref()
  })
  return Math.max(0, (await Promise.race([heard, late])) - changedAt)
}

async function makeOrders(url: string): Promise<{ number: string; token: string }[]> {
  const made: { number: string; token: string }[] = []
  await Promise.all(
    Array.from({ length: ORDERING_AT_ONCE }, async (_, client) => {
      for (let index = client; index < PAGES; index += ORDERING_AT_ONCE) {
        const order = await createOrder(url, 'TOPUP')
        made[index] = { number: order.orderNumber, token: order.trackingToken }
      }
    }),
  )
  return made
}

async function followShop(shop: BenchShop): Promise<Followed> {
  const maker = await shop.start('web')
  const orders = await makeOrders(maker.url)
  await maker.stop()
  const web = await shop.start('web')
  const database = new pg.Pool({ connectionString: shop.databaseUrl, max: 4 })
  try {
    return await follow(
      orders.map(({ token }) => `${web.url}/api/track/${token}/events`),
      () => web.usage(),
      async (page) => {
        await shop.query('update orders set version = version + 1 where number = $1', [orders[page]?.number])
      },
    )
  } finally {
    await database.end()
    await web.stop()
  }
}

async function followBare(): Promise<Followed> {
  const bare = await startChild('bare-events.ts')
  try {
    return await follow(
      Array.from({ length: PAGES }, (_, page) => `${String(bare.ready)}/events/${page}`),
      () => bare.ask<Usage>('usage'),
      // The words of an order, so that as many bytes travel.
      (page) => bare.ask('tell', { page: String(page), data: 'x'.repeat(900) }),
    )
  } finally {
    await bare.stop()
  }
}

/** Thousands of buyers looking at their orders at once. */
export const scenario: Scenario = {
  name: 'open-pages',
  about: `${PAGES} open event streams on one process, ${CHANGES_PER_SECOND} changes/s, beside a bare server that only sends`,
  async run() {
    const shop = await prepareShop({ codes: 0 })
    try {
      const ours = await followShop(shop)
      const limit = await followBare()
      const delay = (delays: readonly number[], share: number) => ({
        value: percentile(delays, share),
        unit: 'ms',
      })
      return [
        { what: 'change → event, p50', ...delay(ours.delays, 0.5), atMost: MOST_P50_MS },
        { what: 'change → event, p99', ...delay(ours.delays, 0.99), atMost: MOST_P99_MS },
        { what: 'bare server, told directly, p99', ...delay(limit.delays, 0.99) },
        { what: 'processor at rest', value: ours.idleCpu, limit: limit.idleCpu, unit: '% of a core' },
        { what: 'processor under changes', value: ours.busyCpu, limit: limit.busyCpu, unit: '% of a core' },
        { what: `memory of ${PAGES} pages`, value: ours.memoryMb, limit: limit.memoryMb, unit: 'MB' },
      ]
    } finally {
      await shop.drop()
    }
  },
}
