import type { Database, Statement, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { Invite } from './invite.ts'
import { assertMove, type InviteState } from './invite-states.ts'

/** The moment of a statement: the database's time, or the simulated one of this parameter. */
export function at(parameter: string): string {
  return `coalesce(${parameter}::timestamptz, now())`
}

const ageOf = (column: string, moment: string): string =>
  `extract(epoch from ${at(moment)} - ${column})::float8 * 1000`

const INVITE = `select i.id, i.line_id, l.order_id, i.slot, i.attempt, i.email, i.provider, i.plan, i.state, i.account_id,
    a.state as account_state, i.provider_ref, i.fence, i.checks, i.ends_at, l.state as line_state,
    exists (select 1 from payments p where p.order_id = l.order_id and p.booked_to = 'order'
      and p.state in ('PAID', 'PARTIALLY_REFUNDED')) as money_held,
    exists (select 1 from deliveries d where d.line_id = i.line_id and d.slot = i.slot) as delivered,
    past.lapses, past.moves, past.refusals,
    ${ageOf('i.next_check_at', '$2')} as due_for_ms, ${ageOf('i.sent_at', '$2')} as sent_for_ms,
    ${ageOf('i.unknown_since', '$2')} as unknown_for_ms, ${ageOf('i.waiting_since', '$2')} as waiting_for_ms,
    -(${ageOf('i.ends_at', '$2')}) as ends_in_ms, ${ageOf('i.expires_at', '$2')} as expired_for_ms
  from invites i
  join order_lines l on l.id = i.line_id
  left join provider_accounts a on a.id = i.account_id
  cross join lateral (
    select count(*) filter (where f.failure_code = 'lapsed') as lapses,
      count(*) filter (where f.failure_code = 'account_banned') as moves,
      count(*) filter (where f.failure_code = 'other') as refusals
    from invites f where f.line_id = i.line_id and f.slot = i.slot and f.id <> i.id) past
  where i.id = $1`

/** The invite as it is now, or undefined. Uses invites_pkey and invites_attempt. */
export async function findInvite(db: Database, id: string, moment: Date | null): Promise<Invite | undefined> {
  const statement: Statement<Invite> = { name: 'invite_find', text: INVITE, values: [id, moment] }
  const [row] = await db.once('fulfilment.find-invite', { role: 'worker' }, statement)
  return row
}

/** The same inside a transaction. */
export async function readInvite(tx: Tx, id: string, moment: Date | null): Promise<Invite> {
  return await tx.one<Invite>({ name: 'invite_find', text: INVITE, values: [id, moment] })
}

/** The pool that an invite waits in. */
export function poolStatement(id: string): Statement<{ provider: string; plan: string }> {
  return { name: 'invite_pool', text: 'select provider, plan from invites where id = $1', values: [id] }
}

/**
 * Gives the first waiting invite of a pool an account, a seat and one of the day's invites, or nobody anything; its id.
 * One statement: see the function in the schema for its order and locks. Uses invites_queue, account_seats_one_holder.
 */
export async function claimInvite(
  tx: Tx,
  pool: { provider: string; plan: string },
  lostAfterMs: number,
  moment: Date | null,
): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>({
    name: 'invite_claim',
    text: 'select claimed_id as id from claim_invite($1, $2, $3, $4, $5)',
    values: [pool.provider, pool.plan, moment, lostAfterMs, newId()],
  })
  return row?.id
}

export type NewInvite = {
  lineId: string
  slot: number
  email: string
  provider: string
  plan: string
  days: number | null
  /** So long it may wait before a person looks. */
  maxWaitMs: number
}

/** Queues the first attempt for a unit; `invites_attempt` and `invites_one_open` refuse a second one. */
export async function insertInvite(tx: Tx, invite: NewInvite, moment: Date | null): Promise<string> {
  const id = newId()
  const written = tx.count({
    name: 'invite_insert',
    text: `insert into invites (id, line_id, slot, email, provider, plan, days, state, queued_at, waiting_since, due_at,
        next_check_at, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, 'QUEUED', ${at('$8')}, ${at('$8')}, ${at('$8')},
        ${at('$8')} + $9::float8 * interval '1 millisecond', ${at('$8')}, ${at('$8')})`,
    values: [
      id,
      invite.lineId,
      invite.slot,
      invite.email,
      invite.provider,
      invite.plan,
      invite.days,
      moment,
      invite.maxWaitMs,
    ],
  })
  const noted = noteQueued(tx, id, moment)
  await Promise.all([written, noted])
  return id
}

/**
 * Queues a further attempt for the unit of an earlier one, at its place in the queue and with its end of membership;
 * `email` replaces a corrected address.
 */
