import type { Statement, Tx } from '#platform/database.ts'
import { at } from '../invite-store.ts'
import type { InviteState } from '../invite-states.ts'

/** What a product or SKU sells. */
export type PlanRow = { provider: string; plan: string; days: number | null; has_account: boolean }

/** The plan of a SKU, its own before its product's, and whether its pool has an account at all. */
export async function selectPlan(tx: Tx, productId: string, skuId: string): Promise<PlanRow | undefined> {
  return await tx.maybe<PlanRow>({
    name: 'invite_plan',
    text: `select p.provider, p.plan, p.days, exists (
          select 1 from provider_accounts a
          where a.provider = p.provider and p.plan = any (a.plans) and a.state <> 'RETIRED') as has_account
      from invite_plans p where p.sku_id = $2 or p.product_id = $1
      order by p.sku_id is null limit 1`,
    values: [productId, skuId],
  })
}

/** The newest attempt of a slot, and whether the buyer was ever invited for it. */
export type SlotRow = {
  id: string
  slot: number
  state: InviteState
  fence: number
  failure_code: string | null
  delivered: boolean
}

/** The newest attempt of every slot of a line. Uses invites_attempt and deliveries_slot. */
export async function selectSlots(tx: Tx, lineId: string): Promise<SlotRow[]> {
  return await tx.rows<SlotRow>({
    name: 'invite_slots',
    text: `select distinct on (i.slot) i.id, i.slot, i.state, i.fence, i.failure_code,
        exists (select 1 from deliveries d where d.line_id = i.line_id and d.slot = i.slot) as delivered
      from invites i where i.line_id = $1 order by i.slot, i.attempt desc`,
    values: [lineId],
  })
}

/**
 * Invites to look at now, at most `limit` of each provider, longest waiting first. Those in a queue only when they
 * waited too long. Uses invites_due.
 */
export function dueStatement(
  limit: number,
  moment: Date | null,
): Statement<{ id: string; provider: string }> {
  return {
    name: 'invite_due',
    text: `select id, provider from (
        select id, provider, next_check_at,
          row_number() over (partition by provider order by next_check_at, id) as place
        from invites where next_check_at <= ${at('$2')}) due
      where place <= $1 order by next_check_at, id`,
    values: [limit, moment],
  }
}

/** Pools in which somebody waits while an account of theirs could invite. Uses invites_queue. */
export function readyPoolsStatement(moment: Date | null): Statement<{ provider: string; plan: string }> {
  return {
    name: 'invite_ready_pools',
    text: `select q.provider, q.plan
      from (select distinct provider, plan from invites where state = 'QUEUED' and due_at <= ${at('$1')}) q
      where exists (select 1 from usable_accounts(q.provider, q.plan, ${at('$1')}))`,
    values: [moment],
  }
}

/** The newest attempts of a line with their places in the queue. */
export type WaitingRow = {
  state: InviteState
  email: string
  provider: string
  plan: string
  /** How many of its pool are before it in the queue; null when it does not wait there. */
  ahead: number | null
  ends_at: Date | null
  delivered: boolean
}

/** How the slots of a line stand. Uses invites_attempt, and invites_queue to count. */
export function waitingStatement(lineId: string): Statement<WaitingRow> {
  return {
    name: 'invite_waiting',
    text: `select distinct on (i.slot) i.state, i.email, i.provider, i.plan, i.ends_at,
        exists (select 1 from deliveries d where d.line_id = i.line_id and d.slot = i.slot) as delivered,
        case when i.state = 'QUEUED' then (
          select count(*) from invites q
          where q.provider = i.provider and q.plan = i.plan and q.state = 'QUEUED'
            and (q.queued_at, q.line_id, q.slot) < (i.queued_at, i.line_id, i.slot)) end as ahead
      from invites i where i.line_id = $1 order by i.slot, i.attempt desc`,
    values: [lineId],
  }
}

/** What an account can still do for a pool. Times in seconds from now; `frees_in` lists the ends of its memberships. */
export type CapacityRow = {
  free_seats: number
  left_today: number
  daily_quota: number
  rests_for: number
  frees_in: number[]
}

/** How far a reader looks for seats that come free: later ones are nobody's answer. */
const FREES_LISTED = 500

/** The accounts of a pool that invite, or will by themselves. Reads what the queue of one pool depends on. */
export function capacityStatement(
  pool: { provider: string; plan: string },
  moment: Date | null,
): Statement<CapacityRow> {
  return {
    name: 'invite_capacity',
    text: `select greatest(0, least(a.seats, coalesce(a.seats_seen, a.seats)) - a.outside_used - seats.held)::integer as free_seats,
        greatest(0, coalesce(d.quota, a.daily_quota) - coalesce(d.used, 0)) as left_today, a.daily_quota,
        greatest(0, extract(epoch from coalesce(a.cooldown_until, ${at('$3')}) - ${at('$3')}))::float8 as rests_for,
        seats.frees_in
      from provider_accounts a
      left join account_days d on d.account_id = a.id and d.day = (${at('$3')} at time zone 'Asia/Jakarta')::date
      cross join lateral (
        select count(*) as held, coalesce(array_agg(extract(epoch from i.ends_at - ${at('$3')})::float8 order by i.ends_at)
          filter (where i.ends_at is not null), '{}') as frees_in
        from account_seats s join invites i on i.id = s.invite_id
        where s.account_id = a.id and s.freed_at is null) seats
      where a.provider = $1 and $2 = any (a.plans) and a.state in ('ACTIVE', 'COOLDOWN')
      order by a.id limit ${FREES_LISTED}`,
    values: [pool.provider, pool.plan, moment],
  }
}

/** The pace of a pool of late, and how long its day still lasts, in seconds. Uses invites_sent. */
export function paceStatement(
  pool: { provider: string; plan: string },
  moment: Date | null,
): Statement<{ sent: number; day_left: number }> {
  return {
    name: 'invite_pace',
    text: `select (select count(*) from invites i where i.provider = $1 and i.plan = $2
          and i.sent_at > ${at('$3')} - interval '10 minutes') as sent,
        extract(epoch from (((${at('$3')} at time zone 'Asia/Jakarta')::date + 1)::timestamp at time zone 'Asia/Jakarta')
          - ${at('$3')})::float8 as day_left`,
    values: [pool.provider, pool.plan, moment],
  }
}
