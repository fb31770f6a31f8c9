import type { Connection, PullStream, WorkStream } from '../../../src/sync/connection.ts'
import { finishPass, type PassEnd } from '../../../src/sync/runs/finish-pass.ts'
import { requestRun } from '../../../src/sync/runs/request-run.ts'
import { setPaused } from '../../../src/sync/runs/set-paused.ts'
import type { SyncDeps } from '../../../src/sync/sync-deps.ts'
import type { SyncRequest } from '../../../src/sync/run-view.ts'
import { createLog } from '../../../src/platform/log.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

/** What a scripted stream does at each step; the last word is repeated. */
export type Script = (name: string, context: { isDry: boolean; signal: AbortSignal }) => Promise<boolean>

/** An engine on a database of its own, whose connections do what a script says. */
export type Runs = {
  database: TestDatabase
  deps: SyncDeps
  /** Jobs that were added, as `connection/stream`, in their order. */
  jobs: string[]
  /** Streams whose steps were asked for, in their order. */
  steps: string[]
  script: Script
  request(connection: string, wish?: Partial<SyncRequest>): Promise<string>
  finish(end: Partial<PassEnd> & Pick<PassEnd, 'runId' | 'stream'>): Promise<void>
  pause(connection: string, paused: boolean): Promise<void>
  query<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
}

/** Streams of a connection, each with those it comes after. */
export type Plan = Readonly<Record<string, readonly string[]>>

/** Opens an engine; every connection consists of work streams. `done` scripts end at their first step. */
export async function createRuns(connections: Readonly<Record<string, Plan>>): Promise<Runs> {
  const database = await createTestDatabase(24)
  const jobs: string[] = []
  const steps: string[] = []
  const runs: Runs = {
    database,
    jobs,
    steps,
    deps: {
      db: database.db,
      log: createLog('silent'),
      connections: new Map(),
      async enqueue(_tx, connection, stream) {
        jobs.push(`${connection}/${stream}`)
      },
      timing: { retryBaseMs: 10, retryMaxMs: 20 },
    },
    script: async () => true,
    async request(connection, wish = {}) {
      const requested = await requestRun(runs.deps, {
        connection,
        trigger: 'manual',
        kind: 'live',
        mode: 'full',
        ...wish,
      })
      if (!requested.ok) throw new Error(requested.error.code)
      return requested.value.runId
    },
    finish: (end) =>
      database.db.transaction('test.finish', { role: 'worker' }, (tx) =>
        finishPass(tx, runs.deps, { connection: 'shop', state: 'succeeded', ...end }),
      ),
    async pause(connection, paused) {
      const done = await setPaused(runs.deps, connection, paused, 'test')
      if (!done.ok) throw new Error(done.error.code)
    },
    query: (text, values) => queryAs(database.url, text, values),
  }
  const built = Object.entries(connections).map(([name, plan]) => connectionOf(runs, name, plan))
  runs.deps.connections = new Map(built.map((connection) => [connection.name, connection]))
  return runs
}

function connectionOf(runs: Runs, name: string, plan: Plan): Connection {
  const streams = Object.entries(plan).map(([stream, after]): WorkStream => ({
    kind: 'work',
    name: stream,
    after,
    async step(context) {
      runs.steps.push(stream)
      const done = await runs.script(stream, context)
      return { done, counts: { seen: 1, created: 1 }, errors: [] }
    },
  }))
  return { name, streams, schedules: [{ mode: 'full', everyMinutes: 60 }] }
}

/** A stream of records that nobody asks for; what matters is its name and whether it has changes. */
export function idlePull(name: string, hasChanges: boolean): PullStream<{ title: string }> {
  return {
    kind: 'pull',
    name,
    entity: name,
    mappingVersion: 1,
    fields: { title: 'source' },
    hasChanges,
    source: {
      fetchPage: async () => ({ ok: true, value: { rows: [], next: null } }),
      read: () => ({ ok: false, error: { code: 'unread', detail: 'never read' } }),
    },
    load: async () => new Map(),
    write: async () => undefined,
    remove: async () => undefined,
  }
}

/** How the runs of a connection stand, oldest first. */
export async function statuses(runs: Runs, connection = 'shop'): Promise<string[]> {
  const rows = await runs.query<{ status: string }>(
    'select status from sync_runs where connection = $1 order by id',
    [connection],
  )
  return rows.map((row) => row.status)
}

/** How the passes of a run stand, by stream. */
export async function passes(runs: Runs, runId: string): Promise<Record<string, string>> {
  const rows = await runs.query<{ stream: string; state: string }>(
    'select stream, state from sync_passes where run_id = $1 order by place',
    [runId],
  )
  return Object.fromEntries(rows.map((row) => [row.stream, row.state]))
}
