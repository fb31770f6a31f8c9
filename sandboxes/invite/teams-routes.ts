import { Hono, type Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import { parseJson } from '../control.ts'
import { isUsable, quotaLeft, usedSeats, type Account } from './account.ts'
import { stateOf, type Invite } from './invite-record.ts'
import type { InviteSandbox } from './invite-state.ts'
import { secondsUntilTomorrow } from './jakarta-day.ts'
import { findLive, sendInvite, type Refusal } from './send-invite.ts'

const DEFAULT_PAGE = 20
const MAX_PAGE = 50

const inviteSchema = z.object({
  email: z.string(),
  role: z.string().min(1),
  external_id: z.string().min(1).max(64),
})

type Handler = (account: Account, c: Context) => Response | Promise<Response>

/** Returns the teams provider: REST and JSON, one bearer token per workspace. */
export function createTeamsRoutes(sandbox: InviteSandbox): Hono {
  const app = new Hono()
  const workspace = '/teams/v1/workspaces/:workspace'
  const guarded = (handler: Handler) => (c: Context) => withWorkspace(sandbox, c, handler)
  app.get(
    workspace,
    guarded((account, c) => c.json(workspaceFields(sandbox, account))),
  )
  app.post(
    `${workspace}/invitations`,
    guarded((account, c) => createInvitation(sandbox, account, c)),
  )
  app.get(
    `${workspace}/invitations`,
    guarded((account, c) => listInvitations(sandbox, account, c)),
  )
  app.get(
    `${workspace}/invitations/:id`,
    guarded((account, c) => {
      const invite = findInvite(sandbox, account, ({ id }) => id === c.req.param('id'))
      return invite ? c.json(invitationFields(sandbox, invite)) : fail(c, 404, 'invitation_not_found')
    }),
  )
  app.delete(
    `${workspace}/invitations/:id`,
    guarded((account, c) => revokeInvitation(sandbox, account, c)),
  )
  app.get(
    `${workspace}/members`,
    guarded((account, c) => listMembers(sandbox, account, c)),
  )
  app.delete(
    `${workspace}/members/:id`,
    guarded((account, c) => {
      const isIt = ({ memberId, state }: Invite) => memberId === c.req.param('id') && state === 'accepted'
      const invite = findInvite(sandbox, account, isIt)
      if (!invite) return fail(c, 404, 'member_not_found')
      invite.state = 'removed'
      return c.body(null, 204)
    }),
  )
  return app
}

function withWorkspace(sandbox: InviteSandbox, c: Context, handler: Handler): Response | Promise<Response> {
  const account = sandbox.accounts.get(c.req.param('workspace') ?? '')
  const token = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (account?.provider !== 'teams' || token !== account.credential) return fail(c, 401, 'invalid_token')
  return isUsable(sandbox, account) ? handler(account, c) : fail(c, 403, 'account_suspended')
}

/** A known `external_id` shows its invitation as it is now, whatever else the call says. */
async function createInvitation(sandbox: InviteSandbox, account: Account, c: Context): Promise<Response> {
  const parsed = inviteSchema.safeParse(parseJson(await c.req.text()))
  if (!parsed.success) return fail(c, 422, 'invalid_request')
  const { email, role: plan, external_id: externalId } = parsed.data
  const known = findInvite(sandbox, account, (invite) => invite.externalId === externalId)
  if (known) return c.json(invitationFields(sandbox, known), 200)
  if (findLive(sandbox, account, email)) return fail(c, 409, 'already_invited')
  const invite = sendInvite(sandbox, account, { email, plan, externalId })
  if (typeof invite === 'string') return refuse(sandbox, c, invite)
  return c.json(invitationFields(sandbox, invite), 201)
}

function refuse({ context }: InviteSandbox, c: Context, refusal: Refusal): Response {
  switch (refusal) {
    case 'email':
      return fail(c, 422, 'email_not_allowed')
    case 'quota':
      c.header('Retry-After', String(secondsUntilTomorrow(context.clock.now())))
      return fail(c, 429, 'invitation_limit_reached')
    case 'full':
      return fail(c, 409, 'no_seats_left')
    case 'banned':
      return fail(c, 403, 'account_suspended')
  }
}

function listInvitations(sandbox: InviteSandbox, account: Account, c: Context): Response {
  const { email, external_id: externalId, status } = c.req.query()
  const rows = invitesOf(sandbox, account).filter(
    (invite) =>
      (email === undefined || invite.email === email) &&
      (externalId === undefined || invite.externalId === externalId) &&
      (status === undefined || statusWord(sandbox, invite) === status),
  )
  return page(c, rows, (invite) => invitationFields(sandbox, invite))
}

function listMembers(sandbox: InviteSandbox, account: Account, c: Context): Response {
  const rows = invitesOf(sandbox, account).filter(({ state }) => state === 'accepted')
  return page(c, rows, ({ memberId, email, plan, acceptedAt }) => ({
    id: memberId,
    email,
    role: plan,
    joined_at: acceptedAt?.toISOString() ?? null,
  }))
}

function revokeInvitation(sandbox: InviteSandbox, account: Account, c: Context): Response {
  const invite = findInvite(sandbox, account, ({ id }) => id === c.req.param('id'))
  if (!invite) return fail(c, 404, 'invitation_not_found')
  const state = stateOf(sandbox, invite)
  if (state === 'accepted') return fail(c, 409, 'already_accepted')
  if (state === 'pending') invite.state = 'removed'
  return c.body(null, 204)
}

/** A page of the rows; the cursor is the id of the last row before it. */
function page(c: Context, rows: Invite[], show: (invite: Invite) => unknown): Response {
  const limit = Math.min(Math.max(Number(c.req.query('limit')) || DEFAULT_PAGE, 1), MAX_PAGE)
  const cursor = c.req.query('cursor')
  const last = cursor ? Buffer.from(cursor, 'base64url').toString() : undefined
  const start = last === undefined ? 0 : rows.findIndex(({ id }) => id === last) + 1
  if (last !== undefined && start === 0) return fail(c, 400, 'invalid_cursor')
  const shown = rows.slice(start, start + limit)
  const isLast = start + limit >= rows.length
  const next = isLast ? null : Buffer.from(shown.at(-1)?.id ?? '').toString('base64url')
  return c.json({ data: shown.map(show), next_cursor: next })
}

function workspaceFields(sandbox: InviteSandbox, account: Account): Record<string, unknown> {
  return {
    id: account.id,
    status: 'active',
    seats: { total: account.seats, used: usedSeats(sandbox, account) },
    invitations: { daily_limit: account.dailyQuota, remaining_today: quotaLeft(sandbox, account) },
  }
}

function invitationFields(sandbox: InviteSandbox, invite: Invite): Record<string, unknown> {
  return {
    id: invite.id,
    email: invite.email,
    role: invite.plan,
    external_id: invite.externalId,
    status: statusWord(sandbox, invite),
    member_id: invite.memberId ?? null,
    created_at: invite.createdAt.toISOString(),
    accepted_at: invite.acceptedAt?.toISOString() ?? null,
    expires_at: invite.expiresAt.toISOString(),
  }
}

/** `pending`, `accepted`, `expired` or `revoked`; what became of a member afterwards is `revoked` too. */
function statusWord(sandbox: InviteSandbox, invite: Invite): string {
  const state = stateOf(sandbox, invite)
  return state === 'pending' || state === 'accepted' || state === 'expired' ? state : 'revoked'
}

function invitesOf({ invites }: InviteSandbox, { id }: Account): Invite[] {
  return [...invites.values()].filter(({ accountId }) => accountId === id)
}

function findInvite(
  sandbox: InviteSandbox,
  account: Account,
  isIt: (invite: Invite) => boolean,
): Invite | undefined {
  return invitesOf(sandbox, account).find(isIt)
}

const MESSAGES: Record<string, string> = {
  invalid_token: 'The access token does not belong to this workspace.',
  account_suspended: 'This workspace has been suspended.',
  invitation_limit_reached: 'The daily invitation limit of this workspace has been reached.',
  no_seats_left: 'All seats of this workspace are taken.',
  already_invited: 'This address already has a seat in this workspace.',
  email_not_allowed: 'This address cannot be invited.',
}

function fail(c: Context, status: ContentfulStatusCode, code: string): Response {
  return c.json({ error: { code, message: MESSAGES[code] ?? code.replaceAll('_', ' ') } }, status)
}
