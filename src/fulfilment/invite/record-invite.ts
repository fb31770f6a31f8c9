import type { Tx } from '#platform/database.ts'
import { unreachable } from '#shared/result.ts'
import type { InviteOutcome } from '../ports.ts'
import { coolDown, lockAccount, moveAccount, noteFull, noteSuccess } from './accounts/account-store.ts'
import { endInvite, giveMembership, handToPerson, tryAnew, type Shown } from './end-invite.ts'
import { momentOf, type Invite, type InviteDeps } from './invite.ts'
import { moveInvite, readInvite } from './invite-store.ts'
import { timingOf, waitOf } from './invite-timing.ts'
import { holdOrder } from './line-lock-store.ts'

/** States of a line that may still be given something. */
const RECEIVING_LINES: readonly string[] = ['PROCESSING', 'DELIVERED']

/**
 * Whether the buyer is still to get a membership. What was delivered once is owed to its end, also on a line whose other
 * units failed: their money went back, the money for this one did not.
 */
export function isOwed({ line_state: state, delivered }: Pick<Invite, 'line_state' | 'delivered'>): boolean {
  return delivered || RECEIVING_LINES.includes(state)
}

/**
 * Writes the outcome of a call with all that follows for its account, if its claim is still the current one; true
 * then. A late outcome of a process that was declared lost changes nothing: its invite is being looked up.
 */
export async function recordInvite(
  deps: InviteDeps,
  claimed: Invite,
  outcome: InviteOutcome,
): Promise<boolean> {
  return await deps.db.transaction('fulfilment.record-invite', { role: 'worker' }, async (tx) => {
    const invite = await lockForMove(tx, deps, claimed)
    if (invite === undefined) return false
    switch (outcome.kind) {
      case 'sent':
        return outcome.state === 'gone'
          ? await doubt(tx, deps, invite, 'answered with a membership that is gone')
          : await followInvitation(tx, deps, invite, outcome)
      case 'refused':
        return await refuse(tx, deps, invite, outcome)
      case 'not_sent':
        return await pauseAndRetry(tx, deps, invite, { ...outcome, code: 'not_sent', cause: 'failures' })
      case 'unknown':
        return await doubt(tx, deps, invite, outcome.detail)
      default:
        return unreachable(outcome)
    }
  })
}

/**
 * The invite anew with its order and account locked, in that order, or undefined when it is not in the state of this
 * claim any more. Whoever moves an invite that has an account takes these locks first.
 */
export async function lockForMove(tx: Tx, deps: InviteDeps, seen: Invite): Promise<Invite | undefined> {
  const held = holdOrder(tx, seen.order_id)
  const locked = seen.account_id === null ? undefined : lockAccount(tx, seen.account_id)
  const read = readInvite(tx, seen.id, momentOf(deps))
  const [invite] = await Promise.all([read, held, locked])
  return invite.state === seen.state && invite.fence === seen.fence ? invite : undefined
}

/**
 * What a look brought: the invite moved (`settled`), is still under way and has its next look planned (`pending`), or
 * was not due or moved on by another run (`moved_on`).
 */
export type InviteCheckResult = { kind: 'settled' | 'pending' | 'moved_on' }

/** Runs `work` on an invite as it is now, under its locks and in a transaction of that name, if nobody moved it yet. */
export async function changeInvite(
  deps: InviteDeps,
  seen: Invite,
  name: string,
  work: (tx: Tx, fresh: Invite) => Promise<boolean>,
): Promise<InviteCheckResult> {
  const moved = await deps.db.transaction(name, { role: 'worker' }, async (tx) => {
    const fresh = await lockForMove(tx, deps, seen)
    return fresh !== undefined && (await work(tx, fresh))
  })
  return { kind: moved ? 'settled' : 'moved_on' }
}

/**
 * Lets an invite follow the invitation that the provider made for it. One for a line that was closed meanwhile is taken
 * back; one of a banned account is worth nothing and made anew elsewhere.
 */
