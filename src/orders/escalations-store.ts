import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { DeadlineSubject } from './deadlines.ts'
import type { OverdueRow } from './deadlines-view-store.ts'

/** What a person has to see, until it moves on. */
export type Escalation = { id: string; subject: DeadlineSubject; subject_id: string; stuck_in: string }

/** Opens one per row; a row that has one keeps it (`escalations_one_open`). How many are new. */
export async function insertEscalations(tx: Tx, rows: readonly OverdueRow[]): Promise<number> {
  return await tx.count({
    name: 'orders_escalate',
    text: `insert into escalations (id, subject, subject_id, order_id, stuck_in, owner, deadline)
      select r.id, r.subject, r.subject_id, r.order_id, r.stuck_in, r.owner, r.deadline
      from jsonb_to_recordset($1::jsonb) as r (id uuid, subject text, subject_id uuid, order_id uuid, stuck_in text,
        owner text, deadline timestamptz)
      on conflict (subject, subject_id) where resolved_at is null do nothing`,
    values: [
      JSON.stringify(
        rows.map((row) => ({
          id: newId(),
          subject: row.subject,
          subject_id: row.id,
          order_id: row.order_id,
          stuck_in: row.state,
          owner: row.owner,
          deadline: row.deadline,
        })),
      ),
    ],
  })
}

/**
 * Resolves those whose row moved on: it is in another state, or in the same anew. One may have been opened after this
 * transaction began. Uses escalations_open.
 */
export async function resolveEscalations(tx: Tx): Promise<number> {
  return await tx.count({
    name: 'orders_resolve_escalations',
    text: `update escalations e set resolved_at = greatest(now(), e.opened_at)
      where e.resolved_at is null and not exists (
        select from overdue o where o.subject = e.subject and o.id = e.subject_id and o.state = e.stuck_in)`,
  })
}

/** An escalation that is still open, or undefined. Uses the primary key. */
export async function findOpenEscalation(tx: Tx, id: string): Promise<Escalation | undefined> {
  return await tx.maybe<Escalation>({
    name: 'orders_open_escalation',
    text: 'select id, subject, subject_id, stuck_in from escalations where id = $1 and resolved_at is null',
    values: [id],
  })
}
