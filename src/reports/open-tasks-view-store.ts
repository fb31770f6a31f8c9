import type { Database } from '#platform/database.ts'
import type { OpenTask } from './open-task-view.ts'

/**
 * Counts by kind. Runs at every reading of the metrics: refunds and purchases of these states are few but have no index
 * of their own, so both tables are scanned; the others use payment_exceptions_open, webhook_inbox_old, orders_open,
 * sync_dead_letters_list and sync_alerts_one_open.
 */
export async function selectOpenTasks(
  db: Database,
  limits: { unknownMinutes: number; stuckMinutes: number; ignoredHours: number },
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
      select 'refund_manual', count(*) from refunds where state = 'MANUAL'
      union all
      select 'payment_exception', count(*) from payment_exceptions where state = 'OPEN'
      union all
      select 'message_ignored', count(*) from webhook_inbox
      where state = 'IGNORED' and handled_at > now() - make_interval(hours => $3)
      union all
      select 'dead_letter', count(*) from pgboss.job where name like '%.dead' and state < 'active'
      union all
      select 'order_stuck', count(*) from orders
      where state = 'PROCESSING' and coalesce(paid_at, updated_at) < now() - make_interval(mins => $2)
      union all
      select 'sync_dead_letter', count(*) from sync_dead_letters where state = 'open'
      union all
      select 'sync_approval', count(*) from sync_alerts where resolved_at is null and kind = 'needs_approval'
      union all
      select 'sync_review', count(*) from sync_pushes where needs_review
      union all
      select 'sync_alert', count(*) from sync_alerts where resolved_at is null and kind <> 'needs_approval'`,
      values: [limits.unknownMinutes, limits.stuckMinutes, limits.ignoredHours],
    },
  )
}
