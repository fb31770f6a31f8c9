import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { isDatabaseAway, openDatabase, sqlState, type Database } from '../../../src/platform/database.ts'
import { acceptMessage, claimMessages, closeMessage } from '../../../src/platform/inbox.ts'
import { createLog } from '../../../src/platform/log.ts'
import type { KeyRing } from '../../../src/platform/sealing.ts'
import {
  approveRun,
  cancelRun,
  PassLost,
  refreshRecords,
  registerConnections,
  requestRun,
  runDueSchedules,
  sweepPushes,
  sweepSync,
  wantPush,
  workStream,
  type SyncDeps,
} from '../../../src/sync/index.ts'
import { CONNECTION, fakeConnection } from './fake-streams.ts'
import { tapStatements } from './statement-tap.ts'
import type {
  WorkerRewrote,
  WorkerAsk,
  WorkerNote,
  WorkerQuestion,
  WorkerReply,
  WorkerSetup,
} from './worker-orders.ts'

/** Two passes at once in a process, as in production. */
const HANDS = 2
/** For postponed jobs; new ones wake the process. */
const LOOK_EVERY_MS = 60
const SWEEP_EVERY_MS = 200
const INBOX_EVERY_MS = 80
/** A paused process may hold a row for longer than others wait for it, and loses its connection when it does. */
const EXPLAINED = new Set(['55P03', '40P01', '25P03', '57P01'])

const told = new Set<string>()
const setup = JSON.parse(process.env['LAPAK_TEST_WORKER'] ?? '{}') as WorkerSetup
tapStatements(setup.kill, setup.rewrites, tellOnce)

const url = new URL(setup.databaseUrl)
url.searchParams.set('application_name', setup.name)
const db: Database = openDatabase({ url: url.href, connections: 5 })
const keys = keyRing(setup.keys)
const log = createLog('silent')
const system = { url: setup.providerUrl, worker: setup.name, timeoutMs: setup.timeoutMs }
const deps: SyncDeps = {
  db,
  log,
  connections: new Map([[CONNECTION, fakeConnection(system, setup.options)]]),
  timing: setup.timing,
  async enqueue(tx, connection, stream, startAfter) {
    await tx.count({
      text: `insert into test_jobs (connection, stream, start_after) values ($1, $2, coalesce($3::timestamptz, now()))`,
      values: [connection, stream, startAfter ?? null],
    })
  },
}
const signal = new AbortController().signal
const worker = { role: 'worker' } as const

/** A twin whose statement is never met proves nothing. */
function tellOnce(find: string): void {
  if (told.has(find)) return
  told.add(find)
  const rewrote: WorkerRewrote = { rewrote: find }
  process.send?.(rewrote)
}

function keyRing(text: string): KeyRing {
  const key = Buffer.from(text, 'base64')
  return { current: 'k1', sealing: new Map([['k1', key]]), fingerprint: key, tracking: key }
}

/**
 * Takes one wake-up and works on its stream. The wake-up is gone before the work begins, so that a killed process
 * loses it: what the engine does then is what a queue that forgets would need.
 */
async function workOnce(): Promise<boolean> {
  const [job] = await db.once<{ connection: string; stream: string }>('test.take', worker, {
    text: `with due as (
        select connection, stream from test_jobs where start_after <= now() order by id limit 1 for update skip locked)
      delete from test_jobs j using due
      where j.connection = due.connection and j.stream = due.stream and j.start_after <= now()
      returning j.connection, j.stream`,
    values: [],
  })
  if (job === undefined) return false
  await workStream(deps, job.connection, job.stream, signal)
  return true
}

async function readInbox(): Promise<void> {
  for (const message of await claimMessages(db)) {
    const [stream = '', externalId = ''] = (message.reference ?? '').split('|')
    const refreshed = await refreshRecords(deps, CONNECTION, stream, [externalId], signal)
    await db.transaction('test.close', worker, (tx) =>
      closeMessage(
        tx,
        message,
        refreshed.ok
          ? { kind: 'handled', outcome: 'refreshed' }
          : { kind: 'unavailable', outcome: refreshed.error.code },
      ),
    )
  }
}

