import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { publish } from '#platform/outbox.ts'
import { seal } from '#platform/sealing.ts'
import { insertInviteDelivery } from '../delivery/delivery-store.ts'
import { deliverySealPlace } from '../delivery/seal-places.ts'
import { FULFILMENT_EVENTS } from '../events.ts'
import type { MembershipState } from '../ports.ts'
import { momentOf, type Invite, type InviteDeps } from './invite.ts'
import { insertFurtherInvite, moveInvite } from './invite-store.ts'
import { timingOf, waitOf } from './invite-timing.ts'
import { freeSeat, leaveSeat } from './seat-store.ts'

/** Why an attempt ended: a code for us and words for people. */
export type Why = { code: string; reason: string }

/** What the provider shows of an invitation that exists. */
export type Shown = { providerRef: string; state: MembershipState; expiresAt?: Date; since?: Date }

/**
 * Writes down that the buyer is invited or has joined: the first time this is the delivery of the unit. False when the
 * invite has moved on meanwhile; then nothing happened.
 */
export async function giveMembership(
  tx: Tx,
  deps: InviteDeps,
  invite: Invite,
  shown: Shown & { reason?: string },
): Promise<boolean> {
  const moment = momentOf(deps)
  const hasJoined = shown.state === 'joined'
  const moved = await moveInvite(
    tx,
    invite,
    {
      to: hasJoined ? 'JOINED' : 'INVITED',
      reason: shown.reason ?? (hasJoined ? 'the buyer is a member' : 'the provider invited'),
      nextCheckMs: waitOf(timingOf(deps).acceptEveryMs, 0),
      providerRef: shown.providerRef,
      ...(shown.expiresAt === undefined ? {} : { expiresAt: shown.expiresAt }),
      ...(shown.since === undefined ? {} : { since: shown.since }),
    },
    moment,
  )
  if (!moved) return false
  if (invite.state === 'INVITED') {
    await deps.announce(tx, { kind: 'invite.changed', lineId: invite.line_id })
    return true
  }
  const id = newId()
  const sealed = seal(deps.keys, deliverySealPlace(id), invite.email)
  await insertInviteDelivery(tx, { id, lineId: invite.line_id, slot: invite.slot, ...sealed })
  await publish(tx, {
    kind: FULFILMENT_EVENTS.inviteSent,
    key: `${FULFILMENT_EVENTS.inviteSent}:${invite.id}`,
    orderId: invite.order_id,
    lineId: invite.line_id,
    data: { slot: invite.slot, attempt: invite.attempt, joined: hasJoined ? 1 : 0 },
  })
  await deps.announce(tx, { kind: 'invite.finished', lineId: invite.line_id })
  if (!hasJoined) await deps.announce(tx, { kind: 'invite.check', inviteId: invite.id })
  return true
}

/**
 * Ends an attempt and queues the next one at the same place. `NOT_SENT`: certainly nobody was invited by it. `LOST`:
 * what it brought did not last. With `leaves` the provider is asked to clear the seat first, because something may sit
 * there; else it is free at once.
 */
export async function tryAnew(
  tx: Tx,
  deps: InviteDeps,
  invite: Invite,
  end: Why & { to: 'NOT_SENT' | 'LOST'; leaves: boolean; givesBack?: boolean },
): Promise<boolean> {
  if (!(await close(tx, deps, invite, end))) return false
  const inviteId = await insertFurtherInvite(
    tx,
    invite.id,
    {
      maxWaitMs: timingOf(deps).maxQueueMs,
      waitsAnew: end.to === 'LOST' || end.code === 'decided',
    },
    momentOf(deps),
  )
  await deps.announce(tx, { kind: 'invite.send', inviteId })
  return true
}

/** Ends an attempt for good and announces it: without a membership, or because the membership is over. */
export async function endInvite(
  tx: Tx,
  deps: InviteDeps,
  invite: Invite,
  end: Why & { to: 'FAILED' | 'LOST' | 'ENDED'; leaves: boolean; givesBack?: boolean },
): Promise<boolean> {
  if (!(await close(tx, deps, invite, end))) return false
  await deps.announce(tx, { kind: 'invite.finished', lineId: invite.line_id })
  return true
}

/** Hands an invite to a person; it is still looked at, as it may come right by itself. Its seat stays held. */
export async function handToPerson(tx: Tx, deps: InviteDeps, invite: Invite, why: Why): Promise<boolean> {
  deps.log.error({ inviteId: invite.id, why: why.code }, 'a person must decide about an invite')
  const move = { to: 'MANUAL', reason: why.reason, failureCode: why.code } as const
  const nextCheckMs = timingOf(deps).manualEveryMs
  return await moveInvite(tx, invite, { ...move, nextCheckMs }, momentOf(deps))
}

async function close(
  tx: Tx,
  deps: InviteDeps,
  invite: Invite,
  end: Why & { to: 'NOT_SENT' | 'LOST' | 'FAILED' | 'ENDED'; leaves: boolean; givesBack?: boolean },
): Promise<boolean> {
  const moment = momentOf(deps)
  const { to, reason, code: failureCode, givesBack = false } = end
  if (!(await moveInvite(tx, invite, { to, reason, failureCode, givesBack }, moment))) return false
  if (end.leaves) await leaveSeat(tx, invite.id, moment)
  else await freeSeat(tx, invite.id, moment)
  return true
}
