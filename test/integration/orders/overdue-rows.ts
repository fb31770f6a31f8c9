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

/** What a writer needs to know: the state as SQL, an order to take after, and a word of its own. */
type Wanted = { url: string; deadline: Deadline; state: string; line: PaidLine; nonce: string; slot: string }

/** Writes one row into the state of a deadline, so long ago that it and its grace are over; its id. */
export async function writeOverdueRow(url: string, deadline: Deadline, line: PaidLine): Promise<string> {
  const nonce = randomUUID()
  const slot = String(1_000 + Math.floor(Number.parseInt(nonce.slice(0, 4), 16) / 3))
  return await WRITERS[deadline.subject]({ url, deadline, state: `'${deadline.state}'`, line, nonce, slot })
}

const WRITERS: Readonly<Record<Deadline['subject'], (wanted: Wanted) => Promise<string>>> = {
  order: (wanted) => writeOrder(wanted, wanted.state),
  line: writeLine,
  payment: writePayment,
  purchase: writePurchase,
  invite: ({ url, line, state, slot }) => writeInvite(url, line.lineId, state, slot, AGO),
  refund: ({ url, state, line, nonce }) =>
    insertOne(
      url,
      `insert into refunds (id, payment_id, order_id, business_key, refund_key, amount, reason, state, created_at, updated_at)
        select $1, id, order_id, $2, $2, 1, 'test', ${state}, ${AGO}, ${AGO} from payments where ${ofPayment(line)}`,
      nonce,
    ),
  payment_exception: ({ url, line, nonce }) =>
    insertOne(
      url,
      `insert into payment_exceptions (id, payment_id, kind, amount, detail, opened_at)
        select $1, id, 'foreign', 0, $2, ${AGO} from payments where ${ofPayment(line)}`,
      nonce,
    ),
  inbox: ({ url, state, nonce }) =>
    insertOne(
      url,
      `insert into webhook_inbox (id, provider, dedupe_key, body, state, next_try_at)
        values ($1, 'midtrans', sha256($2::bytea), '', ${state}, ${AGO})`,
      nonce,
    ),
  message: ({ url, state, nonce }) =>
    insertOne(
      url,
      `insert into messages (id, event_number, business_key, channel, audience, template, locale, state, next_try_at)
        values ($1, 1, $2, 'telegram', 'staff', 'incident-opened', 'id', ${state}, ${AGO})`,
      nonce,
    ),
}

function ofPayment(line: PaidLine): string {
  return `reference = '${line.order.payment.reference}'`
}

async function writeOrder({ url, line, nonce }: Wanted, state: string): Promise<string> {
  return await copyRow(url, 'orders', `number = '${line.order.orderNumber}'`, {
    number: `'LP-${nonce}'`,
    token_hash: `sha256('${nonce}')`,
    state,
    expires_at: AGO,
    updated_at: AGO,
    paid_at: AGO,
  })
}

async function writeLine(wanted: Wanted): Promise<string> {
  const { url, deadline, state, line, nonce } = wanted
  const orderId = await writeOrder(wanted, `'PROCESSING'`)
  const id = await copyRow(url, 'order_lines', `id = '${line.lineId}'`, {
    order_id: `'${orderId}'`,
    state,
    updated_at: AGO,
    correct_until: deadline.state === 'NEEDS_INPUT' ? AGO : 'null',
  })
  const own = { line_id: `'${id}'`, reference: `'${nonce}'` }
  if (deadline.variant === 'buying')
    await copyRow(url, 'supplier_purchases', `line_id = '${line.lineId}'`, own)
  if (deadline.variant === 'inviting') await writeInvite(url, id, `'QUEUED'`, '1', 'now()')
  return id
}

async function writePayment(wanted: Wanted): Promise<string> {
  return await copyRow(wanted.url, 'payments', ofPayment(wanted.line), {
    order_id: `'${await writeOrder(wanted, `'EXPIRED'`)}'`,
    reference: `'${wanted.nonce}'`,
    gateway_transaction_id: 'null',
    state: wanted.state,
    booked_to: 'null',
    received: 'null',
    gateway_fee: 'null',
    paid_at: 'null',
    expires_at: AGO,
    updated_at: AGO,
    next_poll_at: 'null',
  })
}

async function writePurchase({ url, deadline, state, line, nonce, slot }: Wanted): Promise<string> {
  const at = deadline.variant === '' ? AGO : 'now()'
  return await copyRow(url, 'supplier_purchases', `line_id = '${line.lineId}'`, {
    slot,
    state,
    reference: `'${nonce}'`,
    target_no: `'${slot}'`,
    created_at: at,
    updated_at: AGO,
    sent_at: at,
    unknown_since: at,
    next_check_at: deadline.variant === '' ? 'now()' : 'null',
  })
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