/** Resolves at the next job, or when it is time to look by itself. */
let wake: () => void = () => undefined
let woken = new Promise<void>((resolve) => (wake = resolve))

async function listen(): Promise<void> {
  const client = new pg.Client({ connectionString: url.href })
  // A severed connection: jobs are still found by looking for them.
  client.on('error', () => undefined)
  client.on('notification', () => {
    const tell = wake
    woken = new Promise<void>((resolve) => (wake = resolve))
    tell()
  })
  await client.connect()
  await client.query('listen test_jobs')
}

async function repeat(everyMs: number, work: () => Promise<boolean | void>): Promise<never> {
  for (;;) {
    let hasMore = false
    try {
      hasMore = (await work()) === true
    } catch (error) {
      noteUnlessExplained(error)
    }
    if (!hasMore) await Promise.race([pause(everyMs), ...(work === workOnce ? [woken] : [])])
  }
}

function noteUnlessExplained(error: unknown): void {
  const state = sqlState(error)
  if (error instanceof PassLost || isDatabaseAway(error) || (state !== undefined && EXPLAINED.has(state)))
    return
  const note: WorkerNote = {
    unexpected: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
  process.send?.(note)
}

async function answer(ask: WorkerAsk): Promise<unknown> {
  switch (ask.kind) {
    case 'run':
      return await requestRun(deps, {
        connection: CONNECTION,
        trigger: 'manual',
        kind: ask.run,
        mode: ask.mode,
        ...(ask.from === undefined ? {} : { from: new Date(ask.from) }),
        ...(ask.to === undefined ? {} : { to: new Date(ask.to) }),
        ...(ask.planOf === undefined ? {} : { planOf: ask.planOf }),
      })
    case 'deliver':
      await acceptMessage(
        { db, keys },
        {
          provider: 'digiflazz',
          dedupe: ask.dedupe,
          body: Buffer.from(JSON.stringify(ask)),
          reference: `${ask.stream}|${ask.externalId}`,
        },
      )
      return 'accepted'
    case 'push':
      return await savePushed(ask)
    case 'cancel':
      return await cancelRun(deps, ask.runId)
    case 'approve':
      return await approveRun(deps, ask.runId, 'test')
  }
}

async function savePushed(ask: Extract<WorkerAsk, { kind: 'push' }>): Promise<string> {
  const kind = ask.parentId === null ? 'parent' : 'child'
  await db.transaction('test.save', worker, async (tx) => {
    await tx.count({
      text: `insert into test_pushed (id, kind, parent_id, name, price, revision) values ($1, $2, $3, $4, $5, 1)
        on conflict (id) do update
        set name = excluded.name, price = excluded.price, revision = test_pushed.revision + 1`,
      values: [ask.localId, kind, ask.parentId, ask.name, ask.price],
    })
    await wantPush(tx, deps, {
      connection: CONNECTION,
      stream: kind === 'parent' ? 'out-parents' : 'out-children',
      localId: ask.localId,
    })
  })
  return 'saved'
}

process.on('message', (question: WorkerQuestion) => {
  answer(question.ask).then(
    (value) => process.send?.({ id: question.id, value } satisfies WorkerReply),
    (error: unknown) => process.send?.({ id: question.id, error: String(error) } satisfies WorkerReply),
  )
})
process.once('disconnect', () => process.exit(0))

try {
  await registerConnections(deps)
  await listen()
} catch (error) {
  // Severed while it started: a process that cannot start ends, and is started again.
  noteUnlessExplained(error)
  process.exit(3)
}
process.send?.({ ready: true })
await Promise.race([
  ...Array.from({ length: HANDS }, () => repeat(LOOK_EVERY_MS, workOnce)),
  repeat(SWEEP_EVERY_MS, async () => {
    await sweepSync(deps)
    await runDueSchedules(deps)
    await sweepPushes(deps)
  }),
  repeat(INBOX_EVERY_MS, readInbox),
])
