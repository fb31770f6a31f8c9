import { attemptEach } from '#platform/attempt-each.ts'
import type { Database } from '#platform/database.ts'
import { momentOf, type InviteDeps } from '../invite.ts'
import { sendNext, type Pool } from '../send-invite.ts'
import { dueStatement, readyPoolsStatement } from './invite-view-store.ts'

/** Ids of invites to check now, longest waiting first. */
export async function dueInvites(
  deps: { db: Database; moment?: () => Date },
  limit: number,
): Promise<string[]> {
  const due = await deps.db.once(
    'fulfilment.due-invites',
    { role: 'worker' },
    dueStatement(limit, momentOf(deps)),
  )
  return due.map((invite) => invite.id)
}

/** Calls to one pool at a time and process: a midnight brings hundreds, and a call takes seconds. */
const LANES = 2

/**
 * Sends what waits wherever an account is free again, at most `limit` per pool, lane and turn; how many were sent. A new
 * day, the end of a cooldown and a seat that came free need no message: this finds them.
 */
export async function sendWaitingInvites(deps: InviteDeps, limit: number): Promise<{ sent: number }> {
  const pools = await deps.db.once(
    'fulfilment.ready-pools',
    { role: 'worker' },
    readyPoolsStatement(momentOf(deps)),
  )
  let sent = 0
  async function drain(pool: Pool): Promise<void> {
    for (let turn = 0; turn < limit; turn += 1) {
      const result = await sendNext(deps, pool)
      if (result === 'waiting') return
      if (result === 'sent') sent += 1
    }
  }
  const log = { log: deps.log, name: 'invites.waiting' }
  const lanes = pools.flatMap((pool) => Array.from({ length: LANES }, () => pool))
  await Promise.all(lanes.map((pool) => attemptEach([pool], log, drain)))
  return { sent }
}
