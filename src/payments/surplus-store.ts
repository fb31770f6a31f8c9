import type { Database, Tx } from '#platform/database.ts'
import type { PaymentExceptionKind } from './exception-store.ts'

/** Kinds of money that no order wants as it came. */
export type SurplusKind = Extract<
  PaymentExceptionKind,
  'late' | 'double' | 'amount_mismatch' | 'cancelled_order'
>

/** Money in suspense that waits to go back. */
export type OpenSurplus = { exceptionId: string; orderId: string }

/**
 * Whether the money of an exception `e` is all that its payment `p` brought and nobody has asked for it yet. A second
 * payment under a paid reference is not: the gateway would return the first one.
 */
const GOES_BACK = `e.state = 'OPEN' and e.kind in ('late', 'double', 'amount_mismatch', 'cancelled_order')
  and p.booked_to = 'suspense' and p.state in ('PAID', 'REVIEW') and e.amount = p.received and p.refunded = 0
  and not exists (select from refunds r where r.business_key = 'surplus:' || p.id)`

/** Money in suspense that can go back as it came, longest waiting first. Uses payment_exceptions_open. */
export async function selectOpenSurplus(db: Database, limit: number): Promise<OpenSurplus[]> {
  return await db.once<OpenSurplus>(
    'payments.find-surplus',
    { role: 'worker' },
    {
      name: 'payments_open_surplus',
      text: `select e.id as "exceptionId", p.order_id as "orderId"
        from payment_exceptions e join payments p on p.id = e.payment_id
        where ${GOES_BACK}
        order by e.opened_at limit $1`,
      values: [limit],
    },
  )
}

/** Surplus money that is about to go back. */
export type LockedSurplus = SurplusRow & { paymentId: string; openedAt: Date }

/**
 * The money of an exception, its row locked, while it still goes back as it came; undefined when it was decided, asked
 * for or joined by more since it was found. The caller holds the order's lock.
 */
export async function lockSurplus(tx: Tx, id: string): Promise<LockedSurplus | undefined> {
  return await tx.maybe<LockedSurplus>({
    name: 'payments_lock_surplus',
    text: `select e.kind, e.amount, coalesce(p.payable, p.amount) as expected, e.payment_id as "paymentId",
        e.opened_at as "openedAt"
      from payment_exceptions e join payments p on p.id = e.payment_id
      where e.id = $1 and ${GOES_BACK} for no key update of e`,
    values: [id],
  })
}

/** An exception with its payment, locked until the transaction ends. Lock the order first. */
export type LockedException = {
  id: string
  paymentId: string
  orderId: string
  gateway: string
  kind: PaymentExceptionKind
  amount: number
  detail: string
  state: 'OPEN' | 'RESOLVED'
  paymentState: string
  bookedTo: 'order' | 'suspense' | null
  /** Rupiah of its payment that a bank or the gateway's dashboard took back. */
  takenBack: number
  openedAt: Date
}

/** The exception behind an id, or undefined. */
export async function lockException(tx: Tx, id: string): Promise<LockedException | undefined> {
  return await tx.maybe<LockedException>({
    name: 'payment_exceptions_lock',
    text: `select e.id, e.payment_id as "paymentId", p.order_id as "orderId", p.gateway, e.kind, e.amount, e.detail,
        e.state, p.state as "paymentState", p.booked_to as "bookedTo", e.opened_at as "openedAt",
        case p.state when 'CHARGEBACK' then coalesce(p.received, 0) else p.refunded end - coalesce((select sum(r.amount)
          from refunds r where r.order_id = p.order_id and r.payment_id = p.id and r.state = 'DONE'), 0)::bigint as "takenBack"
      from payment_exceptions e join payments p on p.id = e.payment_id
      where e.id = $1 for no key update of e`,
    values: [id],
  })
}

/** The order of an exception, to be locked before it. */
export async function findOrderOfException(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx.maybe<{ order_id: string }>({
    name: 'payment_exceptions_order',
    text: `select p.order_id from payment_exceptions e join payments p on p.id = e.payment_id where e.id = $1`,
    values: [id],
  })
  return row?.order_id
}

/** Closes an open exception. False when it was closed before. */
export async function closeException(tx: Tx, id: string, resolution: string, now: Date): Promise<boolean> {
  const count = await tx.count({
    name: 'payment_exceptions_close',
    text: `update payment_exceptions set state = 'RESOLVED', resolved_at = $3, resolution = $2
      where id = $1 and state = 'OPEN'`,
    values: [id, resolution, now],
  })
  return count === 1
}

/**
 * Money that did not fit; `expected` is what the buyer was asked for, a fee of the gateway included. `byHand`: a person
 * has to send it back, for it came under a reference that was paid before.
 */
export type SurplusRow = { kind: SurplusKind; amount: number; expected: number; byHand: boolean }

/**
 * The newest money of an order that did not fit, or undefined. Works as `web` for the holder of the order's token.
 * Uses payments_order.
 */
export async function findSurplus(tx: Tx, orderId: string): Promise<SurplusRow | undefined> {
  return await tx.maybe<SurplusRow>({
    name: 'payments_surplus',
    text: `select e.kind, e.amount, coalesce(p.payable, p.amount) as expected,
        e.state = 'OPEN' and e.kind = 'double' and (p.booked_to = 'order' or e.amount <> p.received or p.refunded > 0)
          as "byHand"
      from payments p join payment_exceptions e on e.payment_id = p.id
      where p.order_id = $1 and e.kind in ('late', 'double', 'amount_mismatch', 'cancelled_order')
      order by e.opened_at desc limit 1`,
    values: [orderId],
  })
}
