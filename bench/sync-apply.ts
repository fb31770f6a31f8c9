import { createTestDatabase, queryAs } from '../test/support/test-database.ts'
import { control } from '../test/support/test-shop.ts'
import type { Measurement, Scenario } from '../tools/run-bench.ts'
import { startChild, type Child } from './support/child.ts'

/** Rows of the feed. */
const ROWS = Number(process.env['LAPAK_BENCH_ROWS'] ?? 1_000_000)
const TOKEN = 'feed-demo-token'
const SHARES = [0.01, 0.1, 1]
const PERCENT = 100
/** Of a million rows, unchanged, compared with their stored fingerprints. */
const UNCHANGED_PER_SECOND = 150_000
const MEMORY_MIB = 300

type Stream = { seen: number; created: number; updated: number; unchanged: number; deleted: number }
type Ran = { seconds: number; waitedSeconds: number; peakMib: number; stream: Stream }
type Where = { databaseUrl: string; feedUrl: string; token: string }

/** A feed of a million products: the first load, the same again, and with a share of it changed. */
export const scenario: Scenario = {
  name: 'sync-apply',
  about: `a feed of ${ROWS.toLocaleString('en')} rows: first load, unchanged, and with 1, 10 and 100 % changed`,
  async run() {
    const [database, feed] = await Promise.all([createTestDatabase(), startChild('feed-sandbox.ts')])
    const feedUrl = feed.ready as string
    const where: Where = { databaseUrl: database.url, feedUrl, token: TOKEN }
    try {
      await control(`${feedUrl}/_sandbox/scale`, { resellers: 0, products: ROWS })
      // Each run in a process of its own: what one left in memory must not count for the next.
      const first = await inOwnProcess<Ran>('run', where)
      expectCounts(first.stream, { created: ROWS })
      const copied = await inOwnProcess<{ seconds: number; rows: number }>('copy', where)
      if (copied.rows !== ROWS) throw new Error(`copied ${copied.rows} rows`)
      await queryAs(database.url, 'vacuum analyze')
      const before = await writesSoFar(database.url)
      const same = await inOwnProcess<Ran>('run', where)
      expectCounts(same.stream, { unchanged: ROWS })
      if ((await writesSoFar(database.url)) !== before) throw new Error('an unchanged run wrote rows')
      const read = await inOwnProcess<{ seconds: number; waitedSeconds: number }>('readOnly', where)
      const changed = []
      for (const share of SHARES) {
        await control(`${feedUrl}/_sandbox/mutate`, { list: 'products', share, seed: PERCENT * share })
        changed.push({ share, ran: await inOwnProcess<Ran>('run', where) })
      }
      return [
        ...loadFigures(first, copied),
        ...unchangedFigures(same, read),
        ...changed.flatMap((one) => changedFigures(one, same)),
      ]
    } finally {
      await feed.stop()
      await database.drop()
    }
  },
}

function loadFigures(first: Ran, copied: { seconds: number }): Measurement[] {
  return [
    {
      what: 'first load, beside COPY and one insert',
      value: ROWS / first.seconds,
      unit: 'rows/s',
      limit: ROWS / copied.seconds,
      limitShare: 50,
    },
    { what: 'first load, without waiting for the source', value: ROWS / working(first), unit: 'rows/s' },
    { what: 'first load, resident memory', value: first.peakMib, unit: 'MiB', atMost: MEMORY_MIB },
  ]
}

function unchangedFigures(same: Ran, read: { seconds: number; waitedSeconds: number }): Measurement[] {
  return [
    {
      what: 'unchanged, reading, fingerprints and comparing',
      value: ROWS / working(same),
      unit: 'rows/s',
      limit: ROWS / (read.seconds - read.waitedSeconds),
      atLeast: UNCHANGED_PER_SECOND,
    },
    {
      what: 'unchanged, with the source over HTTP',
      value: ROWS / same.seconds,
      unit: 'rows/s',
      limit: ROWS / read.seconds,
    },
    { what: 'unchanged, resident memory', value: same.peakMib, unit: 'MiB', atMost: MEMORY_MIB },
  ]
}

function changedFigures({ share, ran }: { share: number; ran: Ran }, same: Ran): Measurement[] {
  const percent = `${share * PERCENT} % changed`
  return [
    { what: `${percent}, rows written`, value: ran.stream.updated, unit: 'rows' },
    {
      what: `${percent}, time beside unchanged`,
      value: ran.seconds / same.seconds,
      unit: '×',
      ...(share === SHARES[0] ? { atMost: 1.2 } : {}),
    },
    { what: `${percent}, resident memory`, value: ran.peakMib, unit: 'MiB', atMost: MEMORY_MIB },
  ]
}

/** Seconds without those in which the source was asked. */
function working({ seconds, waitedSeconds }: Ran): number {
  return seconds - waitedSeconds
}

async function inOwnProcess<T>(name: string, where: Where): Promise<T> {
  const child: Child = await startChild('sync-worker.ts')
  try {
    return await child.ask<T>(name, where)
  } finally {
    await child.stop()
  }
}

function expectCounts(stream: Stream, expected: Partial<Stream>): void {
  for (const [name, count] of Object.entries(expected)) {
    const found = stream[name as keyof Stream]
    if (found !== count) throw new Error(`${name}: ${found} instead of ${count}`)
  }
}

/** Everything ever written to the products and to the map of their ids: equal numbers mean that nothing was. */
async function writesSoFar(databaseUrl: string): Promise<string> {
  const [row] = await queryAs<{ last: string }>(
    databaseUrl,
    `select concat((select max(xmin::text::bigint) from feed_products), ' ', (select max(xmin::text::bigint) from sync_records), ' ',
      (select count(*) from sync_changes)) as last`,
  )
  return row?.last ?? ''
}
