import { newId } from '../../../src/platform/ids.ts'
import { createLog } from '../../../src/platform/log.ts'
import type { PushStream } from '../../../src/sync/connection.ts'
import { defineStream } from '../../../src/sync/connection.ts'
import type { OutboundTarget } from '../../../src/sync/ports.ts'
import { wantPush } from '../../../src/sync/push/want-push.ts'
import { sweepPushes } from '../../../src/sync/push/sweep-pushes.ts'
import { requestRun } from '../../../src/sync/runs/request-run.ts'
import { registerConnections } from '../../../src/sync/runs/register-connections.ts'
import type { RunMode } from '../../../src/sync/run-view.ts'
import type { SyncDeps } from '../../../src/sync/sync-deps.ts'
import { workStream, type Worked } from '../../../src/sync/work-stream.ts'
import type { Database } from '../../../src/platform/database.ts'
import {
  createPushTarget,
  startPushProvider,
  type PushProvider,
  type Thing,
} from '../../support/push-provider.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

export const CONNECTION = 'counter'
export const STREAM = 'things'
export const PARENTS = 'owners'
const WORKER = { role: 'worker' } as const

/** Tests do not wait: they move what waits closer. */
const TIMING = {
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  leaseSeconds: 60,
  turnSeconds: 60,
  stallSeconds: 86_400,
}

export type PushBench = {
  database: TestDatabase
  provider: PushProvider
  target: OutboundTarget<Thing>
  deps: SyncDeps
  /** Jobs that were added, as `connection/stream`. */
  jobs: string[]
  /** Creates a record and wishes it to be sent; returns its id. */
  add(name: string, parentId?: string): Promise<string>
  addOwner(name: string): Promise<string>
  /** Changes a record and wishes it to be sent. */
  edit(localId: string, name: string): Promise<void>
  /** Changes many records in one transaction. */
  editAll(localIds: readonly string[], name: string): Promise<void>
  /** Asks for a run. */
  request(mode?: RunMode, kind?: 'live' | 'dry', planOf?: string): Promise<string>
  /** One turn on a stream. */
  turn(stream?: string): Promise<Worked['kind']>
  /** Runs what is wanted, with time passing in between, until nothing is left or `rounds` are over. */
  settle(rounds?: number, between?: () => Promise<void>): Promise<void>
  letTimePass(interval?: string): Promise<void>
  query<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  /** How many records of the provider carry this reference. */
  copies(localId: string): number
  stop(): Promise<void>
}

export type BenchOptions = {
  honoursKeys: boolean
  canFind: boolean
  /** Wraps the adapter, to fail or to sabotage it. */
  wrap?: (target: OutboundTarget<Thing>) => OutboundTarget<Thing>
  rate?: PushStream['rate']
}

/** A database, a provider, and a connection with two push streams of which the second needs the first as parent. */
export async function startPushBench(options: BenchOptions): Promise<PushBench> {
  const [database, provider] = await Promise.all([createTestDatabase(), startPushProvider(options)])
  await queryAs(
    database.url,
    `create table things (id uuid primary key, name text not null, amount integer not null default 1, parent_id uuid)`,
  )
  await queryAs(database.url, 'grant select, insert, update, delete on things to lapak_worker')
  const bare = createPushTarget(provider.url, options)
  const target = options.wrap?.(bare) ?? bare
  const jobs: string[] = []
  const deps = createDeps(database.db, target, options, jobs)
  await registerConnections(deps)
  const query: PushBench['query'] = (text, values) => queryAs(database.url, text, values)
  const turn: PushBench['turn'] = async (stream = STREAM) =>
    (await workStream(deps, CONNECTION, stream, new AbortController().signal)).kind

  const bench: PushBench = {
    database,
    provider,
    target,
    deps,
    jobs,
    query,
    turn,
    ...thingsOf(deps),
    async request(mode = 'changes', kind = 'live', planOf) {
      const asked = await requestRun(deps, {
        connection: CONNECTION,
        trigger: 'manual',
        kind,
        mode,
        ...(planOf === undefined ? {} : { planOf }),
      })
      if (!asked.ok) throw new Error(asked.error.code)
      return asked.value.runId
    },
    settle: (rounds = 40, between) => settle(bench, rounds, between),
    async letTimePass(interval = '5 minutes') {
      await query(SHIFT, [interval])
    },
    copies: (localId) =>
      [...provider.records.values()].filter(({ reference }) => reference === localId).length,
    async stop() {
      await Promise.all([provider.stop(), database.drop()])
    },
  }
  return bench
}

