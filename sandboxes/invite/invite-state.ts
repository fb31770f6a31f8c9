import { z } from 'zod'
import { createRandom, type Random } from '../random.ts'
import type { SandboxContext } from '../sandbox.ts'
import { addAccounts, type Account } from './account.ts'
import type { Invite } from './invite-record.ts'

const share = z.number().min(0).max(1)

/** What `/_sandbox/config` may set. */
export const settingsSchema = z.object({
  /** An invitee accepts after this time by himself; null = only on the inbox page. */
  acceptAfterMs: z.int().min(0).nullable().optional(),
  /** How long a family invite is worked on before it counts. */
  jobMs: z.int().min(0).optional(),
  /** Share of family jobs that end as `gagal`. */
  jobFailShare: share.optional(),
  /** An invite nobody accepted frees its seat after this time. */
  inviteLifeMs: z.int().min(1).optional(),
  /** A family session ends after this time. */
  sessionMs: z.int().min(1).optional(),
  /** Without it calls beyond quota and seats succeed; they are counted either way. */
  enforceLimits: z.boolean().optional(),
  /** Share of invite calls that get their account banned instead. */
  banProbability: share.optional(),
})

type Wished = z.infer<typeof settingsSchema>
export type Settings = Required<{ [K in keyof Wished]: Exclude<Wished[K], undefined> }>

/** Calls that went beyond what an account allows. */
export type Breaches = {
  /** Invite calls after the daily quota was used up. */
  quota: number
  /** Invite calls when no seat was free. */
  seats: number
  /** Invites to an address that held a seat of the same account already. */
  doubleSeats: number
  /** Calls to an account that had been banned. */
  banned: number
}

/** Everything the invite sandbox knows, of both providers. */
export type InviteSandbox = {
  context: SandboxContext
  settings: Settings
  /** By their id at the provider, which is unique across both. */
  accounts: Map<string, Account>
  invites: Map<string, Invite>
  /** Family sessions: cookie value → account and end. */
  sessions: Map<string, { accountId: string; endsAt: Date }>
  breaches: Breaches
  /** Decides bans and failing jobs, so that a run can be repeated. */
  luck: Random
}

const DAY_MS = 86_400_000
const DEMO_ACCOUNTS = 3
const DEMO_SEATS = 5
const DEMO_QUOTA = 10

/** Returns a sandbox with the demo accounts and no invites. */
export function createInviteSandbox(context: SandboxContext): InviteSandbox {
  const sandbox: InviteSandbox = {
    context,
    settings: defaultSettings(),
    accounts: new Map(),
    invites: new Map(),
    sessions: new Map(),
    breaches: noBreaches(),
    luck: createRandom('invite'),
  }
  addDemoAccounts(sandbox)
  return sandbox
}

/** Empties the sandbox in place; the demo accounts are new again. */
export function resetInviteSandbox(sandbox: InviteSandbox): void {
  sandbox.accounts.clear()
  sandbox.invites.clear()
  sandbox.sessions.clear()
  Object.assign(sandbox.settings, defaultSettings())
  Object.assign(sandbox.breaches, noBreaches())
  sandbox.luck = createRandom('invite')
  addDemoAccounts(sandbox)
}

function addDemoAccounts(sandbox: InviteSandbox): void {
  for (const provider of ['teams', 'family'] as const) {
    const wish = { provider, count: DEMO_ACCOUNTS, seats: DEMO_SEATS, dailyQuota: DEMO_QUOTA, prefix: 'demo' }
    addAccounts(sandbox, wish)
  }
}

function defaultSettings(): Settings {
  return {
    acceptAfterMs: 5_000,
    jobMs: 1_500,
    jobFailShare: 0,
    inviteLifeMs: 7 * DAY_MS,
    sessionMs: 1_800_000,
    enforceLimits: true,
    banProbability: 0,
  }
}

function noBreaches(): Breaches {
  return { quota: 0, seats: 0, doubleSeats: 0, banned: 0 }
}
