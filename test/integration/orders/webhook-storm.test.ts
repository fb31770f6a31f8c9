import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CreatedOrder } from '#orders'
import { pay, placed, whenState } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { newestNotification, postWebhook } from '../../support/notification.ts'
import { createStockSku, markedCodes } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

const AT_ONCE = 50
const LATER = 20

let shop: TestShop
let origin: string

beforeEach(async () => {
  shop = await createTestShop()
  origin = await shop.serve()
  // The simulator's own delivery is dropped: this file posts the notification itself.
  await control(`${shop.sandboxes['midtrans']}/_sandbox/webhooks`, { drop: true })
})
afterEach(async () => {
  await shop.stop()
})

async function countOf(text: string): Promise<number> {
  const rows = await queryAs<{ count: string }>(shop.database.url, text)
  return Number(rows[0]?.count)
}

/** A paid order whose notification is in our hands, and what came of posting it again and again. */
async function storm(): Promise<{ order: CreatedOrder; statuses: number[] }> {
  const stock = await createStockSku(shop, markedCodes('STORM', 10))
  const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
  await pay(shop, order)
  const notification = await newestNotification(shop, order.payment.reference)
  const post = () => postWebhook(origin, notification)
  const first = await Promise.all(Array.from({ length: AT_ONCE }, post))
  await eventually('the first wave to be handled', async () => {
    return (await countOf(`select count(*) from webhook_inbox where state <> 'HANDLED'`)) === 0
  })
  const second = await Promise.all(Array.from({ length: LATER }, post))
  await eventually('the second wave to be handled', async () => {
    return (await countOf(`select count(*) from webhook_inbox where state <> 'HANDLED'`)) === 0
  })
  return { order, statuses: [...first, ...second] }
}

async function expectOneCredit(): Promise<CreatedOrder> {
  const { order, statuses } = await storm()
  expect(statuses).toEqual(Array.from({ length: AT_ONCE + LATER }, () => 200))
  expect(await countOf(`select count(*) from journals where kind = 'payment.received'`), 'credits').toBe(1)
  return order
}

async function expectOneDelivery(order: CreatedOrder): Promise<void> {
  const view = await whenState(shop, order, 'SUCCESS')
  expect(view.lines[0]?.delivery).toMatchObject({ kind: 'codes', codes: [expect.any(String)] })
  expect(await countOf('select count(*) from deliveries')).toBe(1)
  expect(await countOf(`select count(*) from stock_units where state = 'SOLD'`)).toBe(1)
  expect(await checkInvariants(shop.database.url)).toEqual([])
}

test('C5: the same notification fifty times at once and twenty times later is one credit, one delivery', async () => {
  const order = await expectOneCredit()
  await expectOneDelivery(order)
  expect(await countOf('select count(*) from webhook_inbox')).toBe(1)
})

test('without the inbox knowing its messages the locks still keep it one', async () => {
  await queryAs(shop.database.url, FORGETFUL_INBOX)
  const order = await expectOneCredit()
  expect(await countOf('select count(*) from webhook_inbox')).toBe(AT_ONCE + LATER)
  await expectOneDelivery(order)
})

test('without any of the three guards the same storm credits more than once', async () => {
  await queryAs(shop.database.url, FORGETFUL_INBOX)
  await queryAs(shop.database.url, FORGETFUL_STATES)
  await queryAs(shop.database.url, FORGETFUL_BOOKS)
  await expect(expectOneCredit()).rejects.toThrow(/credits/)
})

/** Guard 1 gone: every copy of a message counts as a new one. */
const FORGETFUL_INBOX = `create function forget_message() returns trigger language plpgsql as $$
  begin new.dedupe_key := sha256(gen_random_uuid()::text::bytea); return new; end $$;
  create trigger forget_message before insert on webhook_inbox for each row execute function forget_message()`

/** Guard 2 gone: under its lock a payment, an order or a line still looks as if nothing had happened. */
const FORGETFUL_STATES = `create function forget_state() returns trigger language plpgsql as $$
  begin new.state := old.state; return new; end $$;
  create function forget_booking() returns trigger language plpgsql as $$
  begin new.state := old.state; new.booked_to := null; return new; end $$;
  create trigger forget_booking before update on payments for each row execute function forget_booking();
  create trigger forget_state before update on orders for each row execute function forget_state();
  create trigger forget_state before update on order_lines for each row execute function forget_state()`

/** Guard 3 gone: the books take the same business event again. */
const FORGETFUL_BOOKS = `alter function post_journal(uuid, text, text, uuid, jsonb) rename to post_journal_once;
  create function post_journal(p_id uuid, p_key text, p_kind text, p_reverses uuid, p_transfers jsonb) returns text
    language sql security definer set search_path = pg_catalog, public as $$
    select post_journal_once(p_id, p_key || ':' || gen_random_uuid(), p_kind, p_reverses, p_transfers) $$;
  grant execute on function post_journal(uuid, text, text, uuid, jsonb) to lapak_worker`
