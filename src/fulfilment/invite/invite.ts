import type { Database } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import type { KeyRing } from '#platform/sealing.ts'
import type { InviteProvider } from '../ports.ts'
import type { Announce } from '../supplier/purchase.ts'
import type { InviteState } from './invite-states.ts'
import type { InviteTiming } from './invite-timing.ts'

/** One attempt to give one unit (slot) of a line a membership, with what is known about its line and account now. */
export type Invite = {
  id: string
  line_id: string
  order_id: string
  slot: number
  attempt: number
  email: string
  provider: string
  plan: string
  state: InviteState
  account_id: string | null
  account_state: string | null
  provider_ref: string | null
  fence: number
  checks: number
  ends_at: Date | null
  line_state: string
  /** The order's payment was not taken back. */
  money_held: boolean
  /** The buyer was invited for this unit before, by this attempt or an earlier one. */
  delivered: boolean
  /** Attempts of this unit that lapsed, that lost their account, and that an account refused without a known reason. */
  lapses: number
  moves: number
  refusals: number
  /** Since the next look was due; below 0 when that time lies ahead. This and the other ages by the database's clock. */
  due_for_ms: number | null
  sent_for_ms: number | null
  unknown_for_ms: number | null
  waiting_for_ms: number
  /** Until the membership ends; null while it runs without end or has not begun. */
  ends_in_ms: number | null
  /** Since the invitation ran out at the provider; below 0 before that, null when the provider did not say. */
  expired_for_ms: number | null
}

/** The invite providers of the shop by id. */
export type InviteProviders = ReadonlyMap<string, InviteProvider>

/**
 * What inviting needs. Times are the database's: several processes follow one invite. `moment` stands in for its clock
 * in simulations of many days; it names the business day of Asia/Jakarta too. `timing` is for tests.
 */
export type InviteDeps = {
  db: Database
  keys: KeyRing
  inviteProviders: InviteProviders
  announce: Announce
  log: Log
  timing?: { invites?: Partial<InviteTiming> }
  moment?: () => Date
}

/** The simulated time, or null for the database's own. */
export function momentOf(deps: { moment?: () => Date }): Date | null {
  return deps.moment?.() ?? null
}
