import { pino } from 'pino'
import { newId } from '../../../src/platform/ids.ts'
import { openDatabase, type Database } from '../../../src/platform/database.ts'
import type { PullStream, Stream } from '../../../src/sync/connection.ts'
import type { RunMode } from '../../../src/sync/run-view.ts'
import type { SyncDeps, SyncTiming } from '../../../src/sync/sync-deps.ts'
import { workStream, type Worked } from '../../../src/sync/work-stream.ts'
import { createItemTable, itemSource, itemStream, type Item } from '../../support/item-stream.ts'
import { startItemProvider, type ItemProvider, type RawItem } from '../../support/item-provider.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

/** An engine with one connection `shop` over a provider of items, and runs that a test begins itself. */
export type PullStage = {
  database: TestDatabase
  provider: ItemProvider
  deps: SyncDeps
  /** Jobs that were asked for since the start. */
  jobs: { stream: string; startAfter: Date | undefined }[]
  begin(wish?: {
    mode?: RunMode
    kind?: 'live' | 'dry'
    planOf?: string
    from?: Date
    to?: Date
  }): Promise<string>
  /** One turn. */
  turn(deps?: SyncDeps): Promise<Worked>
  /** A run to its end, or to where it is postponed. */
  run(wish?: Parameters<PullStage['begin']>[0]): Promise<PassRow>
  pass(runId: string): Promise<PassRow>
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>
  /** Rows of `test_items` in use, by name. */
  items(): Promise<(Item & { externalId: string; active: boolean })[]>
  stop(): Promise<void>
}

export type PassRow = {
  runId: string
  status: string
  state: string
  seen: number
  created: number
  updated: number
  unchanged: number
  stale: number
  rejected: number
  deleted: number
  pages: number
  missing: number
  tries: number
  code: string | null
  detail: string | null
  planSum: string | null
}

export async function createPullStage(
  options: {
    items?: RawItem[]
    pageSize?: number
    stream?: Partial<PullStream<Item>>
    timing?: Partial<SyncTiming>
  } = {},
): Promise<PullStage> {
  const database = await createTestDatabase()
  await createItemTable(database.url)
  const provider = await startItemProvider(options.items, options.pageSize)
  const jobs: PullStage['jobs'] = []
  const stream = itemStream(itemSource(provider.url), options.stream)
  const deps = depsFor(database.db, [stream], jobs, options.timing)
  await queryAs(database.url, `insert into sync_connections (name) values ('shop')`)
  const query: PullStage['query'] = (text, values) => queryAs(database.url, text, values)
  const stage: PullStage = {
    database,
    provider,
    deps,
    jobs,
    begin: (wish) => beginRun(query, wish),
    turn: (other) => workStream(other ?? deps, 'shop', 'items', AbortSignal.timeout(30_000)),
    async run(wish) {
      const runId = await stage.begin(wish)
      while ((await stage.turn()).kind === 'more');
      return await stage.pass(runId)
    },
    async pass(runId) {
      const [row] = await query<PassRow>(
        `select p.run_id as "runId", r.status, p.state, p.seen::int, p.created::int, p.updated::int, p.unchanged::int,
          p.stale::int, p.rejected::int, p.deleted::int, p.pages::int, p.missing::int, p.tries,
          p.error_code as code, p.error_detail as detail, p.plan_sum as "planSum"
        from sync_passes p join sync_runs r on r.id = p.run_id where p.run_id = $1`,
        [runId],
      )
      if (row === undefined) throw new Error('no pass')
      return row
    },
    query,
    items: () =>
      query(`select r.external_id as "externalId", i.name, i.price::int, i.note, i.parent, i.tag, i.active
        from test_items i join sync_records r on r.local_id = i.id order by r.external_id`),
    async stop() {
      await provider.stop()
      await database.drop()
    },
  }
  return stage
}

export function depsFor(
  db: Database,
  streams: readonly Stream[],
  jobs: PullStage['jobs'] = [],
  timing: Partial<SyncTiming> = {},
): SyncDeps {
  return {
    db,
    log: pino({ level: 'silent' }),
    connections: new Map([['shop', { name: 'shop', streams, schedules: [] }]]),
    enqueue: async (_tx, _connection, stream, startAfter) => void jobs.push({ stream, startAfter }),
    timing: { retryBaseMs: 1, ...timing },
  }
}

/** A second process as far as the database can tell: a pool of its own. */
export function secondWorker(stage: PullStage): SyncDeps & { close(): Promise<void> } {
  const db = openDatabase({ url: stage.database.url, connections: 4 })
  return { ...stage.deps, db, close: () => db.close() }
}

async function beginRun(
  query: PullStage['query'],
  wish: Parameters<PullStage['begin']>[0] = {},
): Promise<string> {
  const runId = newId()
  await query(
    `insert into sync_runs (id, connection, trigger, kind, status, mode, range_from, range_to, plan_of)
      values ($1, 'shop', 'manual', $2, 'running', $3, $4, $5, $6)`,
    [
      runId,
      wish.kind ?? 'live',
      wish.mode ?? 'full',
      wish.from ?? null,
      wish.to ?? null,
      wish.planOf ?? null,
    ],
  )
  await query(
    `insert into sync_passes (run_id, stream, connection, place, state) values ($1, 'items', 'shop', 0, 'ready')`,
    [runId],
  )
  return runId
}
