import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkInvariants, listBroken, readInvariants } from './invariants.ts'
import { IDS, SOUND_SHOP } from './sound-shop.ts'
import { createTestDatabase, queryAs, type TestDatabase } from './test-database.ts'

const {
  order,
  line,
  payment,
  delivery,
  refundedLine,

  purchase,
  refund,
  latePayment,
  freeUnit,
  sku,
  offer,
} = IDS

const openBooks = 'alter table journals disable trigger user; alter table transfers disable trigger user;'
const post = (debit: string, credit: string, key: string): string =>
  `select post_journal(gen_random_uuid(), '${key}', 'test.mistake', null, '[{"debit": "${debit}", "credit": "${credit}", "amount": 10}]');`

const [account, invite, otherInvite] = [1, 2, 3].map((n) => `00000000-0000-7000-8000-00000000018${n}`)
const pool = `insert into provider_accounts (id, provider, label, external_id, sealed, key_id, plans, seats, daily_quota)
  values ('${account}', 'teams', 'A', 'a', 'x', 'k', '{pro}', 5, 5);`
const inviteAs = (state: string, id = invite, attempt = 1): string =>
  `insert into invites (id, line_id, slot, attempt, email, provider, plan, state, account_id, queued_at, waiting_since, due_at)
  values ('${id}', '${line}', 1, ${attempt}, 'a@example.test', 'teams', 'pro', '${state}', '${account}', now(), now(), now());`
const seatOf = (id = invite): string =>
  `insert into account_seats (invite_id, account_id, seat_no, taken_at) values ('${id}', '${account}', 1, now());`

const sharedAccount = '00000000-0000-7000-8000-000000000191'
const shared = `insert into shared_credentials (id, sku_id, label, seats, fingerprint, sealed, key_id)
    values ('${sharedAccount}', '${sku}', 'A', 1, 'x', 'x', 'k');
  insert into shared_seats (credential_id, number, sku_id) values ('${sharedAccount}', 1, '${sku}');`

const message = `with sent as (
    insert into messages (id, event_number, business_key, channel, audience, template, locale)
      values (gen_random_uuid(), 1, 'a', 'telegram', 'staff', 'incident-opened', 'id') returning id)
  insert into message_history (id, message_id, from_state, to_state) select gen_random_uuid(), id, 'NEW', 'WAITING' from sent;`