export async function insertFurtherInvite(
  tx: Tx,
  earlierId: string,
  plan: { maxWaitMs: number; waitsAnew: boolean; email?: string },
  moment: Date | null,
): Promise<string> {
  const id = newId()
  const written = tx.count({
    name: 'invite_insert_further',
    text: `insert into invites (id, line_id, slot, attempt, email, provider, plan, days, state, queued_at, waiting_since,
        due_at, ends_at, next_check_at, created_at, updated_at)
      select $2, e.line_id, e.slot, e.attempt + 1, coalesce($3, e.email), e.provider, e.plan, e.days, 'QUEUED', e.queued_at,
        case when $6 then ${at('$4')} else e.waiting_since end, ${at('$4')}, e.ends_at, ${at('$4')} + $5::float8 * interval '1 millisecond', ${at('$4')}, ${at('$4')}
      from invites e where e.id = $1`,
    values: [earlierId, id, plan.email ?? null, moment, plan.maxWaitMs, plan.waitsAnew],
  })
  const noted = noteQueued(tx, id, moment)
  await Promise.all([written, noted])
  return id
}

async function noteQueued(tx: Tx, id: string, moment: Date | null): Promise<void> {
  await tx.count({
    name: 'invite_insert_history',
    text: `insert into invite_history (id, invite_id, from_state, to_state, at) values ($1, $2, 'NEW', 'QUEUED', ${at('$3')})`,
    values: [newId(), id, moment],
  })
}

export type InviteMove = {
  to: InviteState
  reason: string
  failureCode?: string
  /** How long until the next look; left out, its checks end. */
  nextCheckMs?: number
  providerRef?: string
  expiresAt?: Date
  /** Since when the buyer is a member, as the provider shows it. */
  since?: Date
  /** The provider invited nobody: the day gets this invite back. Only for one that was being sent. */
  givesBack?: boolean
}

/**
 * Moves an invite and writes its history; false when it is not in that state of that claim any more. A membership's
 * days begin when the buyer joins. Callers that touch the account too hold its lock already.
 */
export async function moveInvite(
  tx: Tx,
  { id, state: from, fence }: Pick<Invite, 'id' | 'state' | 'fence'>,
  move: InviteMove,
  moment: Date | null,
): Promise<boolean> {
  assertMove(from, move.to)
  const moved = await tx.maybe<{ id: string }>({
    name: 'invite_move',
    text: `with moved as (
        update invites set state = $3, fence = fence + 1, checks = 0, updated_at = ${at('$11')},
          next_check_at = ${at('$11')} + $6::float8 * interval '1 millisecond',
          unknown_since = case when $3 = 'UNKNOWN' then ${at('$11')} else unknown_since end,
          invited_at = case when $3 in ('INVITED', 'JOINED') then coalesce(invited_at, ${at('$11')}) else invited_at end,
          joined_at = case when $3 = 'JOINED' then coalesce(joined_at, $9, ${at('$11')}) else joined_at end,
          ends_at = case when $3 = 'JOINED'
            then coalesce(ends_at, coalesce(joined_at, $9, ${at('$11')}) + days * interval '1 day') else ends_at end,
          provider_ref = coalesce($7, provider_ref), expires_at = coalesce($8, expires_at),
          failure_code = $10, failure_text = case when $10::text is null then null else $5::text end,
          counted = counted and not $13
        where id = $1 and state = $2 and fence = $4
        returning id, account_id, claim_day),
      given_back as (
        update account_days d set used = d.used - 1 from moved m
        where $13 and d.account_id = m.account_id and d.day = m.claim_day),
      noted as (
        insert into invite_history (id, invite_id, from_state, to_state, reason, at)
        select $12, id, $2, $3, $5, ${at('$11')} from moved)
      select id from moved`,
    values: [
      id,
      from,
      move.to,
      fence,
      move.reason.slice(0, 200),
      move.nextCheckMs ?? null,
      move.providerRef ?? null,
      move.expiresAt ?? null,
      move.since ?? null,
      move.failureCode ?? null,
      moment,
      newId(),
      move.givesBack === true && from === 'SENDING',
    ],
  })
  return moved !== undefined
}

/** Plans the next look at an invite; false when it moved on, or when another run has planned it already. */
export async function postponeInvite(
  tx: Tx,
  { id, state, fence }: Pick<Invite, 'id' | 'state' | 'fence'>,
  waitMs: number,
  moment: Date | null,
): Promise<boolean> {
  const postponed = await tx.count({
    name: 'invite_postpone',
    text: `update invites set fence = fence + 1, checks = checks + 1,
        next_check_at = ${at('$5')} + $4::float8 * interval '1 millisecond'
      where id = $1 and state = $2 and fence = $3`,
    values: [id, state, fence, waitMs, moment],
  })
  return postponed > 0
}

/** Makes everything that runs on an account due now: for when the account is lost. Uses invites_account_open. */
export async function makeAccountDue(tx: Tx, accountId: string, moment: Date | null): Promise<void> {
  await tx.count({
    name: 'invite_make_due',
    text: `update invites set next_check_at = ${at('$2')}
      where account_id = $1 and state in ('UNKNOWN', 'INVITED', 'JOINED')`,
    values: [accountId, moment],
  })
}
