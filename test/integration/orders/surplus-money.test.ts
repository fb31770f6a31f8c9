import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { completeManualRefund, resolveException, revealRefundAccount } from '#payments'
import {
  decideException,
  expireOrders,
  giveRefund,
  refundOrder,
  returnSurplus,
  setRefundAccount,
  settlePayment,
  type CreatedOrder,
} from '#orders'
import { dueRefunds } from '#payments'
import { dueMessages, listMessages } from '#notifications'
import { sweepMessages, tellNews } from '../../../src/jobs/messages.ts'
import { pay, placed } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letOrdersExpire } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

// No worker runs here: each test decides what happens when.
let shop: TestShop
let mark = 0

beforeAll(async () => {
  shop = await createTestShop()
}, 60_000)
afterEach(async () => expect(await checkInvariants(shop.database.url)).toEqual([]))
afterAll(() => shop.stop())

const midtrans = (route: string, body: unknown) =>
  control(`${shop.sandboxes['midtrans']}/_sandbox/${route}`, body)

/** An order that expired, whose goods somebody else holds now, and that is paid all the same. */
async function paidTooLate(paymentType = 'gopay'): Promise<CreatedOrder> {
  mark += 1
  const stock = await createStockSku(shop, markedCodes(`LATE${mark}`, 1))
  const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
  await letOrdersExpire(shop.database.url, [order.orderNumber])
  await expireOrders(shop.shop)
  await placed(shop, [{ sku: stock.code, quantity: 1 }])
  await midtrans('transition', {
    order_id: order.payment.reference,
    transaction_status: 'settlement',
    payment_type: paymentType,
    force: true,
  })
  await shop.app.orders.refreshPayment(order.trackingToken)
  return order
}

async function moneyOf(order: CreatedOrder): Promise<Record<string, unknown> | undefined> {
  const [row] = await queryAs(
    shop.database.url,
    `select p.state as payment, e.kind, e.state as task, r.state as refund, r.amount::int, r.id,
        (select balance::int from accounts where code = 'suspense') as suspense,
        (select count(*)::int from outbox_events x where x.order_id = o.id and x.kind = 'payment.surplus') as told
      from orders o join payments p on p.order_id = o.id
      left join payment_exceptions e on e.payment_id = p.id left join refunds r on r.payment_id = p.id
      where o.number = $1`,
    [order.orderNumber],
  )
  return row
}

async function sendAllRefunds(): Promise<void> {
  await queryAs(
    shop.database.url,
    `update refunds set next_try_at = now() where state in ('REQUESTED', 'UNKNOWN')`,
  )
  for (const id of await dueRefunds(shop.shop.db)) await giveRefund(shop.shop, id)
}

