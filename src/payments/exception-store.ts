import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'

/** Why a person has to decide about money. */
export type PaymentExceptionKind =
  | 'late'
  | 'double'
  | 'amount_mismatch'
  | 'cancelled_order'
  | 'reversed'
  | 'chargeback'
  | 'foreign'
  | 'outside_refund'

/**
 * Opens a task about a payment's money. A second one of the same kind adds its amount and text to the first; one that
 * was closed opens again with the new amount only. Callers make sure that the same event does not come twice.
 */
export async function openException(
  tx: Tx,
  exception: { paymentId: string; kind: PaymentExceptionKind; amount: number; detail: string; now: Date },
): Promise<void> {
  await tx.count({
    name: 'payment_exceptions_open',
    text: `insert into payment_exceptions as e (id, payment_id, kind, amount, detail, opened_at)
      values ($1, $2, $3, $4, $5, $6)
      on conflict (payment_id, kind) do update
        set amount = excluded.amount + case when e.state = 'OPEN' then e.amount else 0 end,
          detail = left(e.detail || E'\\n' || excluded.detail, 4000), state = 'OPEN',
          opened_at = case when e.state = 'OPEN' then e.opened_at else excluded.opened_at end,
          resolved_at = null, resolution = null`,
    values: [newId(), exception.paymentId, exception.kind, exception.amount, exception.detail, exception.now],
  })
}

/** Opens a task about news whose sum is not known. The same news again changes nothing, even when it was resolved. */
export async function openExceptionOnce(
  tx: Tx,
  exception: { paymentId: string; kind: PaymentExceptionKind; detail: string; now: Date },
): Promise<void> {
  await tx.count({
    name: 'payment_exceptions_open_once',
    text: `insert into payment_exceptions (id, payment_id, kind, amount, detail, opened_at)
      values ($1, $2, $3, 0, $4, $5) on conflict (payment_id, kind) do nothing`,
    values: [newId(), exception.paymentId, exception.kind, exception.detail, exception.now],
  })
}
