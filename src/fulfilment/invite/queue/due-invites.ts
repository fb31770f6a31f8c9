import { attemptEach } from '#platform/attempt-each.ts'
import type { Database } from '#platform/database.ts'
import { momentOf, type InviteDeps } from '../invite.ts'
import { sendNext } from '../send-invite.ts'
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

/**
 * Sends what waits wherever an account is free again, at most `limit` per pool and turn; how many were sent. A new day,
 * the end of a cooldown and a seat that came free need no message: this finds them.
 */
export async function sendWaitingInvites(deps: InviteDeps, limit: number): Promise<{ sent: number }> {
  const pools = await deps.db.once(
    'fulfilment.ready-pools',
    { role: 'worker' },
    readyPoolsStatement(momentOf(deps)),
  )
  let sent = 0
  await attemptEach(pools, { log: deps.log, name: 'invites.waiting' }, async (pool) => {
    for (let turn = 0; turn < limit; turn += 1) {
      const result = await sendNext(deps, pool)
      if (result === 'waiting') return
      if (result === 'sent') sent += 1
    }
  })
  return { sent }
}
