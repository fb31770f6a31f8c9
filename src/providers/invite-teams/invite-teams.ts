import * as z from 'zod'
import type {
  AccountHealth,
  InviteAccount,
  InviteFailure,
  InviteOutcome,
  InviteProvider,
  InviteRefusal,
  Membership,
  MembershipState,
} from '../../fulfilment/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { createTeamsApi, type TeamsAnswer, type TeamsApi, type TeamsOptions } from './teams-api.ts'

export type { TeamsOptions } from './teams-api.ts'

/** Invitations of an address on one page; more of one address is no honest use. */
const PAGE = 50
const PAGES_AT_MOST = 20
/** Invitations are mailed at once. */
const USUAL_SECONDS = 10

const invitation = z.object({
  id: z.string().min(1),
  email: z.string(),
  status: z.string(),
  member_id: z.string().nullish(),
  accepted_at: z.iso.datetime({ offset: true }).nullish(),
  expires_at: z.iso.datetime({ offset: true }).nullish(),
})
const page = z.object({ data: z.array(invitation), next_cursor: z.string().nullable() })
const workspace = z.object({
  status: z.string(),
  seats: z.object({ total: z.int(), used: z.int() }),
  invitations: z.object({ remaining_today: z.int() }).optional(),
})

type Invitation = z.infer<typeof invitation>

/**
 * A provider of team seats with a REST API: a token per workspace, one invitation per `external_id` for ever. A
 * membership is known by the id of its invitation, also after it was accepted.
 */
export function createInviteTeams(options: TeamsOptions): InviteProvider {
  const api = createTeamsApi(options)
  return {
    id: 'teams',
    usualSeconds: USUAL_SECONDS,
    async invite(account, { reference, plan, email }) {
      const body = { email, role: plan, external_id: reference }
      return readInvite(await api.call(account, 'POST', '/invitations', body))
    },
    async find(account, { email, providerRef }) {
      const found =
        providerRef === undefined
          ? await findByEmail(api, account, email)
          : await findById(api, account, providerRef)
      return found.ok ? ok(found.value && toMembership(found.value)) : found
    },
    remove: (account, { providerRef }) => remove(api, account, providerRef),
    inspect: (account) => inspect(api, account),
  }
}

const REFUSALS: Readonly<Record<string, InviteRefusal>> = {
  invalid_token: 'credential',
  account_suspended: 'banned',
  email_not_allowed: 'target',
  no_seats_left: 'full',
  invitation_limit_reached: 'quota',
  too_many_requests: 'throttled',
}

/** What an answer to an invitation proves. An address that is invited already is looked up: it may be ours. */
function readInvite(answer: TeamsAnswer): InviteOutcome {
  switch (answer.kind) {
    case 'not_sent':
      return { kind: 'not_sent', detail: answer.reason }
    case 'unknown':
      return { kind: 'unknown', detail: answer.reason }
    case 'refused': {
      const { code, status, message, retryAt } = answer
      const detail = `${status} ${code}: ${message}`.slice(0, 200)
      if (code === 'already_invited') return { kind: 'unknown', detail }
      const reason = REFUSALS[code] ?? (status === 429 ? 'throttled' : 'other')
      return { kind: 'refused', reason, detail, ...(retryAt === undefined ? {} : { retryAt }) }
    }
    case 'done': {
      const parsed = invitation.safeParse(answer.body)
      if (!parsed.success) return { kind: 'unknown', detail: 'invited without an invitation in the answer' }
      const { id, status, expires_at: expiresAt } = parsed.data
      return {
        kind: 'sent',
        providerRef: id,
        state: stateOf(status),
        ...(expiresAt == null ? {} : { expiresAt: new Date(expiresAt) }),
      }
    }
  }
}

function stateOf(status: string): MembershipState {
  if (status === 'accepted') return 'joined'
  return status === 'pending' ? 'invited' : 'gone'
}

function toMembership({ id, email, status, accepted_at: since }: Invitation): Membership {
  const state = stateOf(status)
  const hasJoined = state === 'joined' && since != null
  return { providerRef: id, email, state, ...(hasJoined ? { since: new Date(since) } : {}) }
}

async function findById(
  api: TeamsApi,
  account: InviteAccount,
  id: string,
): Promise<Result<Invitation | undefined, InviteFailure>> {
  const answer = await api.call(account, 'GET', `/invitations/${encodeURIComponent(id)}`)
  if (answer.kind === 'refused' && answer.status === 404) return ok(undefined)
  return read(answer, invitation)
}

