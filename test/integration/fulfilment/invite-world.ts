import type { InviteOutcome, InviteProvider, Membership } from '../../../src/fulfilment/ports.ts'
import { err, ok } from '../../../src/shared/result.ts'

/** An account as the provider knows it. `invitedOn` counts invitations by day of Jakarta. */
export type WorldAccount = {
  externalId: string
  seats: number
  quota: number
  bannedAt: Date | undefined
  members: Map<string, Membership>
  invitedOn: Map<string, number>
}

/** What a call does beside its work: `lost` = done, and the answer is lost; `not_sent` = it never arrived. */
export type Mishap = 'none' | 'lost' | 'not_sent'

/** A provider in memory that counts what may never happen. */
export type World = {
  provider: InviteProvider
  accounts: Map<string, WorldAccount>
  breaches: { quota: number; seats: number; doubles: number }
  calls: number
  mishap: () => Mishap
  /** Whether the buyer is a member at once instead of being invited. */
  joinsAtOnce: () => boolean
}

const JAKARTA_MS = 7 * 3_600_000

/** The day in Jakarta. */
export function dayOf(at: Date): string {
  return new Date(at.getTime() + JAKARTA_MS).toISOString().slice(0, 10)
}

/** Builds the provider; it reads the simulated time from `now`. */
export function createWorld(
  now: () => Date,
  accounts: readonly Pick<WorldAccount, 'externalId' | 'seats' | 'quota'>[],
): World {
  const world: World = {
    accounts: new Map(
      accounts.map((account) => [
        account.externalId,
        { ...account, bannedAt: undefined, members: new Map(), invitedOn: new Map() },
      ]),
    ),
    breaches: { quota: 0, seats: 0, doubles: 0 },
    calls: 0,
    mishap: () => 'none',
    joinsAtOnce: () => true,
    provider: {
      id: 'world',
      usualSeconds: 10,
      invite: async ({ externalId }, { email }) => invite(world, accountOf(world, externalId), email, now()),
      async find({ externalId }, { email }) {
        const account = accountOf(world, externalId)
        if (account.bannedAt !== undefined) return err({ code: 'refused', detail: 'banned' })
        const member = account.members.get(email)
        if (member !== undefined) member.state = 'joined'
        return ok(member)
      },
      async remove({ externalId }, { email }) {
        const account = accountOf(world, externalId)
        if (account.bannedAt !== undefined) return err({ code: 'refused', detail: 'banned' })
        account.members.delete(email)
        return ok(undefined)
      },
      async inspect({ externalId }) {
        const account = accountOf(world, externalId)
        if (account.bannedAt !== undefined) return ok({ state: 'banned', detail: 'banned' })
        return ok({ state: 'healthy', seats: account.seats, used: account.members.size })
      },
    },
  }
  return world
}

function accountOf(world: World, externalId: string): WorldAccount {
  const account = world.accounts.get(externalId)
  if (account === undefined) throw new Error(`no account ${externalId}`)
  return account
}

function invite(world: World, account: WorldAccount, email: string, now: Date): InviteOutcome {
  world.calls += 1
  const mishap = world.mishap()
  if (mishap === 'not_sent') return { kind: 'not_sent', detail: 'no connection' }
  if (account.bannedAt !== undefined) return { kind: 'refused', reason: 'banned', detail: 'banned' }
  const day = dayOf(now)
  const used = (account.invitedOn.get(day) ?? 0) + 1
  if (used > account.quota) world.breaches.quota += 1
  if (account.members.size >= account.seats) world.breaches.seats += 1
  if (account.members.has(email)) world.breaches.doubles += 1
  account.invitedOn.set(day, used)
  const state = world.joinsAtOnce() ? 'joined' : 'invited'
  account.members.set(email, { providerRef: `${account.externalId}/${email}`, email, state })
  if (mishap === 'lost') return { kind: 'unknown', detail: 'the answer was lost' }
  return { kind: 'sent', providerRef: `${account.externalId}/${email}`, state }
}
