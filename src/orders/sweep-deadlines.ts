import { attemptEach } from '#platform/attempt-each.ts'
import { selectOverdue, selectUnseen, type OverdueRow } from './deadlines-view-store.ts'
import { insertEscalations, resolveEscalations } from './escalations-store.ts'
import { retryOverdue, type ExitDeps } from './retry-overdue.ts'

/** Rows of one subject whose way out is tried by one run: some ask a provider, one after another. */
const TRIED_AT_ONCE = 25
/** Rows that one transaction makes visible; a run goes on until none is left, or MOST_ROUNDS times. */
const ESCALATED_AT_ONCE = 500
const MOST_ROUNDS = 20

/** What a run did: rows whose way out was tried, tasks that opened, and tasks whose row had moved on. */
export type SweptDeadlines = { tried: number; opened: number; resolved: number }

/**
 * Sees to it that nothing stays anywhere longer than its deadline without somebody seeing it. What is overdue is started
 * again, or refunded where that is the policy; what is still there after its grace becomes a task; tasks whose row moved
 * on are closed. Works by the database's clock, and is harmless in several processes at once.
 */
export async function sweepDeadlines(deps: ExitDeps): Promise<SweptDeadlines> {
  const actor = { role: 'worker' } as const
  const resolved = await deps.db.transaction('orders.resolve-escalations', actor, resolveEscalations)
  const overdue = await deps.db.transaction('orders.find-overdue-rows', actor, (tx) =>
    selectOverdue(tx, TRIED_AT_ONCE),
  )
  const tried = await tryExits(deps, overdue)
  return { tried, opened: await escalate(deps), resolved }
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

async function escalate(deps: ExitDeps): Promise<number> {
  let opened = 0
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { found, added } = await deps.db.transaction('orders.escalate', { role: 'worker' }, async (tx) => {
      const rows = await selectUnseen(tx, ESCALATED_AT_ONCE)
      return { found: rows.length, added: rows.length === 0 ? 0 : await insertEscalations(tx, rows) }
    })
    opened += added
    if (found < ESCALATED_AT_ONCE) break
  }
  return opened
}
