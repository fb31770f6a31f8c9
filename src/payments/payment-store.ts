import type { Database, Statement, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { HeldPayment, Payment, PaymentState, PlannedPayment } from './payment.ts'
import type { GatewayPayment } from './ports.ts'

const COLUMNS = `p.id, p.order_id as "orderId", p.attempt, p.gateway, p.method, p.reference, p.amount, p.currency, p.state,
  p.booked_to as "bookedTo", p.gateway_transaction_id as "gatewayTransactionId", p.gateway_method as "gatewayMethod",
  p.token, p.redirect_url as "redirectUrl", p.qr_string as "qrString", p.va_number as "vaNumber", p.bank, p.code, coalesce(p.payable, p.amount) as payable,
  p.let_go as "letGo", p.received, p.refunded, p.expires_at as "expiresAt", p.paid_at as "paidAt", p.created_at as "createdAt"`

/** The web role reads neither of the two. */
const HELD_COLUMNS = `${COLUMNS}, p.net, p.gateway_fee as "gatewayFee"`

/** A change of state as the history keeps it. */
export type HistoryEntry = {
  paymentId: string
  from: string
  to: PaymentState
  actor: string
  reason: string
  at: Date
}

/** Inserts an attempt in CREATING. Unique per reference, per order and attempt, and one open attempt per order. */
export async function insertPayment(
  tx: Tx,
  payment: PlannedPayment,
  nextPoll: Date | null,
  now: Date,
): Promise<void> {
  await tx.count({
    name: 'payments_insert',
    text: `insert into payments (id, order_id, attempt, gateway, method, reference, amount, state, expires_at,
        next_poll_at, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, 'CREATING', $8, $9, $10, $10)`,
    values: [
      payment.id,
      payment.orderId,
      payment.attempt,
      payment.gateway,
      payment.method,
      payment.reference,
      payment.amount,
      payment.expiresAt,
      nextPoll,
      now,
    ],
  })
}

/** Writes one line of a payment's history. */
export async function insertHistory(tx: Tx, entry: HistoryEntry): Promise<void> {
  await tx.count({
    name: 'payment_history_insert',
    text: `insert into payment_history (id, payment_id, from_state, to_state, actor, reason, at)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [newId(), entry.paymentId, entry.from, entry.to, entry.actor, entry.reason, entry.at],
  })
}

/** Writes down how the buyer can pay: CREATING → PENDING. Undefined when the attempt left CREATING meanwhile. */
export async function storeOpened(
  tx: Tx,
  id: string,
  opened: GatewayPayment,
  nextPoll: Date | null,
  now: Date,
): Promise<Payment | undefined> {
  const { number, bank, code } = numbersOf(opened)
  return await tx.maybe<Payment>({
    name: 'payments_opened',
    // payments_pkey; locks the row
    text: `update payments p set state = 'PENDING', polls = 0, token = $2, redirect_url = $3, qr_string = $4, va_number = $5,
        gateway_transaction_id = $6, next_poll_at = $7, updated_at = $8, bank = $9, code = $10, payable = $11, net = $12,
        expires_at = coalesce($13, p.expires_at)
      where p.id = $1 and p.state = 'CREATING' returning ${COLUMNS}`,
    values: [
      id,
      opened.token ?? null,
      opened.redirectUrl ?? null,
      opened.qrString ?? null,
      number,
      opened.gatewayTransactionId ?? null,
      nextPoll,
      now,
      bank,
      code,
      opened.payable ?? null,
      opened.net ?? null,
      opened.expiresAt ?? null,
    ],
  })
}

type Numbers = { number: string | null; bank: string | null; code: string | null }

/** What the buyer types in: a virtual account, a bill's key with its company code, or a store's code. */
function numbersOf({ virtualAccount, bill, storeCode }: GatewayPayment): Numbers {
  if (virtualAccount !== undefined)
    return { number: virtualAccount.number, bank: virtualAccount.bank, code: null }
  if (bill !== undefined) return { number: bill.billKey, bank: BILL_BANK, code: bill.billerCode }
  if (storeCode !== undefined) return { number: null, bank: storeCode.store, code: storeCode.code }
  return { number: null, bank: null, code: null }
}

/** The one bank whose transfers are bills. */
const BILL_BANK = 'Mandiri'

/**
 * What changes with a state. A value left out keeps the stored one. `transactionId` is that of the transaction that
 * brought the money: it takes the place of one that was only open.
 */
export type PaymentChange = {
  from: PaymentState
  to: PaymentState
  nextPoll: Date | null
  transactionId?: string
  gatewayMethod?: string
  received?: number
  paidAt?: Date
  /** Added to what was refunded. */
  refunded?: number
  bookedTo?: 'order' | 'suspense'
  /** What reaches us and what the gateway keeps; the first that is known stays. */
  net?: number
  gatewayFee?: number
  letGo?: boolean
}

/** Moves a payment from one state to another. Undefined when it is no longer in `from`. */
export async function changePayment(
  tx: Tx,
  id: string,
  change: PaymentChange,
  now: Date,
): Promise<HeldPayment | undefined> {
  return await tx.maybe<HeldPayment>({
    name: 'payments_change',
    // payments_pkey; locks the row
    text: `update payments p set state = $3, next_poll_at = $4, polls = 0,
        gateway_transaction_id = coalesce($5, p.gateway_transaction_id), gateway_method = coalesce($6, p.gateway_method),
        received = coalesce($7, p.received), paid_at = coalesce(p.paid_at, $8), refunded = p.refunded + $9,
        booked_to = coalesce(p.booked_to, $10), updated_at = $11,
        net = case when p.gateway_fee is null then coalesce($12, p.net) else p.net end,
        gateway_fee = coalesce(p.gateway_fee, $13), let_go = p.let_go or $14
      where p.id = $1 and p.state = $2 returning ${HELD_COLUMNS}`,
    values: [
      id,
      change.from,
      change.to,
      change.nextPoll,
      change.transactionId ?? null,
      change.gatewayMethod ?? null,
      change.received ?? null,
      change.paidAt ?? null,
      change.refunded ?? 0,
      change.bookedTo ?? null,
      now,
      change.net ?? null,
      change.gatewayFee ?? null,
      change.letGo ?? false,
    ],
  })
}

/** Sets when the gateway is asked next after it answered, unless the state moved on. */
export async function storeNextPoll(
  tx: Tx,
  id: string,
  state: PaymentState,
  nextPoll: Date | null,
): Promise<void> {
  await tx.count({
    name: 'payments_next_poll',
    text: 'update payments set next_poll_at = $3, polls = 0 where id = $1 and state = $2',
    values: [id, state, nextPoll],
  })
}

/** Remembers which account the received money went to, once. False when it was booked before. */
export async function markBooked(tx: Tx, id: string, to: 'order' | 'suspense'): Promise<boolean> {
  const count = await tx.count({
    name: 'payments_booked',
    text: 'update payments set booked_to = $2 where id = $1 and booked_to is null',
    values: [id, to],
  })
  return count === 1
}

/** Remembers what a gateway kept of money that was received before it said so. False when it was known. */
export async function storeKept(
  tx: Tx,
  id: string,
  kept: { net: number; gatewayFee: number },
): Promise<boolean> {
  const count = await tx.count({
    name: 'payments_kept',
    text: `update payments set net = $2, gateway_fee = $3
      where id = $1 and received is not null and gateway_fee is null`,
    values: [id, kept.net, kept.gatewayFee],
  })
  return count === 1
}

/** The payment, locked until the transaction ends. Undefined when there is none. */
export async function lockPayment(tx: Tx, id: string): Promise<HeldPayment | undefined> {
  return await tx.maybe<HeldPayment>({
    name: 'payments_lock',
    text: `select ${HELD_COLUMNS} from payments p where p.id = $1 for no key update`,
    values: [id],
  })
}

/** Whether a payment other than `id` stands for this transaction of the gateway. Index payments_transaction. */
export async function isTransactionUsed(
  tx: Tx,
  gateway: string,
  transactionId: string,
  id: string,
): Promise<boolean> {
  const rows = await tx.rows({
    name: 'payments_transaction_used',
    text: 'select 1 from payments where gateway = $1 and gateway_transaction_id = $2 and id <> $3 limit 1',
    values: [gateway, transactionId, id],
  })
  return rows.length > 0
}

/** The payment behind an id. */
export function selectPayment(id: string): Statement<Payment> {
  return { name: 'payments_by_id', text: `select ${COLUMNS} from payments p where p.id = $1`, values: [id] }
}

/** The payment that one gateway knows under a reference. Index payments_reference. */
export async function findByReference(
  db: Database,
  gateway: string,
  reference: string,
): Promise<string | undefined> {
  const rows = await db.once<{ id: string }>(
    'payments.match-message',
    { role: 'worker' },
    {
      name: 'payments_by_reference',
      text: 'select id from payments where gateway = $1 and reference = $2',
      values: [gateway, reference],
    },
  )
  return rows[0]?.id
}

/** A daily question that was not answered is not worth repeating every few seconds, for months of payments. */
const PAID_CLAIM_SECONDS = 3_600
/**
 * Questions in a row without an answer wait twice as long each, up to this while a payment can be paid: with the turn of
 * the poller and an answer it fits the two minutes in which lost news are made good once the gateway is back.
 */
const PAYABLE_CLAIM_SECONDS = 100
/** And up to this after its end: late money is in no hurry, and no gateway is asked every few seconds for ever. */
const ENDED_CLAIM_SECONDS = 6 * 3_600
/** Doublings beyond any of these limits. */
const MAX_DOUBLINGS = 12

/**
 * Claims payments whose turn it is, at most `limit` of each gateway: those that wait for money first, then by turn. Each is
 * left to one caller for `claimSeconds`, for longer after questions in a row that got no answer, a paid one for an hour.
 * `polls` counts these questions: whoever writes down an answer sets it to 0.
 * Index payments_due; locks the claimed rows and passes over locked ones.
 */
export async function claimDuePayments(
  db: Database,
  gateways: readonly string[],
  limit: number,
  claimSeconds: number,
): Promise<Payment[]> {
  return await db.once<Payment>(
    'payments.claim-due',
    { role: 'worker' },
    {
      name: 'payments_claim_due',
      text: `with due as (
        select turn.id from unnest($1::text[]) g (gateway) cross join lateral (
          select id from payments where next_poll_at <= now() and gateway = g.gateway
          order by paid_at is not null, next_poll_at limit $2 for no key update skip locked) turn)
      update payments p set polls = p.polls + 1,
        next_poll_at = now() + make_interval(secs => case
          when p.paid_at is not null then $4::int
          else least($3::int * 2 ^ least(p.polls, $7::int), case when p.expires_at > now() then $5::int else $6::int end)
        end)
      from due where p.id = due.id
      returning ${COLUMNS}`,
      values: [
        gateways,
        limit,
        claimSeconds,
        PAID_CLAIM_SECONDS,
        PAYABLE_CLAIM_SECONDS,
        ENDED_CLAIM_SECONDS,
        MAX_DOUBLINGS,
      ],
    },
  )
}

/** The attempt that paid for an order, else its newest. Index payments_order. */
export async function findNewestPayment(tx: Tx, orderId: string): Promise<Payment | undefined> {
  return await tx.maybe<Payment>({
    name: 'payments_newest',
    text: `select ${COLUMNS} from payments p where p.order_id = $1
      order by (p.booked_to is not distinct from 'order') desc, p.attempt desc limit 1`,
    values: [orderId],
  })
}

/** An order's newest attempt and those that were let go, newest first: what a gateway may know news of. Index payments_attempt. */
export async function findAskablePayments(db: Database, orderId: string): Promise<string[]> {
  const rows = await db.once<{ id: string }>(
    'payments.find-askable',
    { role: 'worker' },
    {
      name: 'payments_askable',
      text: `select p.id from payments p where p.order_id = $1
          and (p.let_go or p.attempt = (select max(n.attempt) from payments n where n.order_id = $1))
        order by p.attempt desc`,
      values: [orderId],
    },
  )
  return rows.map((row) => row.id)
}

/** The payment behind an id, or undefined. */
export async function findPayment(db: Database, id: string): Promise<Payment | undefined> {
  const [payment] = await db.once<Payment>('payments.read', { role: 'worker' }, selectPayment(id))
  return payment
}
