import { err, ok, type Result } from '#shared/result.ts'
import { endInvite, giveMembership, tryAnew } from './end-invite.ts'
import { momentOf, type InviteDeps } from './invite.ts'
import { findInvite } from './invite-store.ts'
import { changeInvite, isOwed } from './record-invite.ts'

/** What a person decided about an invite. */
export type InviteDecision =
  /** The person invited the buyer by hand, or saw that the buyer is in. */
  | { kind: 'done'; providerRef?: string }
  /** It goes back into the queue, at its place. */
  | { kind: 'again' }
  /** It ends: what was not delivered is refunded, what was delivered stays so. */
  | { kind: 'failed' }

/**
 * Ends the wait of an invite for a person as that person decided. `not_manual` when it does not wait for anybody (any
 * more). Repeating it changes nothing.
 */
export async function decideInvite(
  deps: InviteDeps,
  inviteId: string,
  decision: InviteDecision,
  actor: string,
): Promise<Result<void, { code: 'not_manual' }>> {
  const invite = await findInvite(deps.db, inviteId, momentOf(deps))
  if (invite?.state !== 'MANUAL') return err({ code: 'not_manual' })
  const why = { code: 'decided', reason: `decided by ${actor}` }
  const leaves = invite.account_id !== null
  const changed = await changeInvite(deps, invite, 'fulfilment.decide-invite', async (tx, fresh) => {
    switch (decision.kind) {
      case 'done': {
        // Its money went back meanwhile: there is nothing to give any more.
        if (!isOwed(fresh))
          return await endInvite(tx, deps, fresh, { to: 'LOST', ...why, code: 'line_closed', leaves })
        const providerRef = decision.providerRef ?? fresh.provider_ref ?? 'by hand'
        return await giveMembership(tx, deps, fresh, { providerRef, state: 'joined', reason: why.reason })
      }
      case 'again':
        return await tryAnew(tx, deps, fresh, { to: fresh.delivered ? 'LOST' : 'NOT_SENT', ...why, leaves })
      case 'failed':
        return await endInvite(tx, deps, fresh, { to: fresh.delivered ? 'ENDED' : 'FAILED', ...why, leaves })
    }
  })
  return changed.kind === 'settled' ? ok(undefined) : err({ code: 'not_manual' })
}
