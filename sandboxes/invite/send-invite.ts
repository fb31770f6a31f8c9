import { banAccount, quotaLeft, usedSeats, type Account } from './account.ts'
import { holdsSeat, stateOf, type Invite } from './invite-record.ts'
import type { InviteSandbox } from './invite-state.ts'
import { jakartaDay } from './jakarta-day.ts'

/** Why a provider does not invite; each tells it in words of its own. */
export type Refusal = 'email' | 'quota' | 'full' | 'banned'

/** Who is invited to what. */
export type InviteWish = { email: string; plan: string; externalId: string }

/** An address with this local part is refused by both providers, for trying what follows. */
const REFUSED_LOCAL_PART = 'tolak'
/** A family job for this local part fails. */
const FAILING_LOCAL_PART = 'gagal'

/** Takes a seat and a piece of the day's quota for the invite, or says why not. Repeating it invites twice. */
export function sendInvite(sandbox: InviteSandbox, account: Account, wish: InviteWish): Invite | Refusal {
  const { settings, luck, breaches } = sandbox
  if (settings.banProbability > 0 && luck.next() < settings.banProbability) {
    banAccount(sandbox, account)
    return 'banned'
  }
  if (!isEmail(wish.email) || localPart(wish.email) === REFUSED_LOCAL_PART) return 'email'
  const isOverQuota = quotaLeft(sandbox, account) === 0
  const isFull = usedSeats(sandbox, account) >= account.seats
  if (isOverQuota) breaches.quota += 1
  if (isFull) breaches.seats += 1
  if (settings.enforceLimits && isOverQuota) return 'quota'
  if (settings.enforceLimits && isFull) return 'full'
  if (findLive(sandbox, account, wish.email)) breaches.doubleSeats += 1
  return record(sandbox, account, wish)
}

function record(sandbox: InviteSandbox, account: Account, wish: InviteWish): Invite {
  const { context, settings, invites } = sandbox
  const now = context.clock.now()
  const day = jakartaDay(now)
  account.invitedOn.set(day, (account.invitedOn.get(day) ?? 0) + 1)
  const isJob = account.provider === 'family'
  const invite: Invite = {
    ...wish,
    id: isJob ? `J${context.random.digits(12)}` : `inv_${context.random.code(16).toLowerCase()}`,
    accountId: account.id,
    state: isJob ? 'queued' : 'pending',
    memberId: undefined,
    createdAt: now,
    acceptedAt: undefined,
    expiresAt: new Date(now.getTime() + settings.inviteLifeMs),
  }
  invites.set(invite.id, invite)
  if (isJob) scheduleJob(sandbox, invite)
  else scheduleAcceptance(sandbox, invite)
  return invite
}

/** Lets a family job come to its end: a pending invite with a member id, or nothing. */
export function scheduleJob(sandbox: InviteSandbox, invite: Invite): void {
  const { settings, context, luck } = sandbox
  const isDoomed = localPart(invite.email) === FAILING_LOCAL_PART || luck.next() < settings.jobFailShare
  context.clock.after(settings.jobMs, () => {
    if (invite.state !== 'queued' || sandbox.invites.get(invite.id) !== invite) return
    invite.state = isDoomed ? 'failed' : 'pending'
    if (isDoomed) return
    invite.memberId = `A${context.random.digits(8)}`
    scheduleAcceptance(sandbox, invite)
  })
}

/** Lets the invitee accept by himself after a while, when that is set. */
export function scheduleAcceptance(sandbox: InviteSandbox, invite: Invite): void {
  const { acceptAfterMs } = sandbox.settings
  if (acceptAfterMs === null) return
  sandbox.context.clock.after(acceptAfterMs, () => {
    if (sandbox.invites.get(invite.id) === invite) acceptInvite(sandbox, invite)
  })
}

/** Makes the invitee a member, when the invite is still open. */
export function acceptInvite(sandbox: InviteSandbox, invite: Invite): boolean {
  if (stateOf(sandbox, invite) !== 'pending') return false
  const { context } = sandbox
  invite.state = 'accepted'
  invite.acceptedAt = context.clock.now()
  invite.memberId ??= `mem_${context.random.code(12).toLowerCase()}`
  return true
}

/** Returns the invite by which an address holds a seat of the account. */
export function findLive(sandbox: InviteSandbox, account: Account, email: string): Invite | undefined {
  return [...sandbox.invites.values()].find(
    (invite) => invite.accountId === account.id && invite.email === email && holdsSeat(sandbox, invite),
  )
}

function isEmail(text: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text)
}

function localPart(email: string): string {
  return email.split('@')[0] ?? ''
}
