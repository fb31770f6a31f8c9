import type { Database, Tx } from '#platform/database.ts'
import type { Refund, RefundState } from './refund.ts'

const COLUMNS = `r.id, r.payment_id as "paymentId", r.order_id as "orderId", r.line_id as "lineId",
  r.business_key as "businessKey", r.refund_key as "refundKey", r.settled_as as "settledAs", r.amount, r.reason, r.state, r.detail, r.tries,
  r.created_at as "createdAt"`

/** Inserts a refund in REQUESTED, due at once. False when its business key is known. */
export async function insertRefund(
  tx: Tx,
  refund: Omit<Refund, 'state' | 'detail' | 'tries' | 'settledAs'>,
): Promise<boolean> {
  const count = await tx.count({
    name: 'refunds_insert',
    text: `insert into refunds (id, payment_id, order_id, line_id, business_key, refund_key, amount, reason, state,
        next_try_at, created_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, 'REQUESTED', $9, $9)
      on conflict (business_key) do nothing`,
    values: [
      refund.id,
      refund.paymentId,
      refund.orderId,
      refund.lineId,
      refund.businessKey,
      refund.refundKey,
      refund.amount,
      refund.reason,
      refund.createdAt,
    ],
  })
  return count === 1
}

/** The refund of a business event, if it was requested before. Index refunds_business_key. */
export async function findByBusinessKey(tx: Tx, businessKey: string): Promise<Refund | undefined> {
  return await tx.maybe<Refund>({
    name: 'refunds_by_business_key',
    text: `select ${COLUMNS} from refunds r where r.business_key = $1`,
    values: [businessKey],
  })
}

/** The refund behind an id. */
export async function findRefund(tx: Tx, id: string): Promise<Refund | undefined> {
  return await tx.maybe<Refund>({
    name: 'refunds_by_id',
    text: `select ${COLUMNS} from refunds r where r.id = $1`,
    values: [id],
  })
}

/** What a payment's refunds that are not done add up to. The caller holds the payment's lock. */
export async function sumOpenRefunds(tx: Tx, paymentId: string, orderId: string): Promise<number> {
  const { sum } = await tx.one<{ sum: number }>({
    name: 'refunds_open_sum',
    // refunds_order
    text: `select coalesce(sum(amount), 0)::bigint as sum from refunds
      where order_id = $2 and payment_id = $1 and state <> 'DONE'`,
    values: [paymentId, orderId],
  })
  return sum
}

/**
 * A payment's refunds, a person's tasks first, then the oldest, locked until the transaction ends. The caller holds
 * the payment's lock. Index refunds_order.
 */
export async function selectRefunds(tx: Tx, paymentId: string, orderId: string): Promise<Refund[]> {
  return await tx.rows<Refund>({
    name: 'refunds_of_payment',
    text: `select ${COLUMNS} from refunds r where r.order_id = $2 and r.payment_id = $1
      order by r.state <> 'MANUAL', r.created_at, r.id for no key update`,
    values: [paymentId, orderId],
  })
}

/**
 * Takes a refund for sending: → SENDING, one try more. Undefined when it is done, a person's task, or was taken
 * less than `leaseSeconds` ago.
 */
export async function takeRefund(
  db: Database,
  id: string,
  leaseSeconds: number,
): Promise<Refund | undefined> {
  const rows = await db.once<Refund>(
    'payments.take-refund',
    { role: 'worker' },
    {
      name: 'refunds_take',
      text: `update refunds r set state = 'SENDING', tries = r.tries + 1, updated_at = now(),
        next_try_at = now() + make_interval(secs => $2)
      where r.id = $1 and (r.state in ('REQUESTED', 'UNKNOWN')
        or r.state = 'SENDING' and r.updated_at < now() - make_interval(secs => $2))
      returning ${COLUMNS}`,
      values: [id, leaseSeconds],
    },
  )
  return rows[0]
}

/** Moves a refund from one of the states `from`. False when it is in none of them. */
export async function changeRefund(
  tx: Tx,
  id: string,
  change: {
    from: readonly RefundState[]
    to: RefundState
    detail: string | null
    nextTry: Date | null
    settledAs?: string | null
  },
): Promise<boolean> {
  const count = await tx.count({
    name: 'refunds_change',
    text: `update refunds set state = $3, detail = $4, next_try_at = $5, updated_at = now(),
        settled_as = coalesce($6, settled_as)
      where id = $1 and state = any ($2)`,
    values: [id, change.from, change.to, change.detail, change.nextTry, change.settledAs ?? null],
  })
  return count === 1
}

/** Claims refunds whose turn it is and leaves each to one caller for `claimSeconds`. Index refunds_due. */
export async function claimDueRefunds(db: Database, limit: number, claimSeconds: number): Promise<string[]> {
  const rows = await db.once<{ id: string }>(
    'payments.claim-refunds',
    { role: 'worker' },
    {
      name: 'refunds_claim_due',
      text: `with due as (
        select id from refunds where state in ('REQUESTED', 'SENDING', 'UNKNOWN') and next_try_at <= now()
        order by next_try_at limit $1 for no key update skip locked)
      update refunds r set next_try_at = now() + make_interval(secs => $2)
      from due where r.id = due.id returning r.id`,
      values: [limit, claimSeconds],
    },
  )
  return rows.map((row) => row.id)
}

/** Sums of an order's refunds by state. Index refunds_order. */
export async function sumRefundsByState(
  tx: Tx,
  orderId: string,
): Promise<{ state: RefundState; amount: number }[]> {
  return await tx.rows<{ state: RefundState; amount: number }>({
    name: 'refunds_by_state',
    text: 'select state, sum(amount)::bigint as amount from refunds where order_id = $1 group by state',
    values: [orderId],
  })
}
