import type { Tx } from '#platform/database.ts'
import { publish } from '#platform/outbox.ts'
import { FULFILMENT_EVENTS } from '../events.ts'
import type { Membership } from '../ports.ts'
import { endInvite, giveMembership, handToPerson, tryAnew } from './end-invite.ts'
import { findMembership } from './find-membership.ts'
import { momentOf, type Invite, type InviteDeps } from './invite.ts'
import { postponeInvite } from './invite-store.ts'
import { timingOf, waitOf } from './invite-timing.ts'
import { changeInvite, type InviteCheckResult } from './record-invite.ts'

/**
 * Looks after an invitation until it is accepted, and after a membership until its days are over: then its seat is to
 * be left, three days before the buyer is told. An invitation that lapsed is sent again, what a banned account held
 * is moved to another one. A member who is gone before the end is for a person: the buyer may have left by choice.
 */
export async function followMembership(deps: InviteDeps, invite: Invite): Promise<InviteCheckResult> {
  if (invite.ends_in_ms !== null && invite.ends_in_ms <= 0) return await end(deps, invite)
  if (invite.account_state === 'BANNED') return await leaveBannedAccount(deps, invite)
  if (invite.account_id === null) return await keepWatching(deps, invite)
  const found = await findMembership(deps, invite)
  if (!found.ok) return await keepWatching(deps, invite)
  return await act(deps, invite, found.value)
}

async function act(
  deps: InviteDeps,
  invite: Invite,
  membership: Membership | undefined,
): Promise<InviteCheckResult> {
  const { resolveWindowMs, acceptWithinMs } = timingOf(deps)
  if (membership?.state === 'joined' && invite.state === 'INVITED')
    return await changeInvite(deps, invite, 'fulfilment.note-joined', (tx, fresh) =>
      giveMembership(tx, deps, fresh, membership),
    )
  // Right after the call a list may lag behind; later, nothing there means gone.
  const isGone = membership?.state === 'gone' || (invite.sent_for_ms ?? 0) > resolveWindowMs
  if ((membership === undefined || membership.state === 'gone') && isGone) return await replace(deps, invite)
  if (invite.state === 'INVITED' && (invite.sent_for_ms ?? 0) > acceptWithinMs)
    return await changeInvite(deps, invite, 'fulfilment.hand-over-invite', (tx, fresh) =>
      handToPerson(tx, deps, fresh, { code: 'not_accepted', reason: 'never accepted, and never lapsed' }),
    )
  return await keepWatching(deps, invite)
}

async function replace(deps: InviteDeps, invite: Invite): Promise<InviteCheckResult> {
  const isMember = invite.state === 'JOINED'
  if (isMember || invite.lapses >= timingOf(deps).maxResends)
    return await changeInvite(deps, invite, 'fulfilment.hand-over-invite', (tx, fresh) =>
      handToPerson(tx, deps, fresh, {
        code: isMember ? 'gone' : 'not_accepted',
        reason: isMember ? 'no longer a member before the end' : 'invited again and again, never accepted',
      }),
    )
  return await changeInvite(deps, invite, 'fulfilment.resend-invite', (tx, fresh) =>
    tryAnew(tx, deps, fresh, {
      to: 'LOST',
      code: 'lapsed',
      reason: 'the invitation lapsed unaccepted',
      leaves: true,
    }),
  )
}

/**
 * Moves a buyer off a banned account: what was sent from there can no longer be accepted or used. The place in the
 * queue and the end of the membership stay. One in doubt too: an invitation of a banned account is worth nothing.
 */
export async function leaveBannedAccount(deps: InviteDeps, invite: Invite): Promise<InviteCheckResult> {
  const why = { code: 'account_banned', reason: 'the account was banned' }
  if (invite.moves >= timingOf(deps).maxMoves)
    return await changeInvite(deps, invite, 'fulfilment.hand-over-invite', (tx, fresh) =>
      handToPerson(tx, deps, fresh, why),
    )
  return await changeInvite(deps, invite, 'fulfilment.move-invite', async (tx, fresh) =>
    fresh.account_state === 'BANNED'
      ? await tryAnew(tx, deps, fresh, { to: 'LOST', ...why, leaves: true })
      : false,
  )
}

async function end(deps: InviteDeps, invite: Invite): Promise<InviteCheckResult> {
  return await changeInvite(deps, invite, 'fulfilment.end-membership', (tx, fresh) =>
    endInvite(tx, deps, fresh, {
      to: 'ENDED',
      code: 'term_over',
      reason: 'the days that were paid for are over',
      leaves: true,
    }),
  )
}

async function keepWatching(deps: InviteDeps, invite: Invite): Promise<InviteCheckResult> {
  const { endingNoticeMs } = timingOf(deps)
  const isEnding = invite.ends_in_ms !== null && invite.ends_in_ms <= endingNoticeMs
  return await deps.db.transaction('fulfilment.watch-membership', { role: 'worker' }, async (tx) => {
    if (!(await postponeInvite(tx, invite, waitUntilLook(deps, invite), momentOf(deps))))
      return { kind: 'moved_on' }
    if (isEnding && invite.state === 'JOINED') await publishEnding(tx, invite)
    return { kind: 'pending' }
  })
}

/** The next look falls on the notice, on the end and on the lapse of an invitation; else it comes at its usual pace. */
function waitUntilLook(deps: InviteDeps, invite: Invite): number {
  const { acceptEveryMs, memberEveryMs, endingNoticeMs } = timingOf(deps)
  const usual = invite.state === 'INVITED' ? waitOf(acceptEveryMs, invite.checks + 1) : memberEveryMs
  const { ends_in_ms: endsInMs, expired_for_ms: expiredForMs } = invite
  const dates = [
    ...(endsInMs === null ? [] : [endsInMs - endingNoticeMs, endsInMs]),
    ...(expiredForMs === null ? [] : [-expiredForMs]),
  ].filter((ms) => ms > 0)
  return Math.max(1, Math.min(usual, ...dates))
}

/** Named by the end of the membership, so that a prolonged one is told again. */
async function publishEnding(tx: Tx, invite: Invite): Promise<void> {
  await publish(tx, {
    kind: FULFILMENT_EVENTS.membershipEnding,
    key: `${FULFILMENT_EVENTS.membershipEnding}:${invite.line_id}:${invite.slot}:${invite.ends_at?.toISOString().slice(0, 10) ?? ''}`,
    orderId: invite.order_id,
    lineId: invite.line_id,
    data: { slot: invite.slot, endsAt: invite.ends_at?.toISOString() ?? '' },
  })
}