export async function followInvitation(
  tx: Tx,
  deps: InviteDeps,
  invite: Invite,
  shown: Shown & { reason?: string },
): Promise<boolean> {
  if (!isOwed(invite))
    return await endInvite(tx, deps, invite, {
      to: 'LOST',
      code: 'line_closed',
      reason: 'invited after the line was closed',
      leaves: true,
    })
  if (invite.account_state === 'BANNED')
    return await tryAnew(tx, deps, invite, {
      to: 'LOST',
      code: 'account_banned',
      reason: 'the account was banned while the invite was under way',
      leaves: true,
    })
  if (invite.account_id !== null) await noteSuccess(tx, invite.account_id)
  return await giveMembership(tx, deps, invite, shown)
}

type Refused = Extract<InviteOutcome, { kind: 'refused' }>

/** Trouble of an account is not the buyer's: the invite goes on to another. Only a refused address ends it. */
async function refuse(tx: Tx, deps: InviteDeps, invite: Invite, refusal: Refused): Promise<boolean> {
  const { reason: code, detail, retryAt } = refusal
  const moment = momentOf(deps)
  const id = invite.account_id ?? ''
  const next = { to: 'NOT_SENT', code, reason: detail, leaves: false, givesBack: true } as const
  switch (code) {
    case 'target':
      // A buyer who was served once by this address is not sent back to the form.
      if (invite.delivered) return await handToPerson(tx, deps, invite, { code, reason: detail })
      return await endInvite(tx, deps, invite, { ...next, to: 'FAILED' })
    case 'quota':
      await coolDown(tx, { id, pause: retryAt ?? 'day', cause: 'throttles', detail }, moment)
      return await tryAnew(tx, deps, invite, next)
    case 'throttled':
      return await pauseAndRetry(tx, deps, invite, { ...refusal, code, cause: 'throttles' })
    case 'full': {
      const moved = await tryAnew(tx, deps, invite, next)
      await noteFull(tx, id, moment)
      return moved
    }
    case 'banned':
    case 'credential':
      await stopAccount(tx, deps, id, { to: code === 'banned' ? 'BANNED' : 'CREDENTIAL', detail })
      return await tryAnew(tx, deps, invite, next)
    case 'other':
      if (invite.refusals + 1 >= timingOf(deps).maxRefusals)
        return await handToPerson(tx, deps, invite, { code, reason: detail })
      return await tryAnew(tx, deps, invite, next)
    default:
      return unreachable(code)
  }
}

/** Takes an account out of use for what its provider says, and logs it for people. The caller holds its lock. */
export async function stopAccount(
  tx: Tx,
  deps: InviteDeps,
  accountId: string,
  stop: { to: 'BANNED' | 'CREDENTIAL'; detail: string },
): Promise<void> {
  const move = { ...stop, lookAfterMs: timingOf(deps).inspectBrokenEveryMs }
  if (await moveAccount(tx, accountId, move, momentOf(deps)))
    deps.log.error({ accountId, state: stop.to, detail: stop.detail }, 'a provider account is out of use')
}

async function pauseAndRetry(
  tx: Tx,
  deps: InviteDeps,
  invite: Invite,
  why: { code: string; detail: string; cause: 'throttles' | 'failures'; retryAt?: Date },
): Promise<boolean> {
  const { code, detail, cause } = why
  if (invite.account_id !== null) {
    const account = await lockAccount(tx, invite.account_id)
    const pause = why.retryAt ?? waitOf(timingOf(deps).cooldownEveryMs, account?.[cause] ?? 0)
    await coolDown(tx, { id: invite.account_id, pause, cause, detail }, momentOf(deps))
  }
  return await tryAnew(tx, deps, invite, {
    to: 'NOT_SENT',
    code,
    reason: detail,
    leaves: false,
    givesBack: true,
  })
}

/** From here on the provider's list decides. */
export async function doubt(tx: Tx, deps: InviteDeps, invite: Invite, reason: string): Promise<boolean> {
  const nextCheckMs = timingOf(deps).firstLookupMs
  return await moveInvite(tx, invite, { to: 'UNKNOWN', reason, nextCheckMs }, momentOf(deps))
}
