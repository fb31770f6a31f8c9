import type { Statement, Tx } from '#platform/database.ts'
import type { ProviderAccountState } from '../../invite-view.ts'
import { at, makeAccountDue } from '../invite-store.ts'

/** Midnight in Jakarta after the given moment: quotas begin anew. */
const nextDay = (moment: string): string =>
  `(((${at(moment)} at time zone 'Asia/Jakarta')::date + 1)::timestamp at time zone 'Asia/Jakarta')`

/**
 * Locks an account for whoever changes it or seats of it, before the invites on it; its state and how often in a row
 * the provider throttled it and calls failed. Undefined for an unknown one.
 */
export async function lockAccount(
  tx: Tx,
  id: string,
): Promise<{ state: ProviderAccountState; failures: number; throttles: number } | undefined> {
  return await tx.maybe({
    name: 'account_lock',
    text: 'select state, failures, throttles from provider_accounts where id = $1 for update',
    values: [id],
  })
}

/** Notes that the account did what was asked of it. */
export async function noteSuccess(tx: Tx, id: string): Promise<void> {
  await tx.count({
    name: 'account_success',
    text: `update provider_accounts set failures = 0, throttles = 0 where id = $1 and (failures > 0 or throttles > 0)`,
    values: [id],
  })
}

export type Cooldown = {
  id: string
  /** For so long, or until the day's end in Jakarta, or until the provider said. */
  pause: number | 'day' | Date
  cause: 'throttles' | 'failures'
  detail: string
}

/** Lets an account rest. One that an operator or the provider stopped stays as it is. */
export async function coolDown(
  tx: Tx,
  { id, pause, cause, detail }: Cooldown,
  moment: Date | null,
): Promise<void> {
  const until =
    pause === 'day'
      ? nextDay('$2')
      : pause instanceof Date
        ? `greatest($5::timestamptz, ${at('$2')} + interval '1 second')`
        : `${at('$2')} + $5::float8 * interval '1 millisecond'`
  await tx.count({
    text: `update provider_accounts set state = 'COOLDOWN', cooldown_until = greatest(cooldown_until, ${until}),
        throttles = throttles + ($3 = 'throttles')::integer, failures = failures + ($3 = 'failures')::integer,
        detail = $4, updated_at = ${at('$2')}
      where id = $1 and state in ('ACTIVE', 'COOLDOWN')`,
    values: [id, moment, cause, detail.slice(0, 200), ...(pause === 'day' ? [] : [pause])],
  })
}

/**
 * Moves an account to another state; false when it is there already or does not exist. What is gone with it is looked
 * at at once: one that is banned takes its memberships along.
 */
export async function moveAccount(
  tx: Tx,
  id: string,
  move: { to: ProviderAccountState; detail: string | null; lookAfterMs: number },
  moment: Date | null,
): Promise<boolean> {
  const moved = await tx.count({
    name: 'account_move',
    text: `update provider_accounts set state = $2, cooldown_until = null, detail = $3, failures = 0, throttles = 0,
        next_look_at = ${at('$5')} + $4::float8 * interval '1 millisecond', updated_at = ${at('$5')}
      where id = $1 and state <> $2`,
    values: [id, move.to, move.detail?.slice(0, 200) ?? null, move.lookAfterMs, moment],
  })
  if (moved > 0 && move.to === 'BANNED') await makeAccountDue(tx, id, moment)
  return moved > 0
}

/** Notes that a provider has no seat left where we saw one, and has the account inspected now. */
export async function noteFull(tx: Tx, id: string, moment: Date | null): Promise<void> {
  await tx.count({
    text: `update provider_accounts a set next_look_at = ${at('$2')}, updated_at = ${at('$2')},
        outside_used = greatest(outside_used, least(a.seats, coalesce(a.seats_seen, a.seats)) - (
          select count(*) from account_seats s where s.account_id = a.id and s.freed_at is null))
      where a.id = $1`,
    values: [id, moment],
  })
}

/** SQL for "it rests because calls failed, and not because its provider asked for a rest". */
const UNREACHED = `a.state = 'COOLDOWN' and a.failures > 0 and a.throttles = 0`

/** Has an account inspected at the next turn. */
export async function lookSoon(tx: Tx, id: string, moment: Date | null): Promise<void> {
  await tx.count({
    name: 'account_look_soon',
    text: `update provider_accounts set next_look_at = least(next_look_at, ${at('$2')}) where id = $1`,
    values: [id, moment],
  })
}

/** An account to inspect. `look` is the plan it was found with: of several inspectors one goes on. */
export type DueAccount = {
  id: string
  provider: string
  external_id: string
  state: ProviderAccountState
  look: Date
}

/** Accounts whose inspection is due, longest waiting first. Uses provider_accounts_look. */
export function dueAccountsStatement(limit: number, moment: Date | null): Statement<DueAccount> {
  return {
    name: 'account_due',
    text: `select id, provider, external_id, state, date_trunc('milliseconds', next_look_at) as look
      from provider_accounts
      where next_look_at <= ${at('$2')} and state <> 'RETIRED' order by next_look_at limit $1`,
    values: [limit, moment],
  }
}

/** Plans the next inspection; the moment it begins, or undefined when another inspector did so already. */
export async function planLook(
  tx: Tx,
  account: Pick<DueAccount, 'id' | 'look'>,
  waitMs: number,
  moment: Date | null,
): Promise<Date | undefined> {
  const planned = await tx.maybe<{ begun: Date }>({
    name: 'account_plan_look',
    text: `update provider_accounts set next_look_at = ${at('$4')} + $3::float8 * interval '1 millisecond'
      where id = $1 and date_trunc('milliseconds', next_look_at) = $2
      returning ${at('$4')} as begun`,
    values: [account.id, account.look, waitMs, moment],
  })
  return planned?.begun
}

/**
 * Writes down how an account stands at its provider: its seats, those that others than us use, and how many invites
 * are left today when the provider counts more than we do. Ends a rest that it took because it could not be reached.
 * What is left counts for the day in Jakarta on which it was asked for. The caller holds the account's lock.
 */
export async function noteHealth(
  tx: Tx,
  id: string,
  health: { seats: number; used: number; invitesLeftToday?: number; askedAt: Date },
  moment: Date | null,
): Promise<void> {
  const noted = tx.count({
    name: 'account_health',
    text: `update provider_accounts a set seats_seen = $2, failures = 0, inspected_at = ${at('$4')},
        state = case when ${UNREACHED} then 'ACTIVE' else a.state end,
        cooldown_until = case when ${UNREACHED} then null else a.cooldown_until end,
        outside_used = greatest(0, $3 - (
          select count(*) from account_seats s where s.account_id = a.id and s.freed_at is null))
      where a.id = $1`,
    values: [id, health.seats, health.used, moment],
  })
  if (health.invitesLeftToday !== undefined)
    await tx.count({
      name: 'account_left_today',
      text: `insert into account_days as d (account_id, day, used, quota)
        select a.id, ($3::timestamptz at time zone 'Asia/Jakarta')::date, 0, least(a.daily_quota, $2::integer)
        from provider_accounts a where a.id = $1
        on conflict on constraint account_days_pkey do update
          set quota = greatest(d.used, least((select daily_quota from provider_accounts where id = $1), d.used + $2))`,
      values: [id, health.invitesLeftToday, health.askedAt],
    })
  await noted
}
