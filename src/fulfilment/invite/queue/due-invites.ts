import { attemptEach, attemptInLanes } from '#platform/attempt-each.ts'
import type { Database } from '#platform/database.ts'
import { checkInvite } from '../check-invite.ts'
import { momentOf, type InviteDeps } from '../invite.ts'
import { sendNext, type Pool } from '../send-invite.ts'
import { dueStatement, readyPoolsStatement } from './invite-view-store.ts'

type Due = { id: string; provider: string }

async function findDue(deps: { db: Database; moment?: () => Date }, limit: number): Promise<Due[]> {
  return await deps.db.once('fulfilment.due-invites', { role: 'worker' }, dueStatement(limit, momentOf(deps)))
}

/** Ids of invites to check now, at most `limit` of each provider, longest waiting first. */
export async function dueInvites(
  deps: { db: Database; moment?: () => Date },
  limit: number,
): Promise<string[]> {
  return (await findDue(deps, limit)).map((invite) => invite.id)
}

/** Checks of one provider at a time and process: as many as its jobs may be. */
const CHECKED_AT_ONCE = 4
/** A provider that does not answer keeps each call for up to a minute; a turn ends with the calls under way by then. */
const TURN_MS = 5_000

/** Checks the invites whose time has come, at most `limit` of each provider; how many went well. */
export async function checkDueInvites(deps: InviteDeps, limit: number): Promise<number> {
  const due = await findDue(deps, limit)
  const lanes = { keyOf: (invite: Due) => invite.provider, perKey: CHECKED_AT_ONCE, forMs: TURN_MS }
  const context = { log: deps.log, name: 'invites.due' }
  return await attemptInLanes(due, context, lanes, (invite) => checkInvite(deps, invite.id))
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