/** The invitation of an address that holds a seat, else its newest one. */
async function findByEmail(
  api: TeamsApi,
  account: InviteAccount,
  email: string,
): Promise<Result<Invitation | undefined, InviteFailure>> {
  const rows: Invitation[] = []
  let cursor: string | null = ''
  for (let turn = 0; cursor !== null && turn < PAGES_AT_MOST; turn += 1) {
    const query = new URLSearchParams({ email, limit: String(PAGE), ...(cursor === '' ? {} : { cursor }) })
    const listed: Result<z.infer<typeof page>, InviteFailure> = read(
      await api.call(account, 'GET', `/invitations?${query.toString()}`),
      page,
    )
    if (!listed.ok) return listed
    rows.push(...listed.value.data)
    cursor = listed.value.next_cursor
  }
  const mine = rows.filter((row) => row.email.toLowerCase() === email.toLowerCase())
  return ok(mine.findLast((row) => stateOf(row.status) !== 'gone') ?? mine.at(-1))
}

/** An open invitation is revoked, a member is removed; one that was accepted in between is removed as a member. */
async function remove(
  api: TeamsApi,
  account: InviteAccount,
  id: string,
): Promise<Result<void, InviteFailure>> {
  const found = await findById(api, account, id)
  if (!found.ok) return found
  const row = found.value
  if (row === undefined || stateOf(row.status) === 'gone') return ok(undefined)
  if (row.status === 'accepted') return await removeMember(api, account, row)
  const revoked = await api.call(account, 'DELETE', `/invitations/${encodeURIComponent(id)}`)
  if (revoked.kind === 'refused' && revoked.code === 'already_accepted') {
    const fresh = await findById(api, account, id)
    return fresh.ok && fresh.value !== undefined
      ? await removeMember(api, account, fresh.value)
      : toVoid(fresh)
  }
  return toVoid(readRemoval(revoked))
}

async function removeMember(
  api: TeamsApi,
  account: InviteAccount,
  row: Invitation,
): Promise<Result<void, InviteFailure>> {
  if (row.member_id == null) return err({ code: 'malformed', detail: 'accepted without a member' })
  return readRemoval(await api.call(account, 'DELETE', `/members/${encodeURIComponent(row.member_id)}`))
}

function readRemoval(answer: TeamsAnswer): Result<void, InviteFailure> {
  if (answer.kind === 'refused' && answer.status === 404) return ok(undefined)
  return answer.kind === 'done' ? ok(undefined) : err(toFailure(answer))
}

function toVoid(result: Result<unknown, InviteFailure>): Result<void, InviteFailure> {
  return result.ok ? ok(undefined) : result
}

async function inspect(api: TeamsApi, account: InviteAccount): Promise<Result<AccountHealth, InviteFailure>> {
  const answer = await api.call(account, 'GET', '')
  if (answer.kind === 'refused') {
    const detail = `${answer.code}: ${answer.message}`.slice(0, 200)
    const reason = REFUSALS[answer.code]
    if (reason === 'banned') return ok({ state: 'banned', detail })
    if (reason === 'credential') return ok({ state: 'credential_refused', detail })
  }
  const shown = read(answer, workspace)
  if (!shown.ok) return shown
  const { status, seats, invitations } = shown.value
  if (status !== 'active') return ok({ state: 'banned', detail: `workspace is ${status}` })
  return ok({
    state: 'healthy',
    seats: seats.total,
    used: seats.used,
    ...(invitations === undefined ? {} : { invitesLeftToday: invitations.remaining_today }),
  })
}

function read<T>(answer: TeamsAnswer, schema: z.ZodType<T>): Result<T, InviteFailure> {
  if (answer.kind !== 'done') return err(toFailure(answer))
  const parsed = schema.safeParse(answer.body)
  return parsed.success
    ? ok(parsed.data)
    : err({ code: 'malformed', detail: 'the answer is not in the documented form' })
}

function toFailure(answer: Exclude<TeamsAnswer, { kind: 'done' }>): InviteFailure {
  if (answer.kind !== 'refused') return { code: 'unreachable', detail: answer.reason }
  const detail = `${answer.status} ${answer.code}`
  return { code: answer.status === 429 ? 'unreachable' : 'refused', detail }
}