/** What a domain does: its rows, and the wish to send them in the same transaction. */
function thingsOf(deps: SyncDeps): Pick<PushBench, 'add' | 'addOwner' | 'edit' | 'editAll'> {
  async function write(
    localIds: readonly string[],
    stream: string,
    text: string,
    values: unknown[],
  ): Promise<void> {
    await deps.db.transaction('test.write-things', WORKER, async (tx) => {
      for (const localId of localIds) {
        await tx.count({ text, values: [localId, ...values] })
        await wantPush(tx, deps, { connection: CONNECTION, stream, localId })
      }
    })
  }
  async function insert(stream: string, name: string, parentId: string | null): Promise<string> {
    const localId = newId()
    const text = 'insert into things (id, name, parent_id) values ($1, $2, $3)'
    await write([localId], stream, text, [name, parentId])
    return localId
  }
  const update = 'update things set name = $2 where id = $1'
  return {
    add: (name, parentId) => insert(STREAM, name, parentId ?? null),
    addOwner: (name) => insert(PARENTS, name, null),
    edit: (localId, name) => write([localId], STREAM, update, [name]),
    editAll: (localIds, name) => write(localIds, STREAM, update, [name]),
  }
}

async function settle(bench: PushBench, rounds: number, between?: () => Promise<void>): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await sweepPushes(bench.deps)
    await bench.turn(PARENTS)
    await bench.turn(STREAM)
    await between?.()
    await bench.letTimePass()
    if (between === undefined && (await isQuiet(bench))) return
  }
}

/** Moves what waits closer. */
const SHIFT = `with pushes as (update sync_pushes set next_at = next_at - $1::interval, wished_at = wished_at - $1::interval),
  attempts as (update sync_attempts set created_at = created_at - $1::interval, sent_at = sent_at - $1::interval),
  passes as (update sync_passes set retry_at = retry_at - $1::interval where retry_at is not null),
  buckets as (update sync_buckets set blocked_until = blocked_until - $1::interval,
    refreshed_at = refreshed_at - $1::interval)
  update sync_connections set circuit_open_until = circuit_open_until - $1::interval,
    circuit_since = circuit_since - $1::interval`

/** Whether nothing wants to be sent any more and no run goes on. */
async function isQuiet(bench: PushBench): Promise<boolean> {
  const [row] = await bench.query<{ open: number }>(
    `select (select count(*) from sync_pushes where sent_version < want_version and refused_version < want_version
        and not needs_review and (waits_for is null or waits_for in (select local_id from sync_records)))::int
      + (select count(*) from sync_runs where status in ('queued', 'running'))::int as open`,
  )
  return row?.open === 0
}

/** What the engine is given: the two streams over the tests' own table. */
export function createDeps(
  db: Database,
  target: OutboundTarget<Thing>,
  options: Pick<BenchOptions, 'rate'>,
  jobs: string[],
): SyncDeps {
  const stream = {
    kind: 'push',
    mappingVersion: 1,
    fields: { name: 'source', amount: 'source' },
    target,
    ...(options.rate === undefined ? {} : { rate: options.rate }),
    async load(tx, localId) {
      const row = await tx.maybe<Thing & { parentId: string | null }>({
        text: 'select name, amount, parent_id as "parentId" from things where id = $1',
        values: [localId],
      })
      return row && { value: { name: row.name, amount: row.amount }, parentId: row.parentId }
    },
  } satisfies Partial<PushStream<Thing>>
  const connection = {
    name: CONNECTION,
    schedules: [],
    streams: [
      defineStream<Thing>({ ...stream, name: PARENTS, entity: 'owner' }),
      defineStream<Thing>({ ...stream, name: STREAM, entity: 'thing', parent: 'owner', after: [PARENTS] }),
    ],
  }
  return {
    db,
    log: createLog('silent'),
    connections: new Map([[CONNECTION, connection]]),
    timing: TIMING,
    enqueue: async (_tx, name, streamName) => void jobs.push(`${name}/${streamName}`),
  }
}
