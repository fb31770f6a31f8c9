import type { Statement } from '#platform/database.ts'
import type { PaymentExceptionKind } from '#payments'
import type { TaskKind } from './task-view.ts'

/** What is known of a purchase, an invite, a refund, money that waits, or something overdue. */
export type TaskFacts = {
  purchase_manual: PurchaseFacts
  purchase_reversed: PurchaseFacts
  invite_manual: {
    item: string
    provider: string
    plan: string
    email: string
    account: string | null
    why: string
  }
  refund_manual: { gateway: string; method: string; reference: string; why: string; account: string | null }
  payment_exception: {
    kind: PaymentExceptionKind
    gateway: string
    reference: string
    why: string
    booked_to: 'order' | 'suspense' | null
    taken_back: number
    is_reversed: boolean
    amount: number
  }
  overdue: {
    subject: string
    subject_id: string
    state: string
    deadline: string
    owner: string
    item: string | null
  }
}

type PurchaseFacts = {
  item: string
  supplier: string
  code: string
  target: string
  ref: string | null
  sent: string | null
  why: string
  brings_code: boolean
}

type RowOf<Kind extends TaskKind> = Kind extends TaskKind
  ? {
      id: string
      kind: Kind
      since: string
      order_number: string | null
      amount: number | null
      facts: TaskFacts[Kind]
    }
  : never

/** A row that waits for a person. `since` in microseconds: the pages of a list continue after it. */
export type TaskRow = RowOf<TaskKind>

const purchase = (kind: TaskKind, since: string, where: string): string => `
  select '${kind}' as kind, p.id, l.order_id, ${since} as since, l.unit_price as amount, jsonb_build_object(
    'item', l.product_name || ' ' || l.sku_name, 'supplier', p.supplier, 'code', p.service_code,
    'target', concat_ws(' / ', p.target_no, nullif(p.target_zone, '')), 'ref', p.supplier_ref, 'sent', p.sent_at,
    'why', coalesce(p.failure_text, ''), 'brings_code', jsonb_array_length(d.input_fields) = 0) as facts
  from supplier_purchases p join order_lines l on l.id = p.line_id join products d on d.id = l.product_id
  where ${where}`

const TASKS = `${purchase('purchase_manual', 'p.updated_at', `p.state = 'MANUAL'`)}
  union all
  ${purchase('purchase_reversed', 'p.reversed_at', 'p.reversed_at is not null and p.reversal_settled_at is null')}
  union all
  select 'invite_manual', i.id, l.order_id, i.updated_at, l.unit_price, jsonb_build_object(
    'item', l.product_name || ' ' || l.sku_name, 'provider', i.provider, 'plan', i.plan, 'email', i.email,
    'account', a.label, 'why', coalesce(i.failure_text, ''))
  from invites i join order_lines l on l.id = i.line_id left join provider_accounts a on a.id = i.account_id
  where i.state = 'MANUAL'
  union all
  -- what is still due of it: a bank or a dashboard may have returned a part meanwhile
  select 'refund_manual', r.id, r.order_id, r.updated_at, case p.state when 'CHARGEBACK' then 0
      else least(r.amount, greatest(0, coalesce(p.received, 0) - p.refunded)) end, jsonb_build_object(
    'gateway', p.gateway, 'method', p.method, 'reference', p.reference, 'why', coalesce(r.detail, r.reason),
    'account', (select c.shown from refund_accounts c where c.order_id = r.order_id))
  from refunds r join payments p on p.id = r.payment_id
  where r.state = 'MANUAL'
  union all
  select 'payment_exception', e.id, p.order_id, e.opened_at, e.amount, jsonb_build_object(
    'kind', e.kind, 'gateway', p.gateway, 'reference', p.reference, 'why', e.detail, 'booked_to', p.booked_to,
    'amount', e.amount,
    'taken_back', case p.state when 'CHARGEBACK' then coalesce(p.received, 0) else p.refunded end - coalesce((select sum(r.amount)
      from refunds r where r.order_id = p.order_id and r.payment_id = p.id and r.state = 'DONE'), 0),
    'is_reversed', exists (select from journals j where j.business_key = 'payment:' || p.id || ':reversal'))
  from payment_exceptions e join payments p on p.id = e.payment_id
  where e.state = 'OPEN'
  union all
  select 'overdue', e.id, e.order_id, e.opened_at, (select o.total from orders o where o.id = e.order_id),
    jsonb_build_object('subject', e.subject, 'subject_id', e.subject_id, 'state', e.stuck_in,
      'deadline', e.deadline, 'owner', e.owner,
      'item', (select l.product_name || ' ' || l.sku_name from order_lines l where e.subject = 'line' and l.id = e.subject_id))
  from escalations e
  where e.resolved_at is null`

/** Where a list goes on: after this task. */
export type TaskPlace = { since: string; id: string }

/**
 * What waits for a person, longest waiting first, or the one with this id. Read-only over all modules; each part uses
 * the partial index on the states that wait, so that only open rows are read.
 */
export function tasksStatement(query: { id?: string; after?: TaskPlace; limit: number }): Statement<TaskRow> {
  return {
    name: 'reports_tasks',
    text: `select t.kind || ':' || t.id as id, t.kind, o.number as order_number, t.amount, t.facts,
        to_char(t.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since
      from (${TASKS}) t left join orders o on o.id = t.order_id
      where ($1::text is null or t.kind || ':' || t.id = $1)
        and ($2::timestamptz is null or (t.since, t.kind || ':' || t.id) > ($2, $3))
      order by t.since, t.kind || ':' || t.id limit $4`,
    values: [query.id ?? null, query.after?.since ?? null, query.after?.id ?? '', query.limit],
  }
}