/** One mistake per rule, made by hand as the owner, with the guard that would refuse it taken away where there is one. */
const mistakes: Record<string, string> = {
  I1: `insert into journals (id, business_key, kind, fingerprint) values (gen_random_uuid(), 'empty', 'test.mistake', '')`,
  I2: `update accounts set balance = balance + 1 where code = 'gateway:midtrans'`,
  I3: `alter table accounts drop constraint accounts_floor; update accounts set balance = -1 where code = 'sales'`,
  I3b: `update accounts set balance = balance + 1 where code = 'sales'`,
  I4: `update stock_units set state = 'SOLD', line_id = '${line}' where id = '${freeUnit}'`,
  I4b: `${shared} update shared_seats set state = 'SOLD', line_id = '${line}'`,
  I4c: `${shared} insert into deliveries (id, line_id, slot, kind, credential_id, seat_number)
    values (gen_random_uuid(), '${line}', 2, 'CODE', '${sharedAccount}', 1)`,
  I4d: `${shared} update shared_credentials set seats = 2`,
  I5: `insert into deliveries (id, line_id, slot, kind, sealed) values (gen_random_uuid(), '${line}', 2, 'SERIAL', 'x')`,
  I6: `update payments set received = 4999 where id = '${payment}'`,
  I6b: `update payments set booked_to = 'order', order_id = '${order}', attempt = 2 where id = '${latePayment}'`,
  I6c: `update orders set paid_at = null where id = '${order}'`,
  I6d: `update payments set net = received - 100, gateway_fee = 100 where id = '${payment}'`,
  I6e: `update orders set payment_method = 'tokopay_qris', fee = 100, total = total + 100 where id = '${order}'`,
  I7: `alter table payments drop constraint payments_transaction;
    update payments set gateway_transaction_id = (select gateway_transaction_id from payments where id = '${payment}') where id = '${latePayment}'`,
  I9: `${pool} insert into account_days values ('${account}', '2026-01-01', 1, 2)`,
  I9b: `${pool} ${inviteAs('INVITED')}`,
  I9c: `drop index account_seats_one_holder; ${pool} ${inviteAs('LOST')} ${inviteAs('INVITED', otherInvite, 2)}
    ${seatOf()} ${seatOf(otherInvite)}`,
  I9d: `${pool} ${inviteAs('FAILED')} ${seatOf()}`,
  I10: `alter table payments drop constraint payments_refund_limit; update payments set refunded = 6000 where id = '${payment}'`,
  I10b: `alter table journals drop constraint journals_reverses; ${openBooks}
    update journals set reverses = (select id from journals where business_key = 'payment:${payment}:received')
      where business_key in ('line:${line}:delivered', 'payment:${latePayment}:received')`,
  I10c: `update refunds set state = 'UNKNOWN' where id = '${refund}'`,
  I10d: post('sales', 'refunds:payable', 'mistake:10d'),
  I12: `insert into payment_history (id, payment_id, from_state, to_state, actor) values (gen_random_uuid(), '${payment}', 'PAID', 'PENDING', 'x')`,
  I12b: `update orders set state = 'PARTIAL' where id = '${order}'`,
  I12c: `update order_lines set state = 'PROCESSING' where id = '${line}'`,
  I12d: `delete from payment_history where payment_id = '${payment}' and to_state = 'PENDING'`,
  I12e: `update supplier_purchases set state = 'MANUAL' where id = '${purchase}'`,
  I12f: `${pool} ${inviteAs('QUEUED')}`,
  I13: `insert into idempotency_keys (scope, key, fingerprint, resource_id) values ('orders.create', 'another-key-of-it', sha256('A'), '${order}')`,
  I14: `drop index supplier_purchases_one_open;
    insert into supplier_purchases (id, line_id, slot, attempt, supplier, offer_id, service_code, expected_name, target_no, expected_cost, state)
      select gen_random_uuid(), '${refundedLine}', 1, attempt, 'vip-reseller', '${offer}', 'A', 'A', '1', 4000, 'SUCCEEDED' from generate_series(2, 3) attempt`,
  I14b: `update supplier_purchases set state = 'UNKNOWN', updated_at = now() - interval '16 minutes' where id = '${purchase}'`,
  I14c: `update supplier_purchases set state = 'SUCCEEDED' where id = '${purchase}'`,
  I14d: `update deliveries set kind = 'INVITE' where id = '${delivery}'`,
  I14e: `${pool} ${inviteAs('QUEUED')}`,
  I15: `update payments set booked_to = 'suspense' where id = '${payment}'`,
  I16: `update orders set state = 'PROCESSING', paid_at = now() - interval '1 hour' where id = '${order}';
    update order_lines set state = 'PROCESSING', updated_at = now() - interval '11 minutes' where id = '${line}'`,
  I18: `update stock_units set state = 'RESERVED', line_id = '${refundedLine}', reserved_until = now() + interval '1 hour' where id = '${freeUnit}'`,
  S1: `update order_lines set state = 'FAILED' where id = '${line}'`,
  S2: `update orders set subtotal = 4000, total = 4000 where id = '${order}'`,
  S3: post('gateway:midtrans', 'orders:unearned', 'mistake:s3'),
  S4: `delete from deliveries where id = '${delivery}'; update order_lines set state = 'FAILED' where id = '${line}'`,
  S4b: `update orders set fee = 100, total = total + 100 where id = '${order}'`,
  S5: `update payment_exceptions set state = 'RESOLVED' where payment_id = '${latePayment}'`,
  S6: `delete from payment_exceptions where payment_id = '${latePayment}'`,
  S7: `update refunds set line_id = null where id = '${refund}'`,
  S8: `alter table sku_prices drop constraint sku_prices_above_floor; update sku_prices set retail = 3000 where sku_id = '${sku}'`,
  S9: `insert into webhook_inbox (id, provider, dedupe_key, body, next_try_at) values (gen_random_uuid(), 'midtrans', sha256('x'), '', now() - interval '1 hour')`,
  D1: `update order_lines set state = 'PROCESSING', updated_at = now() - interval '1 hour' where id = '${line}'`,
  D2: `update order_lines set state = 'NEEDS_INPUT', correct_until = now() + interval '1 day' where id = '${line}'`,
  D3: `update order_lines set state = 'PROCESSING', updated_at = now() where id = '${refundedLine}'`,
  M1: `${message} update messages set state = 'SKIPPED', next_try_at = null`,
  M2: `${message} update messages set tries = 1`,
  M3: `insert into outbox_events (id, key, kind, created_at) values (gen_random_uuid(), 'a.b:1', 'a.b', now() - interval '1 hour')`,
}

let database: TestDatabase
let client: pg.Client

beforeAll(async () => {
  database = await createTestDatabase(1)
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

test('a fresh shop is sound, and so is one where things happened by the rules', async () => {
  expect(await checkInvariants(database.url)).toEqual([])
  await queryAs(database.url, SOUND_SHOP)
  expect(await checkInvariants(database.url)).toEqual([])
})

test('every rule has its mistake below', async () => {
  const rules = await readInvariants()
  expect(Object.keys(mistakes)).toEqual(rules.map((rule) => rule.name.split(':')[0]))
})

test.each(Object.entries(mistakes))('%s is noticed', async (id, mistake) => {
  await client.query('begin')
  try {
    await client.query('set local role lapak_owner')
    await client.query(mistake)
    expect((await listBroken(client)).map((broken) => broken.name.split(':')[0])).toContain(id)
  } finally {
    await client.query('rollback')
  }
})

test('the rules can be checked with the rights of a worker', async () => {
  await client.query('begin')
  await client.query('set local role lapak_worker')
  await expect(listBroken(client)).resolves.toEqual([])
  await client.query('rollback')
})