describe('money that fits no order as it came', () => {
  test('paid after the goods were gone: it goes back through its gateway, once, and the buyer is told', async () => {
    const order = await paidTooLate()
    expect(await moneyOf(order)).toMatchObject({ kind: 'late', task: 'OPEN', suspense: order.total })
    // Five processes look at the same moment, and once more afterwards.
    await Promise.all(Array.from({ length: 5 }, () => returnSurplus(shop.shop)))
    await returnSurplus(shop.shop)
    expect(await moneyOf(order)).toMatchObject({
      task: 'RESOLVED',
      amount: order.total,
      suspense: 0,
      told: 1,
    })
    await sendAllRefunds()
    expect(await moneyOf(order)).toMatchObject({ payment: 'REFUNDED', refund: 'DONE' })
    expect(await shop.app.orders.track(order.trackingToken)).toMatchObject({
      status: 'EXPIRED',
      payment: { status: 'refunded', surplus: { kind: 'late', amount: order.total } },
    })
  })

  test('the answer to a refund is lost and the gateway reports it: the buyer is told all the same, once', async () => {
    const order = await paidTooLate()
    await returnSurplus(shop.shop)
    await midtrans('faults', { match: { path: '*/refund' }, fault: 'truncate', times: 1 })
    await sendAllRefunds()
    expect(await moneyOf(order)).toMatchObject({ refund: 'UNKNOWN' })
    await shop.app.orders.refreshPayment(order.trackingToken)
    await sendAllRefunds()
    expect(await moneyOf(order)).toMatchObject({ payment: 'REFUNDED', refund: 'DONE' })
    const news = await queryAs(
      shop.database.url,
      `select (x.data ->> 'amount')::int as amount from outbox_events x join orders o on o.id = x.order_id
        where o.number = $1 and x.kind = 'refund.done'`,
      [order.orderNumber],
    )
    expect(news).toEqual([{ amount: order.total }])
  })

  test('a second payment under a reference that was paid goes back by hand: the gateway would return the first', async () => {
    const order = await paidTooLate()
    await returnSurplus(shop.shop)
    await sendAllRefunds()
    await queryAs(
      shop.database.url,
      `with p as (select p.* from payments p join orders o on o.id = p.order_id where o.number = $1),
        j as (select post_journal(gen_random_uuid(), 'payment:' || p.id || ':double:second', 'payment.double', null,
          '[{"debit":"gateway:midtrans","credit":"suspense","amount":7000}]') from p)
      insert into payment_exceptions (id, payment_id, kind, amount, detail)
        select gen_random_uuid(), p.id, 'double', 7000, 'paid again' from p, j`,
      [order.orderNumber],
    )
    expect(await returnSurplus(shop.shop)).toEqual({ returned: 0 })
    const [task] = await queryAs<{ id: string }>(
      shop.database.url,
      `select id from payment_exceptions where kind = 'double' and state = 'OPEN'`,
    )
    const decide = (action: 'paid_back' | 'close') =>
      shop.shop.db.transaction('test.decide', { role: 'worker' }, (tx) =>
        resolveException(tx, task?.id ?? '', { action, note: 'BCA', by: 'rina', now: new Date() }),
      )
    // Closing would leave the money where nobody looks for it.
    expect(await decide('close')).toMatchObject({ ok: false, error: { code: 'not_allowed' } })
    expect(await decide('paid_back')).toMatchObject({ ok: true })
    expect(await decide('paid_back')).toMatchObject({ ok: false, error: { code: 'not_allowed' } })
    const [suspense] = await queryAs<{ balance: string }>(
      shop.database.url,
      `select balance from accounts where code = 'suspense'`,
    )
    expect(Number(suspense?.balance)).toBe(0)
  })

  test('paid twice under one reference: the buyer hears of it, and again when a person sent it back', async () => {
    mark += 1
    const stock = await createStockSku(shop, markedCodes(`TWICE${mark}`, 1))
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await pay(shop, order)
    await shop.app.orders.refreshPayment(order.trackingToken)
    await midtrans('pay', { order_id: order.payment.reference, second_transaction: true })
    const [payment] = await queryAs<{ id: string }>(
      shop.database.url,
      'select id from payments where reference = $1',
      [order.payment.reference],
    )
    for (let turn = 0; turn < 2; turn += 1) await settlePayment(shop.shop, payment?.id ?? '')
    const news = () =>
      queryAs(
        shop.database.url,
        `select x.kind, x.data ->> 'kind' as why, (x.data ->> 'amount')::int as amount
          from outbox_events x join orders o on o.id = x.order_id
          where o.number = $1 and x.kind in ('payment.surplus', 'refund.needs_account', 'refund.done') order by x.number`,
        [order.orderNumber],
      )
    const found = { kind: 'payment.surplus', why: 'double', amount: order.total }
    const asked = { kind: 'refund.needs_account', why: null, amount: order.total }
    expect(await news()).toEqual([found, asked])
    const [task] = await queryAs<{ id: string }>(
      shop.database.url,
      'select id from payment_exceptions where payment_id = $1',
      [payment?.id],
    )
    const refundShown = async () =>
      (await shop.app.orders.track(order.trackingToken))?.payment.refund ?? 'nothing goes back'
    expect(await refundShown()).toMatchObject({ state: 'manual', needsAccount: true, amount: order.total })
    const account = { bank: 'BCA', number: '5550001234', holder: 'Sari Dewi' }
    expect(await setRefundAccount(shop.shop, order.trackingToken, account)).toMatchObject({ ok: true })
    expect(await refundShown()).toMatchObject({ needsAccount: false, account: 'BCA ··· 1234' })
    expect(await shop.app.tasks.account(`payment_exception:${task?.id}`, 'rina')).toEqual(account)
    const decide = () =>
      decideException(shop.shop, task?.id ?? '', { action: 'paid_back', note: 'BCA', by: 'rina' })
    expect(await Promise.all([decide(), decide()])).toContainEqual({ ok: true, value: undefined })
    expect(await news()).toEqual([found, asked, { kind: 'refund.done', why: null, amount: order.total }])
    await shop.app.operator.processOrders()
  })

  test('two tasks of one payment at once: one refund, and the money of the other stays in sight', async () => {
    const order = await paidTooLate()
    await queryAs(
      shop.database.url,
      `with p as (select p.* from payments p join orders o on o.id = p.order_id where o.number = $1),
        j as (select post_journal(gen_random_uuid(), 'payment:' || p.id || ':double:again', 'payment.double', null,
          jsonb_build_array(jsonb_build_object('debit', 'gateway:midtrans', 'credit', 'suspense', 'amount', p.amount))) from p)
      insert into payment_exceptions (id, payment_id, kind, amount, detail)
        select gen_random_uuid(), p.id, 'double', p.amount, 'paid again' from p, j`,
      [order.orderNumber],
    )
    await returnSurplus(shop.shop)
    expect(await checkInvariants(shop.database.url)).toEqual([])
    const tasks = await queryAs<{ kind: string; state: string }>(
      shop.database.url,
      `select e.kind, e.state from payment_exceptions e join payments p on p.id = e.payment_id
        join orders o on o.id = p.order_id where o.number = $1 order by e.opened_at`,
      [order.orderNumber],
    )
    expect(tasks.map(({ state }) => state).toSorted()).toEqual(['OPEN', 'RESOLVED'])
    await queryAs(
      shop.database.url,
      `with e as (update payment_exceptions e set state = 'RESOLVED', resolved_at = now(), resolution = 'test'
          from payments p join orders o on o.id = p.order_id
          where e.payment_id = p.id and o.number = $1 and e.state = 'OPEN' returning e.amount)
      select post_journal(gen_random_uuid(), 'test:' || $1, 'exception.resolved', null,
        jsonb_build_array(jsonb_build_object('debit', 'suspense', 'credit', 'bank', 'amount', e.amount))) from e`,
      [order.orderNumber],
    )
  })

  test.each([
    { paid: -1, word: 'underpaid', says: 'kurang dari yang diminta' },
    { paid: 1, word: 'overpaid', says: 'lebih dari yang diminta' },
    { paid: 0, word: 'cancelled', says: 'sudah dibatalkan' },
  ])('the buyer reads why: $word', async ({ paid, word, says }) => {
    mark += 1
    const stock = await createStockSku(shop, markedCodes(`WHY${mark}`, 1))
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    if (paid === 0) await shop.app.orders.cancel(order.trackingToken)
    const transaction = { order_id: order.payment.reference, payment_type: 'gopay' }
    await (paid === 0
      ? midtrans('transition', { ...transaction, transaction_status: 'settlement', force: true })
      : midtrans('pay', { ...transaction, gross_amount: order.total + paid }))
    await shop.app.orders.refreshPayment(order.trackingToken)
    await returnSurplus(shop.shop)
    expect((await shop.app.orders.track(order.trackingToken))?.payment.surplus?.kind).toBe(word)
    await tellNews(shop.shop)
    for (let turn = 0; turn < 10 && (await dueMessages(shop.shop.db, 1)).length > 0; turn += 1)
      await sweepMessages(shop.shop)
    const { messages } = await listMessages(shop.shop.db, { orderNumber: order.orderNumber })
    const told = messages.filter(({ template }) => template === 'payment-surplus')
    expect(told.map(({ state, detail }) => ({ state, detail }))).toEqual([
      { state: 'SENT', detail: null },
      { state: 'SENT', detail: null },
    ])
    const answer = await fetch(`${shop.sandboxes['messages']}/messages`)
    const arrived = ((await answer.json()) as { messages: { subject: string; text: string }[] }).messages
    const mail = arrived.find(({ subject }) => subject === `Tentang pembayaran Anda: ${order.orderNumber}`)
    expect(mail?.text.replaceAll(/\s+/g, ' ')).toContain(says)
  })

  test('by a way that takes nothing back: the buyer says where to, a person sends it, and it is on record', async () => {
    const order = await paidTooLate('bank_transfer')
    await returnSurplus(shop.shop)
    const early = await setRefundAccount(shop.shop, order.trackingToken, {
      bank: 'BCA',
      number: '1234567890',
      holder: 'Sari Dewi',
    })
    expect(early).toEqual({ ok: false, error: { code: 'not_needed' } })
    await sendAllRefunds()
    const money = await moneyOf(order)
    expect(money).toMatchObject({ refund: 'MANUAL' })
    const track = () => shop.app.orders.track(order.trackingToken)
    expect((await track())?.payment.refund).toMatchObject({ state: 'manual', needsAccount: true })

    const bad = await setRefundAccount(shop.shop, order.trackingToken, {
      bank: '',
      number: '12x',
      holder: 'S',
    })
    expect(
      bad.ok || bad.error.code !== 'invalid_request' ? [] : bad.error.errors.map((e) => e.pointer),
    ).toEqual(['/bank', '/number', '/holder'])
    const account = { bank: 'BCA', number: '123-456 7890', holder: 'Sari  Dewi' }
    expect(await setRefundAccount(shop.shop, order.trackingToken, account)).toMatchObject({ ok: true })
    expect((await track())?.payment.refund).toMatchObject({ needsAccount: false, account: 'BCA ··· 7890' })
    const [stored] = await queryAs<{ row: string }>(
      shop.database.url,
      'select refund_accounts::text || encode(sealed, $1) as row from refund_accounts',
      ['escape'],
    )
    expect(stored?.row).not.toContain('1234567890')

    const [found] = await queryAs<{ id: string; token_hash: Buffer }>(
      shop.database.url,
      'select id, token_hash from orders where number = $1',
      [order.orderNumber],
    )
    if (found === undefined) throw new Error('no order')
    const shown = await revealRefundAccount(shop.shop, { id: found.id, tokenHash: found.token_hash }, 'rina')
    expect(shown).toEqual({ bank: 'BCA', number: '1234567890', holder: 'Sari Dewi' })
    expect(
      await queryAs(shop.database.url, 'select actor from refund_account_reveals where order_id = $1', [
        found.id,
      ]),
    ).toEqual([{ actor: 'rina' }])
    const paidOut = await shop.shop.db.transaction('test.pay-out', { role: 'worker' }, (tx) =>
      completeManualRefund(tx, String(money?.['id']), { note: 'sent', now: new Date() }),
    )
    expect(paidOut).toMatchObject({ ok: true })
    expect(await moneyOf(order)).toMatchObject({ payment: 'REFUNDED', refund: 'DONE' })
  })
})

