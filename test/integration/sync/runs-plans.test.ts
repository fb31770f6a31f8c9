import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Statement, Tx } from '../../../src/platform/database.ts'
import { newId } from '../../../src/platform/ids.ts'
import { selectTroubles } from '../../../src/sync/runs/alerts-store.ts'
import { selectStreamFigures } from '../../../src/sync/runs/connections-view-store.ts'
import { readyPasses, selectWorkablePasses, tallyPasses } from '../../../src/sync/runs/passes-store.ts'
import { selectRun, selectRuns } from '../../../src/sync/runs/run-view-store.ts'
import { selectNextRun, selectRunningRun } from '../../../src/sync/runs/runs-store.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

/** Half a year of a run every quarter of an hour. */
const RUNS = 17_000
/** What is asked at every turn of a schedule or look of a watcher may take this long on a busy machine. */
const LONGEST_MS = 250

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await queryAs(
    database.url,
    `insert into sync_connections (name) values ('feed');
    insert into sync_streams (connection, stream) values ('feed', 'products'), ('feed', 'images');
    insert into sync_runs (id, connection, trigger, kind, status, started_at, queued_at, finished_at)
      select ('0198' || lpad(to_hex(n), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'feed', 'schedule',
        'live', case when n = ${RUNS} then 'running' when n % 500 = 0 then 'needs_approval' else 'succeeded' end,
        now() - make_interval(mins => 15 * (${RUNS} - n)), now() - make_interval(mins => 15 * (${RUNS} - n)), now()
      from generate_series(1, ${RUNS}) as n;
    insert into sync_passes (run_id, connection, stream, place, state, seen, created)
      select id, 'feed', s, 0, case status when 'running' then 'ready' when 'needs_approval' then 'parked'
        else 'succeeded' end, 0, 0 from sync_runs, unnest(array['products', 'images']) as s;
    analyze sync_runs; analyze sync_passes`,
  )
})
afterAll(() => database.drop())

/** The statement that a store would send. */
async function statementOf(work: (tx: Tx) => Promise<unknown>): Promise<Statement> {
  const sent: Statement[] = []
  const keep = async <T>(statement: Statement, answer: T): Promise<T> => {
    sent.push(statement)
    return answer
  }
  await work({
    rows: (statement) => keep(statement, []),
    one: (statement) => keep(statement, {} as never),
    maybe: (statement) => keep(statement, undefined),
    count: (statement) => keep(statement, 0),
  })
  const [first] = sent
  if (first === undefined) throw new Error('nothing was sent')
  return first
}

const FEED = ['feed']
const STREAMS = [{ connection: 'feed', stream: 'products' }]
const LIMITS = {
  lateIntervals: 3,
  growth: 10,
  growthMinutes: 60,
  rejectedPercent: 2,
  newsDays: 30,
}

test.each<[string, (tx: Tx) => Promise<unknown>]>([
  ['the next run', (tx) => selectNextRun(tx, 'feed')],
  ['the running run', (tx) => selectRunningRun(tx, 'feed')],
  ['passes to work on', (tx) => selectWorkablePasses(tx, FEED)],
  ['passes by state', (tx) => tallyPasses(tx, newId())],
  ['passes that may begin', (tx) => readyPasses(tx, newId())],
  ['one run', (tx) => selectRun(tx, newId())],
  ['a page of runs', (tx) => selectRuns(tx, { connection: 'feed', stream: null, after: null, limit: 21 })],
])('%s: found by an index, however long the history', async (_, work) => {
  const statement = await statementOf(work)
  const rows = await queryAs<{ 'QUERY PLAN': string }>(
    database.url,
    `explain (analyze, costs off) ${statement.text}`,
    [...(statement.values ?? [])],
  )
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan on sync_(?:runs|passes)/)
})

test.each<[string, (tx: Tx) => Promise<unknown>]>([
  ['alerts', (tx) => selectTroubles(tx, FEED, { pull: STREAMS, records: STREAMS }, LIMITS)],
  ['figures', (tx) => selectStreamFigures(tx, FEED)],
])('%s of half a year are read at once', async (_, work) => {
  const statement = await statementOf(work)
  const [plan] = await queryAs<{ 'QUERY PLAN': [{ 'Execution Time': number }] }>(
    database.url,
    `explain (analyze, format json) ${statement.text}`,
    [...(statement.values ?? [])],
  )
  expect(plan?.['QUERY PLAN'][0]['Execution Time']).toBeLessThan(LONGEST_MS)
})
