import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countOpenTasks } from '#reports'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase(2)
})
afterAll(() => database.drop())

async function counts(): Promise<Record<string, number>> {
  return Object.fromEntries((await countOpenTasks(database.db)).map(({ kind, count }) => [kind, count]))
}

const NONE = {
  purchase_manual: 0,
  purchase_reversed: 0,
  purchase_unknown: 0,
  invite_manual: 0,
  refund_manual: 0,
  payment_exception: 0,
  message_ignored: 0,
  dead_letter: 0,
  order_stuck: 0,
  overdue: 0,
  sync_dead_letter: 0,
  sync_approval: 0,
  sync_review: 0,
  sync_alert: 0,
}

/** The rows refer to nothing: only their own states matter here. */
async function arrange(statements: readonly (readonly [text: string, values?: unknown[]])[]): Promise<void> {
  const referring = ['orders', 'payments', 'refunds', 'payment_exceptions', 'supplier_purchases']
  for (const table of referring)
    await queryAs(
      database.url,
      `do $$ declare c text; begin
        for c in select conname from pg_constraint where conrelid = '${table}'::regclass and contype = 'f'
        loop execute format('alter table ${table} drop constraint %I', c); end loop; end $$`,
    )
  for (const [text, values] of statements) await queryAs(database.url, text, values)
}

const purchase = (state: string, since: string): [string, unknown[]] => [
  `insert into supplier_purchases (id, line_id, slot, supplier, offer_id, service_code, expected_name, target_no,
    expected_cost, state, unknown_since) values ($1, $1, 1, 'vip-reseller', $1, 'ML86', '86 Diamonds', $2, 1, $3, now() - $4::interval)`,
  [randomUUID(), randomUUID(), state, since],
]
const order = (state: string, paid: string): [string, unknown[]] => [
  `insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
    payment_method, expires_at, paid_at) values ($1, $2, $3, $4, 'Budi', 'b@example.test', '0812', 1, 1, 'midtrans', now(), now() - $5::interval)`,
  [randomUUID(), `LP-${randomUUID()}`, Buffer.from(randomUUID().replaceAll('-', '')), state, paid],
]
const message = (state: string, handled: string): [string, unknown[]] => [
  `insert into webhook_inbox (id, provider, dedupe_key, body, state, handled_at)
    values ($1, 'midtrans', $2, '', $3, now() - $4::interval)`,
  [randomUUID(), Buffer.from(randomUUID().replaceAll('-', '')), state, handled],
]

test('every kind is counted when it is due, and not before', async () => {
  expect(await counts()).toEqual(NONE)
  await arrange([
    purchase('MANUAL', '1 minute'),
    purchase('UNKNOWN', '16 minutes'),
    purchase('UNKNOWN', '14 minutes'),
    purchase('SUCCEEDED', '1 hour'),
    order('PROCESSING', '11 minutes'),
    order('PROCESSING', '9 minutes'),
    order('SUCCESS', '1 hour'),
    message('IGNORED', '1 hour'),
    message('IGNORED', '25 hours'),
    message('HANDLED', '1 hour'),
    [
      `insert into refunds (id, payment_id, order_id, business_key, refund_key, amount, reason, state)
        select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), s, s, 1, 'x', s from unnest(array['MANUAL', 'DONE']) s`,
    ],
    [
      `insert into payment_exceptions (id, payment_id, kind, amount, detail, state, opened_at)
        select gen_random_uuid(), gen_random_uuid(), 'late', 1, 'x', s, now() - since
        from unnest(array['OPEN', 'RESOLVED', 'OPEN'], array['61 seconds', '61 seconds', '50 seconds']::interval[]) e (s, since)`,
    ],
    [
      `insert into sync_dead_letters (id, connection, stream, record_key, payload, code, detail, state)
        select gen_random_uuid(), 'feed', 'products', s, '{}', 'x', 'x', s from unnest(array['open', 'resolved']) s`,
    ],
    [
      `insert into sync_pushes (connection, stream, local_id, needs_review, review_reason)
        select 'erp', 'customers', gen_random_uuid(), r is not null, r from unnest(array['x', null]) r`,
    ],
    [
      `insert into sync_alerts (id, connection, kind, detail, resolved_at)
        select gen_random_uuid(), c, k, 'x', case c when 'old' then now() end
        from unnest(array['feed', 'old']) c, unnest(array['late', 'run_failed', 'needs_approval']) k`,
    ],
  ])
  expect(await counts()).toEqual({
    ...NONE,
    purchase_manual: 1,
    purchase_unknown: 1,
    refund_manual: 1,
    payment_exception: 1,
    message_ignored: 1,
    order_stuck: 1,
    sync_dead_letter: 1,
    sync_approval: 1,
    sync_review: 1,
    sync_alert: 2,
  })
})
