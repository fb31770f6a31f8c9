import { Hono } from 'hono'
import type { Sandbox, SandboxContext, SandboxDefinition } from '../sandbox.ts'
import { quotaLeft, usedSeats, type Account } from './account.ts'
import { createInviteControl } from './control-routes.ts'
import { createFamilyRoutes } from './family-routes.ts'
import { renderHomePage } from './home-page.ts'
import { createInboxRoutes } from './inbox-routes.ts'
import { stateOf, type Invite } from './invite-record.ts'
import { createInviteSandbox, resetInviteSandbox, type InviteSandbox } from './invite-state.ts'
import { scheduleAcceptance, scheduleJob } from './send-invite.ts'
import { createTeamsRoutes } from './teams-routes.ts'

/** Invites kept over a restart; more than a demo ever has. */
const MAX_SAVED = 5_000

/** The invite sandbox: two providers of memberships with nothing in common but their purpose. */
export const inviteSandbox: SandboxDefinition = {
  name: 'invite',
  title: 'Undangan (teams, family)',
  portOffset: 10,
  create: createInvite,
}

function createInvite(context: SandboxContext): Sandbox {
  const sandbox = createInviteSandbox(context)
  const app = new Hono()
  app.get('/', (c) => c.html(renderHomePage(sandbox)))
  app.route('/', createInviteControl(sandbox))
  app.route('/', createInboxRoutes(sandbox))
  app.route('/', createTeamsRoutes(sandbox))
  app.route('/', createFamilyRoutes(sandbox))
  return {
    app,
    state: () => describe(sandbox),
    save: () => ({ accounts: [...sandbox.accounts], invites: [...sandbox.invites].slice(-MAX_SAVED) }),
    restore(saved) {
      const kept = saved as { accounts: [string, Account][]; invites: [string, Invite][] }
      sandbox.accounts = new Map(kept.accounts)
      sandbox.invites = new Map(kept.invites)
      for (const invite of sandbox.invites.values()) {
        if (invite.state === 'queued') scheduleJob(sandbox, invite)
        if (invite.state === 'pending') scheduleAcceptance(sandbox, invite)
      }
    },
    reset: () => resetInviteSandbox(sandbox),
  }
}

function describe(sandbox: InviteSandbox): Record<string, unknown> {
  return {
    settings: sandbox.settings,
    breaches: sandbox.breaches,
    accounts: [...sandbox.accounts.values()].map((account) => ({
      provider: account.provider,
      id: account.id,
      seats: account.seats,
      used: usedSeats(sandbox, account),
      dailyQuota: account.dailyQuota,
      leftToday: quotaLeft(sandbox, account),
      invitedOn: Object.fromEntries(account.invitedOn),
      bannedAt: account.bannedAt?.toISOString() ?? null,
    })),
    invites: [...sandbox.invites.values()].map((invite) => ({ ...invite, state: stateOf(sandbox, invite) })),
  }
}
