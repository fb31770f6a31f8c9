import type { InviteSandbox } from './invite-state.ts'

/**
 * `queued`: a family job at work. `failed`: a family job that came to nothing. `void`: its account was banned before
 * anybody accepted. `removed`: taken back, before or after it was accepted.
 */
export type InviteState = 'queued' | 'pending' | 'accepted' | 'expired' | 'removed' | 'failed' | 'void'

/** One invite of either provider. */
export type Invite = {
  id: string
  accountId: string
  email: string
  /** Role (teams) or package (family). */
  plan: string
  /** The shop's own reference; only teams takes one. */
  externalId: string
  state: InviteState
  /** The member's id once there is one: on acceptance (teams) or when the job is done (family). */
  memberId: string | undefined
  createdAt: Date
  acceptedAt: Date | undefined
  expiresAt: Date
}

/** Returns the state as it is now: an invite nobody accepted expires by the clock. */
export function stateOf({ context }: InviteSandbox, { state, expiresAt }: Invite): InviteState {
  return state === 'pending' && expiresAt <= context.clock.now() ? 'expired' : state
}

/** Returns whether the invite takes up a seat of its account. */
export function holdsSeat(sandbox: InviteSandbox, invite: Invite): boolean {
  const state = stateOf(sandbox, invite)
  return state === 'queued' || state === 'pending' || state === 'accepted'
}