describe('money that staff give back', () => {
  async function delivered(): Promise<CreatedOrder> {
    mark += 1
    const stock = await createStockSku(shop, markedCodes(`STAFF${mark}`, 2))
    const order = await placed(shop, [{ sku: stock.code, quantity: 2 }])
    await pay(shop, order)
    await shop.app.orders.refreshPayment(order.trackingToken)
    await shop.app.operator.processOrders()
    expect(await shop.app.orders.track(order.trackingToken)).toMatchObject({ status: 'SUCCESS' })
    return order
  }

  test('a part, then the rest, never more; a double click refunds once', async () => {
    const order = await delivered()
    const give = (wish: { amount?: number; reason: string; line?: number }) =>
      refundOrder(shop.shop, order.orderNumber, wish, 'rina')
    const half = { amount: order.total / 2, reason: 'one code did not work' }
    expect(await Promise.all([give(half), give(half)])).toMatchObject([
      { ok: true, value: { amount: half.amount } },
      { ok: true, value: { amount: half.amount } },
    ])
    expect(await give({ amount: order.total, reason: 'everything' })).toEqual({
      ok: false,
      error: { code: 'nothing_left', available: half.amount },
    })
    expect(await give({ reason: 'the other one neither', line: 1 })).toMatchObject({
      value: { amount: half.amount },
    })
    expect(await give({ reason: 'once more' })).toMatchObject({
      error: { code: 'nothing_left', available: 0 },
    })
    await sendAllRefunds()
    const view = await shop.app.orders.track(order.trackingToken)
    expect(view).toMatchObject({
      status: 'SUCCESS',
      payment: { status: 'refunded', refund: { amount: order.total, state: 'done' } },
    })
  })

  test('ten people at once with ten reasons: the money goes back once', async () => {
    const order = await delivered()
    const given = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        refundOrder(shop.shop, order.orderNumber, { reason: `reason ${index}` }, 'rina'),
      ),
    )
    expect(given.filter((outcome) => outcome.ok)).toHaveLength(1)
    const [sum] = await queryAs<{ amount: number }>(
      shop.database.url,
      `select sum(r.amount)::int as amount from refunds r join orders o on o.id = r.order_id where o.number = $1`,
      [order.orderNumber],
    )
    expect(sum?.amount).toBe(order.total)
  })

  test('not while goods may still arrive, not without a reason, not for an order nobody knows', async () => {
    mark += 1
    const stock = await createStockSku(shop, markedCodes(`OPEN${mark}`, 1))
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await pay(shop, order)
    await shop.app.orders.refreshPayment(order.trackingToken)
    const give = (number: string, reason = 'asked') => refundOrder(shop.shop, number, { reason }, 'rina')
    expect(await give(order.orderNumber)).toMatchObject({ error: { code: 'line_open' } })
    expect(await give(order.orderNumber, ' ')).toMatchObject({ error: { code: 'invalid_request' } })
    expect(await give('LP-0000000000')).toMatchObject({ error: { code: 'order_unknown' } })
    await shop.app.operator.processOrders()
  })
})
