import { z } from 'zod'
import { holdsSeat } from './invite-record.ts'
import type { InviteSandbox } from './invite-state.ts'
import { jakartaDay } from './jakarta-day.ts'

/** The two providers, as the control routes name them. */
export type ProviderName = 'teams' | 'family'

/** An account that invites. */
export type Account = {
  provider: ProviderName
  id: string
  /** Bearer token (teams) or password (family). */
  credential: string
  /** Seats that can be given away; the owner's own is not among them. */
  seats: number
  dailyQuota: number
  bannedAt: Date | undefined
  /** Invites sent per day of Western Indonesian time. */
  invitedOn: Map<string, number>
}

/** What `/_sandbox/accounts` takes. */
export const accountsSchema = z.object({
  provider: z.enum(['teams', 'family']),
  count: z.int().min(1).max(10_000),
  seats: z.int().min(0),
  dailyQuota: z.int().min(0),
  /** Part of the ids: `ws-<prefix>-1`. */
  prefix: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('pool'),
})

export type AccountsWish = z.infer<typeof accountsSchema>

/** Adds accounts with ids and credentials that follow from prefix and number, and returns them. */
export function addAccounts(
  { accounts }: InviteSandbox,
  { provider, count, seats, dailyQuota, prefix }: AccountsWish,
): Account[] {
  const stem = `${provider === 'teams' ? 'ws' : 'fam'}-${prefix}-`
  const taken = [...accounts.keys()].filter((id) => id.startsWith(stem)).length
  return Array.from({ length: count }, (_, index) => {
    const number = taken + index + 1
    const account: Account = {
      provider,
      id: `${stem}${number}`,
      credential: `${provider}-secret-${prefix}-${number}`,
      seats,
      dailyQuota,
      bannedAt: undefined,
      invitedOn: new Map(),
    }
    accounts.set(account.id, account)
    return account
  })
}

/** Returns how many seats are in use: accepted, pending, or being worked on. */
export function usedSeats(sandbox: InviteSandbox, { id }: Account): number {
  let used = 0
  for (const invite of sandbox.invites.values())
    if (invite.accountId === id && holdsSeat(sandbox, invite)) used += 1
  return used
}

/** Returns how many invites the account may still send today. */
export function quotaLeft({ context }: InviteSandbox, { dailyQuota, invitedOn }: Account): number {
  return Math.max(dailyQuota - (invitedOn.get(jakartaDay(context.clock.now())) ?? 0), 0)
}

/** Bans the account: every call of it is refused from now on, and its open invites are worth nothing. */
export function banAccount(sandbox: InviteSandbox, account: Account): void {
  account.bannedAt ??= sandbox.context.clock.now()
  for (const invite of sandbox.invites.values()) {
    const isOpen = invite.state === 'pending' || invite.state === 'queued'
    if (invite.accountId === account.id && isOpen) invite.state = 'void'
  }
}

/** Returns whether a call may go on; a call to a banned account is counted. */
export function isUsable({ breaches }: InviteSandbox, { bannedAt }: Account): boolean {
  if (bannedAt === undefined) return true
  breaches.banned += 1
  return false
}
