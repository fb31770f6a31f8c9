import type { Database } from '#platform/database.ts'
import type { OpenTask } from './open-task-view.ts'

/**
 * Counts by kind. Runs at every reading of the metrics, so each part uses the partial index on what waits: purchases,
 * invites, refunds and exceptions by their open states, webhook_inbox_old, orders_open, escalations_open,
 * sync_dead_letters_list and sync_alerts_one_open. An order that waits for its buyer or for a seat is not stuck.
 */
export async function selectOpenTasks(
  db: Database,
  limits: { unknownMinutes: number; stuckMinutes: number; ignoredHours: number; returningSeconds: number },
): Promise<OpenTask[]> {
  return await db.once<OpenTask>(
    'reports.open-tasks',
    { role: 'worker' },
    {
      name: 'reports_open_tasks',
      text: `select 'purchase_manual' as kind, count(*) as count from supplier_purchases where state = 'MANUAL'
      union all
      select 'purchase_unknown', count(*) from supplier_purchases
      where state = 'UNKNOWN' and coalesce(unknown_since, updated_at) < now() - make_interval(mins => $1)
      union all
      select 'purchase_reversed', count(*) from supplier_purchases
      where reversed_at is not null and reversal_settled_at is null
      union all
      select 'invite_manual', count(*) from invites where state = 'MANUAL'
      union all
      select 'refund_manual', count(*) from refunds where state = 'MANUAL'
      union all
      select 'payment_exception', count(*) from payment_exceptions
      where state = 'OPEN' and opened_at < now() - make_interval(secs => $4)
      union all
      select 'message_ignored', count(*) from webhook_inbox
      where state = 'IGNORED' and handled_at > now() - make_interval(hours => $3)
      union all
      select 'dead_letter', count(*) from pgboss.job where name like '%.dead' and state < 'active'
      union all
      select 'order_stuck', count(*) from orders o
      where o.state = 'PROCESSING' and coalesce(o.paid_at, o.updated_at) < now() - make_interval(mins => $2)
        and not exists (select from order_lines l where l.order_id = o.id
          and (l.state = 'NEEDS_INPUT' or (l.state = 'PROCESSING' and line_work(l.id) = 'inviting')))
      union all
      select 'overdue', count(*) from escalations where resolved_at is null
      union all
      select 'sync_dead_letter', count(*) from sync_dead_letters where state = 'open'
      union all
      select 'sync_approval', count(*) from sync_alerts where resolved_at is null and kind = 'needs_approval'
      union all
      select 'sync_review', count(*) from sync_pushes where needs_review
      union all
      select 'sync_alert', count(*) from sync_alerts where resolved_at is null and kind <> 'needs_approval'`,
      values: [limits.unknownMinutes, limits.stuckMinutes, limits.ignoredHours, limits.returningSeconds],
    },
  )
}
