import { elapsedMs } from '#platform/clock.ts'
import type { InviteAccount, InviteOutcome } from '../ports.ts'
import { openAccount } from './accounts/open-account.ts'
import { endInvite } from './end-invite.ts'
import { momentOf, type Invite, type InviteDeps } from './invite.ts'
import { claimInvite, poolStatement, readInvite } from './invite-store.ts'
import { timingOf } from './invite-timing.ts'
import { isOwed, recordInvite } from './record-invite.ts'

/**
 * What came of a send job: `sent` = a provider was called for one invite (the outcome is on record), `ended` = one was
 * over without a call, `waiting` = nobody waits in that pool, or nothing of it is free now.
 */
export type InviteSendResult = 'sent' | 'ended' | 'waiting'

/** A pool: the accounts of one provider that invite to one plan. */
export type Pool = { provider: string; plan: string }

/**
 * Sends the invite whose turn it is in the pool of the given one: first come first served, whichever job runs first.
 * Safe to repeat and to run in parallel.
 */
export async function sendInvite(deps: InviteDeps, inviteId: string): Promise<InviteSendResult> {
  const [pool] = await deps.db.once('fulfilment.find-pool', { role: 'worker' }, poolStatement(inviteId))
  return pool === undefined ? 'waiting' : await sendNext(deps, pool)
}

/**
 * Invites one buyer, at most once: account, seat and quota are claimed and committed before the call, a claimed invite
 * is never called again, and an answer that proves nothing leads to UNKNOWN.
 */
export async function sendNext(deps: InviteDeps, pool: Pool): Promise<InviteSendResult> {
  if (!deps.inviteProviders.has(pool.provider)) return 'waiting'
  const claimedAtMs = elapsedMs()
  const claimed = await claim(deps, pool)
  if (claimed === undefined) return 'waiting'
  if (claimed === 'ended') return 'ended'
  await recordInvite(deps, claimed, await call(deps, claimed, claimedAtMs))
  return 'sent'
}

/** One that nobody waits for any more, or whose money was taken back, ends here and gives back what it claimed. */
async function claim(deps: InviteDeps, pool: Pool): Promise<Invite | 'ended' | undefined> {
  return await deps.db.transaction('fulfilment.claim-invite', { role: 'worker' }, async (tx) => {
    const moment = momentOf(deps)
    const id = await claimInvite(tx, pool, timingOf(deps).lostAfterMs, moment)
    if (id === undefined) return undefined
    const invite = await readInvite(tx, id, moment)
    const isOpen = isOwed(invite)
    if (isOpen && invite.money_held) return invite
    await endInvite(tx, deps, invite, {
      to: 'FAILED',
      code: isOpen ? 'money_taken_back' : 'line_closed',
      reason: isOpen ? 'the payment was taken back' : 'the line no longer waits',
      leaves: false,
      givesBack: true,
    })
    return 'ended'
  })
}

/** A process that slept after its claim may have been declared lost meanwhile; then sending would invite twice. */
async function call(deps: InviteDeps, invite: Invite, claimedAtMs: number): Promise<InviteOutcome> {
  const account = await openOf(deps, invite)
  if (account === undefined)
    return {
      kind: 'refused',
      reason: 'credential',
      detail: 'the credential does not open with the keys of this shop',
    }
  if (elapsedMs() - claimedAtMs > timingOf(deps).sendWithinMs)
    return { kind: 'not_sent', detail: 'too late after the claim' }
  const provider = deps.inviteProviders.get(invite.provider)
  if (provider === undefined) return { kind: 'not_sent', detail: 'the provider is not configured' }
  const { id: reference, plan, email } = invite
  return await provider.invite(account, { reference, plan, email })
}

async function openOf(deps: InviteDeps, invite: Invite): Promise<InviteAccount | undefined> {
  return invite.account_id === null ? undefined : await openAccount(deps, invite.account_id)
}
