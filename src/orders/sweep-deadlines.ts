import { attemptEach } from '#platform/attempt-each.ts'
import {
  rowKey,
  selectNow,
  selectOverdue,
  selectUnseen,
  type HadChance,
  type OverdueRow,
} from './deadlines-view-store.ts'
import { insertEscalations, resolveEscalations } from './escalations-store.ts'
import { retryOverdue, type ExitDeps } from './retry-overdue.ts'

/** Rows of one subject whose way out is tried by one run: some ask a provider, one after another. */
const TRIED_AT_ONCE = 25
/** Rows that one transaction makes visible; a run goes on until none is left, or MOST_ROUNDS times. */
const ESCALATED_AT_ONCE = 500
const MOST_ROUNDS = 20
/** What a run had no room for waits this long for the next ones, which should move it: D1 allows three minutes. */
const ROOM_WITHIN_SECONDS = 120

/** What a run did: rows whose way out was tried, tasks that opened, and tasks whose row had moved on. */
export type SweptDeadlines = { tried: number; opened: number; resolved: number }

/**
 * What the runs of one process leave to the next: the rows that the last one tried, and when the last one and the one
 * before looked, by the database's clock. Each process has its own: what it reports it gave a chance itself.
 */
export type EarlierRuns = { tried: ReadonlySet<string>; last: Date | undefined; before: Date | undefined }

/** For a process that has not looked yet. */
export function noEarlierRuns(): EarlierRuns {
  return { tried: new Set(), last: undefined, before: undefined }
}

/**
 * Sees to it that nothing stays anywhere longer than its deadline without somebody seeing it. What is overdue is started
 * again, or refunded where that is the policy; what is still there after its grace becomes a task; tasks whose row moved
 * on are closed. After a long stop everything is past its grace at once, and most of it moves within the minute: a run
 * reports only what an earlier one tried, or had no room for, and what has no way out. It notes in `earlier` what it
 * did. Works by the database's clock, and is harmless in several processes at once.
 */
export async function sweepDeadlines(deps: ExitDeps, earlier: EarlierRuns): Promise<SweptDeadlines> {
  const actor = { role: 'worker' } as const
  const resolved = await deps.db.transaction('orders.resolve-escalations', actor, resolveEscalations)
  // First: what is reported needs no more tries and leaves its place to others.
  const opened = await escalate(deps, earlier)
  const { overdue, now } = await deps.db.transaction('orders.find-overdue-rows', actor, async (tx) => {
    const [rows, time] = await Promise.all([selectOverdue(tx, TRIED_AT_ONCE), selectNow(tx)])
    return { overdue: rows, now: time }
  })
  const tried = await tryExits(deps, overdue)
  earlier.tried = new Set(overdue.map(rowKey))
  earlier.before = earlier.last
  earlier.last = now
  return { tried, opened, resolved }
}

/** A gateway that does not answer holds up its own rows only. */
async function tryExits(deps: ExitDeps, overdue: readonly OverdueRow[]): Promise<number> {
  const subjects = [...Map.groupBy(overdue, (row) => row.subject).values()]
  const context = { log: deps.log, name: 'orders.overdue' }
  const done = await Promise.all(
    subjects.map((rows) => attemptEach(rows, context, (row) => retryOverdue(deps, row))),
  )
  return done.reduce((sum, count) => sum + count, 0)
}

async function escalate(deps: ExitDeps, { tried, last, before }: EarlierRuns): Promise<number> {
  const had: HadChance = { keys: [...tried], last, before, spaceSeconds: ROOM_WITHIN_SECONDS }
  let opened = 0
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { found, added } = await deps.db.transaction('orders.escalate', { role: 'worker' }, async (tx) => {
      const rows = await selectUnseen(tx, ESCALATED_AT_ONCE, had)
      return { found: rows.length, added: rows.length === 0 ? 0 : await insertEscalations(tx, rows) }
    })
    opened += added
    if (found < ESCALATED_AT_ONCE) break
  }
  return opened
}
