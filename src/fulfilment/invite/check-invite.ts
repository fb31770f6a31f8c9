import { handToPerson, tryAnew, type Why } from './end-invite.ts'
import { findMembership } from './find-membership.ts'
import { followMembership, leaveBannedAccount } from './follow-membership.ts'
import { momentOf, type Invite, type InviteDeps } from './invite.ts'
import { findInvite, postponeInvite } from './invite-store.ts'
import { timingOf } from './invite-timing.ts'
import { changeInvite, doubt, followInvitation, type InviteCheckResult } from './record-invite.ts'

const MOVED_ON = { kind: 'moved_on' } as const

/**
 * Moves an invite whose time has come on: one in doubt by asking the provider, one that waits to be accepted, a running
 * membership until its end, one that a person holds in case it came right. One in flight whose process died becomes
 * UNKNOWN; one that waits too long in the queue is for a person. Safe to repeat and in parallel.
 */
export async function checkInvite(deps: InviteDeps, inviteId: string): Promise<InviteCheckResult> {
  const invite = await findInvite(deps.db, inviteId, momentOf(deps))
  if (invite === undefined || invite.due_for_ms === null || invite.due_for_ms < 0) return MOVED_ON
  switch (invite.state) {
    case 'QUEUED':
      return await watchQueue(deps, invite)
    case 'SENDING':
      return await changeInvite(deps, invite, 'fulfilment.declare-invite-lost', (tx, fresh) =>
        doubt(tx, deps, fresh, 'the process that sent it is gone'),
      )
    case 'UNKNOWN':
      return await resolve(deps, invite)
    case 'INVITED':
    case 'JOINED':
      return await followMembership(deps, invite)
    case 'MANUAL':
      return await lookAgain(deps, invite)
    default:
      return MOVED_ON
  }
}

/** The turn of a queue needs no look of ours: whoever sends asks the queue itself. */
async function watchQueue(deps: InviteDeps, invite: Invite): Promise<InviteCheckResult> {
  const leftMs = timingOf(deps).maxQueueMs - invite.waiting_for_ms
  if (leftMs <= 0) {
    const why = { code: 'waited_too_long', reason: 'no seat came free in time' }
    return await changeInvite(deps, invite, 'fulfilment.give-up-queue', (tx, fresh) =>
      handToPerson(tx, deps, fresh, why),
    )
  }
  return await deps.db.transaction('fulfilment.watch-queue', { role: 'worker' }, async (tx) => ({
    kind: (await postponeInvite(tx, invite, leftMs, momentOf(deps))) ? 'pending' : 'moved_on',
  }))
}

/** An address is on an account at most once, so what is found for it there is this invite. */
async function resolve(deps: InviteDeps, invite: Invite): Promise<InviteCheckResult> {
  if (invite.account_state === 'BANNED') return await leaveBannedAccount(deps, invite)
  const found = await findMembership(deps, invite)
  if (found.ok && found.value !== undefined && found.value.state !== 'gone') {
    const shown = { ...found.value, reason: 'found at the provider' }
    return await changeInvite(deps, invite, 'fulfilment.adopt-invitation', (tx, fresh) =>
      followInvitation(tx, deps, fresh, shown),
    )
  }
  const { resolveWindowMs, resolveDeadlineMs, lostAfterMs } = timingOf(deps)
  const unknownMs = invite.unknown_for_ms ?? 0
  const isWindowOver = unknownMs >= resolveWindowMs && (invite.sent_for_ms ?? 0) >= lostAfterMs
  if (found.ok && isWindowOver) return await declareNotSent(deps, invite)
  if (unknownMs < resolveDeadlineMs) return await lookAgain(deps, invite)
  const reason = found.ok ? 'the provider shows no invitation' : `${found.error.code}: ${found.error.detail}`
  return await changeInvite(deps, invite, 'fulfilment.hand-over-invite', (tx, fresh) =>
    handToPerson(tx, deps, fresh, { code: 'undecided', reason }),
  )
}

/** The seat is cleared before anybody else gets it: the invitation may still come to life. Its quota stays used. */
async function declareNotSent(deps: InviteDeps, invite: Invite): Promise<InviteCheckResult> {
  const why: Why = { code: 'not_found', reason: 'the provider shows no invitation' }
  return await changeInvite(deps, invite, 'fulfilment.declare-not-sent', (tx, fresh) =>
    tryAnew(tx, deps, fresh, { to: 'NOT_SENT', ...why, leaves: true }),
  )
}

async function lookAgain(deps: InviteDeps, invite: Invite): Promise<InviteCheckResult> {
  const { lookupEveryMs, manualEveryMs } = timingOf(deps)
  if (invite.state === 'MANUAL' && invite.account_id !== null && !invite.delivered) {
    const found = await findMembership(deps, invite)
    if (found.ok && found.value !== undefined && found.value.state !== 'gone') {
      const shown = { ...found.value, reason: 'found at the provider' }
      return await changeInvite(deps, invite, 'fulfilment.adopt-invitation', (tx, fresh) =>
        followInvitation(tx, deps, fresh, shown),
      )
    }
  }
  const waitMs = invite.state === 'MANUAL' ? manualEveryMs : lookupEveryMs
  return await deps.db.transaction('fulfilment.look-again-for-invite', { role: 'worker' }, async (tx) => ({
    kind: (await postponeInvite(tx, invite, waitMs, momentOf(deps))) ? 'pending' : 'moved_on',
  }))
}
