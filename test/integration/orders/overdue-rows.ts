import { randomUUID } from 'node:crypto'
import type { Deadline } from '#orders'
import { queryAs } from '../../support/test-database.ts'
import type { PaidLine } from './correction-stage.ts'

/** Longer ago than any state may last. */
const AGO = `now() - interval '100 days'`

/** Columns of a copy of an existing row: those named are replaced, the others stay. */
async function copyRow(
  url: string,
  table: string,
  from: string,
  change: Record<string, string>,
): Promise<string> {
  const id = randomUUID()
  const columns = await queryAs<{ name: string }>(
    url,
    `select column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  )
  const names = columns.map(({ name }) => name)
  const values = names.map((name) => (name === 'id' ? `'${id}'` : (change[name] ?? name)))
  await queryAs(
    url,
    `insert into ${table} (${names.join(', ')}) select ${values.join(', ')} from ${table} where ${from} limit 1`,
  )
  return id
}

/** Writes one row into the state of a deadline, so long ago that it and its grace are over; its id. */
export async function writeOverdueRow(url: string, deadline: Deadline, line: PaidLine): Promise<string> {
  const { subject, variant } = deadline
  const state = `'${deadline.state}'`
  const nonce = randomUUID()
  const ofOrder = `number = '${line.order.orderNumber}'`
  const ofPayment = `reference = '${line.order.payment.reference}'`
  const newOrder = async (orderState: string): Promise<string> =>
    await copyRow(url, 'orders', ofOrder, {
      number: `'LP-${nonce}'`,
      token_hash: `sha256('${nonce}')`,
      state: orderState,
      expires_at: AGO,
      updated_at: AGO,
      paid_at: AGO,
    })
  const newLine = async (orderId: string, lineState: string, until = 'null'): Promise<string> =>
    await copyRow(url, 'order_lines', `id = '${line.lineId}'`, {
      order_id: `'${orderId}'`,
      state: lineState,
      updated_at: AGO,
      correct_until: until,
    })
  const newPayment = async (paymentState: string): Promise<string> =>
    await copyRow(url, 'payments', ofPayment, {
      order_id: `'${await newOrder(`'EXPIRED'`)}'`,
      reference: `'${nonce}'`,
      gateway_transaction_id: 'null',
      state: paymentState,
      booked_to: 'null',
      received: 'null',
      paid_at: 'null',
      expires_at: AGO,
      updated_at: AGO,
      next_poll_at: 'null',
    })
  const slot = String(1_000 + Math.floor(Math.abs(Number.parseInt(nonce.slice(0, 4), 16)) / 3))
  switch (subject) {
    case 'order':
      return await newOrder(state)
    case 'line': {
      const orderId = await newOrder(`'PROCESSING'`)
      const id = await newLine(orderId, state, deadline.state === 'NEEDS_INPUT' ? AGO : 'null')
      if (variant === 'buying')
        await copyRow(url, 'supplier_purchases', `line_id = '${line.lineId}'`, {
          line_id: `'${id}'`,
          reference: `'${nonce}'`,
        })
      if (variant === 'inviting') await writeInvite(url, id, `'QUEUED'`, '1', 'now()')
      return id
    }
    case 'payment':
      return await newPayment(state)
    case 'purchase':
      return await copyRow(url, 'supplier_purchases', `line_id = '${line.lineId}'`, {
        slot,
        state,
        reference: `'${nonce}'`,
        target_no: `'${slot}'`,
        created_at: variant === '' ? AGO : 'now()',
        updated_at: AGO,
        sent_at: variant === '' ? AGO : 'now()',
        unknown_since: variant === '' ? AGO : 'now()',
        next_check_at: variant === '' ? 'now()' : 'null',
      })
    case 'invite':
      return await writeInvite(url, line.lineId, state, slot, AGO)
    case 'refund':
      return await insertOne(
        url,
        `insert into refunds (id, payment_id, order_id, business_key, refund_key, amount, reason, state, created_at, updated_at)
          select $1, id, order_id, $2, $2, 1, 'test', ${state}, ${AGO}, ${AGO} from payments where ${ofPayment}`,
        nonce,
      )
    case 'payment_exception':
      return await insertOne(
        url,
        `insert into payment_exceptions (id, payment_id, kind, amount, detail, opened_at)
          select $1, id, 'foreign', 0, $2, ${AGO} from payments where ${ofPayment}`,
        nonce,
      )
    case 'inbox':
      return await insertOne(
        url,
        `insert into webhook_inbox (id, provider, dedupe_key, body, state, next_try_at)
          values ($1, 'midtrans', sha256($2::bytea), '', ${state}, ${AGO})`,
        nonce,
      )
    case 'message':
      return await insertOne(
        url,
        `insert into messages (id, event_number, business_key, channel, audience, template, locale, state, next_try_at)
          values ($1, 1, $2, 'telegram', 'staff', 'incident-opened', 'id', ${state}, ${AGO})`,
        nonce,
      )
  }
}

async function insertOne(url: string, text: string, key: string): Promise<string> {
  const id = randomUUID()
  await queryAs(url, text, [id, key])
  return id
}

async function writeInvite(
  url: string,
  lineId: string,
  state: string,
  slot: string,
  at: string,
): Promise<string> {
  const [account] = await queryAs<{ id: string }>(
    url,
    `insert into provider_accounts (id, provider, label, external_id, sealed, key_id, plans, seats, daily_quota, state)
      values (gen_random_uuid(), 'none', 'none', $1, '', '', '{none}', 1, 1, 'RETIRED') returning id`,
    [randomUUID()],
  )
  return await insertOne(
    url,
    `insert into invites (id, line_id, slot, email, provider, plan, state, account_id, queued_at, waiting_since, due_at, sent_at,
        unknown_since, invited_at, expires_at, ends_at, updated_at)
      select $1, '${lineId}', ${slot}, $2 || '@example.test', 'none', 'none', ${state}, '${account?.id}', ${at}, ${at}, ${at}, ${at},
        ${at}, ${at}, ${at}, ${at}, ${at}`,
    randomUUID(),
  )
}
