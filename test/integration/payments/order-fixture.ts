import { createHash } from 'node:crypto'
import { newId, newOrderNumber } from '#platform/ids.ts'
import { paymentReference, planPayment, type PlannedPayment } from '#payments'
import { checkInvariants } from '../../support/invariants.ts'
import { queryAs, type TestDatabase } from '../../support/test-database.ts'

/** The moment the tests of one file start at; facts and plans are counted from here. */
export const NOW = new Date('2026-03-01T03:00:00Z')
export const EXPIRES_AT = new Date('2026-03-01T04:00:00Z')

/** An order with a planned payment, as checkout leaves them behind. */
export type Arranged = { orderId: string; tokenHash: Buffer; payment: PlannedPayment }

/** Inserts an order of `amount` rupiah and plans its payment as the buyer's request does. */
export async function arrangePayment(
  { url, db }: TestDatabase,
  amount = 15_000,
  expiresAt = EXPIRES_AT,
): Promise<Arranged> {
  const orderId = newId()
  const number = newOrderNumber()
  const tokenHash = createHash('sha256').update(orderId).digest()
  await queryAs(
    url,
    `insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
        payment_method, expires_at)
      values ($1, $2, $3, 'PENDING', 'Budi', 'budi@example.com', '+628123456789', $4, $4, 'midtrans', $5)`,
    [orderId, number, tokenHash, amount, expiresAt],
  )
  const payment = {
    id: newId(),
    orderId,
    attempt: 1,
    gateway: 'midtrans',
    method: 'midtrans',
    reference: paymentReference(number, 1),
    amount,
    expiresAt,
  }
  await db.transaction('test.plan', { role: 'web', tokenHash }, (tx) =>
    planPayment(tx, { ...payment, now: NOW }),
  )
  return { orderId, tokenHash, payment }
}

/** Balances of the shop's accounts by code. */
export async function balances({ url }: TestDatabase): Promise<Record<string, number>> {
  const rows = await queryAs<{ code: string; balance: string }>(url, 'select code, balance from accounts')
  return Object.fromEntries(rows.map(({ code, balance }) => [code, Number(balance)]))
}

/** Open tasks about a payment's money. */
export async function openTasks(
  { url }: TestDatabase,
  paymentId: string,
): Promise<{ kind: string; amount: number }[]> {
  const rows = await queryAs<{ kind: string; amount: string }>(
    url,
    `select kind, amount from payment_exceptions where payment_id = $1 and state = 'OPEN' order by kind`,
    [paymentId],
  )
  return rows.map(({ kind, amount }) => ({ kind, amount: Number(amount) }))
}

/** Every change of state of a payment, oldest first, as `FROM>TO`. */
export async function historyOf({ url }: TestDatabase, paymentId: string): Promise<string[]> {
  const rows = await queryAs<{ move: string }>(
    url,
    `select from_state || '>' || to_state as move from payment_history where payment_id = $1 order by at, id`,
    [paymentId],
  )
  return rows.map(({ move }) => move)
}

/** Rules about payments, refunds and books. The rest of the invariants speak of orders that these tests do not play. */
const MONEY_RULES = /^(I1|I2|I3|I6|I7|I10|I10b|I10c|I10d|I12|I12d|S3|S5|S6): /

/** The rules about money that the database breaks now. */
export async function brokenMoneyRules({ url }: TestDatabase): Promise<unknown[]> {
  return (await checkInvariants(url)).filter(({ name }) => MONEY_RULES.test(name))
}
