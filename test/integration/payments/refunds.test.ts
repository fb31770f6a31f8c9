import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  applyFact,
  completeManualRefund,
  askGateway,
  attemptOf,
  bookReceived,
  dueRefunds,
  findPaymentForView,
  openPayment,
  requestRefund,
  sendRefund,
  type Payment,
} from '#payments'
import { systemClock } from '#platform/clock.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startMidtransSandbox, type MidtransSandbox } from './midtrans-sandbox.ts'
import { arrangePayment, balances, brokenMoneyRules, type Arranged } from './order-fixture.ts'

let database: TestDatabase
let sandbox: MidtransSandbox

beforeAll(async () => {
  database = await createTestDatabase()
  sandbox = await startMidtransSandbox()
})
beforeEach(() => sandbox.control('reset', {}))
afterEach(async () => expect(await brokenMoneyRules(database)).toEqual([]))
afterAll(async () => {
  await sandbox.stop()
  await database.drop()
})

const deps = () => ({ db: database.db, gateways: sandbox.gateways, clock: systemClock })
const inOneHour = () => new Date(systemClock.now().getTime() + 3_600_000)

/** A payment of 15.000 rupiah that was paid by a method and booked to its order. */
async function paidPayment(
  paymentType = 'gopay',
  to: 'order' | 'suspense' = 'order',
): Promise<Arranged & { paid: Payment }> {
  const arranged = await arrangePayment(database, 15_000, inOneHour())
  const { payment } = arranged
  await openPayment(deps(), {
    payment,
    items: [{ id: 'A', name: 'A', price: 15_000, quantity: 1 }],
    customer: { name: 'Budi', email: 'budi@example.com', phone: '' },
    returnUrl: 'https://shop.example/track/abc',
  })
  await sandbox.control('pay', { order_id: payment.reference, payment_type: paymentType })
  return { ...arranged, paid: await applyNow(payment.id, to) }
}

async function applyNow(paymentId: string, to: 'order' | 'suspense' = 'order'): Promise<Payment> {
  const asked = await askGateway(deps(), paymentId)
  if (!asked.ok) throw new Error(asked.error.detail)
  const { payment, fact } = asked.value
  return await database.db.transaction('test.apply', { role: 'worker' }, async (tx) => {
    const applied = await applyFact(tx, payment, fact, { now: systemClock.now() })
    const reason = { kind: 'late', detail: 'paid after expiry', now: systemClock.now() } as const
    if (applied.kind === 'paid_now')
      await bookReceived(tx, applied.payment, to, to === 'suspense' ? reason : undefined)
    return applied.payment
  })
}

function request(
  { payment, orderId }: Arranged,
  amount: number,
  businessKey = `line:${payment.id}:${amount}`,
) {
  const wish = {
    paymentId: payment.id,
    orderId,
    amount,
    reason: 'Stok habis',
    businessKey,
    now: systemClock.now(),
  }
  return database.db.transaction('test.refund', { role: 'worker' }, (tx) => requestRefund(tx, wish))
}

async function requestedId(arranged: Arranged, amount: number): Promise<string> {
  const requested = await request(arranged, amount)
  if (!requested.ok) throw new Error(requested.error.code)
  return requested.value.id
}

async function view({ orderId, tokenHash }: Arranged) {
  return await database.db.transaction('test.view', { role: 'web', tokenHash }, (tx) =>
    findPaymentForView(tx, orderId),
  )
}

test('a refund goes back once, in the books and at the gateway', async () => {
  const arranged = await paidPayment()
  const before = await balances(database)
  const id = await requestedId(arranged, 15_000)
  expect(await view(arranged)).toMatchObject({
    status: 'refund_pending',
    refund: { amount: 15_000, state: 'pending' },
  })
  expect(await sendRefund(deps(), id)).toMatchObject({
    kind: 'done',
    payment: { state: 'REFUNDED', refunded: 15_000 },
  })
  expect(await sendRefund(deps(), id)).toEqual({ kind: 'nothing' })
  const after = await balances(database)
  expect(after['orders:unearned']).toBe((before['orders:unearned'] ?? 0) - 15_000)
  expect(after['gateway:midtrans']).toBe((before['gateway:midtrans'] ?? 0) + 15_000)
  expect(after['refunds:payable']).toBe(0)
  expect(await view(arranged)).toMatchObject({
    status: 'refunded',
    refund: { amount: 15_000, state: 'done' },
  })
})

test('parts add up to the whole and never beyond', async () => {
  const arranged = await paidPayment()
  expect(await sendRefund(deps(), await requestedId(arranged, 6_000))).toMatchObject({
    kind: 'done',
    payment: { state: 'PARTIALLY_REFUNDED' },
  })
  const open = await requestedId(arranged, 7_000)
  expect(await request(arranged, 2_001)).toEqual({
    ok: false,
    error: { code: 'refund_exceeds_received', available: 2_000 },
  })
  await sendRefund(deps(), open)
  expect(await sendRefund(deps(), await requestedId(arranged, 2_000))).toMatchObject({
    kind: 'done',
    payment: { state: 'REFUNDED' },
  })
  expect(await request(arranged, 1)).toMatchObject({ ok: false })
})

test('twenty requests at once never promise more than was received', async () => {
  const arranged = await paidPayment()
  const requests = Array.from({ length: 20 }, (_, index) =>
    request(arranged, 1_000, `race:${arranged.payment.id}:${index}`),
  )
  const outcomes = await Promise.all(requests)
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(15)
})

test('the same business event asks once', async () => {
  const arranged = await paidPayment()
  const [first, second] = [await request(arranged, 4_000), await request(arranged, 4_000)]
  expect(first.ok && second.ok && first.value.id === second.value.id).toBe(true)
})

test('an unpaid payment has nothing to give back', async () => {
  expect(await request(await arrangePayment(database), 1)).toMatchObject({
    ok: false,
    error: { code: 'payment_not_refundable' },
  })
})

test('a virtual account cannot be refunded by the gateway: a task for a person', async () => {
  const arranged = await paidPayment('bca_va')
  const id = await requestedId(arranged, 15_000)
  expect(await sendRefund(deps(), id)).toMatchObject({ kind: 'manual', refund: { state: 'MANUAL' } })
  expect(await view(arranged)).toMatchObject({ status: 'refund_pending', refund: { state: 'manual' } })
  expect((await balances(database))['refunds:payable']).toBeGreaterThanOrEqual(15_000)
})

test('a person pays it out of the bank account, once', async () => {
  const arranged = await paidPayment('bca_va')
  const id = await requestedId(arranged, 15_000)
  await sendRefund(deps(), id)
  const before = await balances(database)
  const complete = () =>
    database.db.transaction('test.complete', { role: 'worker' }, (tx) =>
      completeManualRefund(tx, id, { note: 'transfer BCA 0123', now: systemClock.now() }),
    )
  expect(await complete()).toMatchObject({
    ok: true,
    value: { payment: { state: 'REFUNDED', refunded: 15_000 } },
  })
  expect(await complete()).toEqual({ ok: false, error: { code: 'not_manual' } })
  const after = await balances(database)
  expect(after['bank']).toBe((before['bank'] ?? 0) + 15_000)
  expect(after['refunds:payable']).toBe((before['refunds:payable'] ?? 0) - 15_000)
  expect(after['gateway:midtrans']).toBe(before['gateway:midtrans'])
})

test('a gateway that was turned off holds nothing up', async () => {
  const arranged = await paidPayment()
  const id = await requestedId(arranged, 1_000)
  const off = { ...deps(), gateways: new Map() }
  expect(await sendRefund(off, id)).toMatchObject({ kind: 'unknown' })
  expect(await askGateway(off, arranged.payment.id)).toMatchObject({
    ok: false,
    error: { code: 'unavailable' },
  })
})

const inSevenDays = { now: () => new Date(systemClock.now().getTime() + 7 * 86_400_000) }

test('turned off for a week: the refund becomes a task for a person', async () => {
  const id = await requestedId(await paidPayment(), 1_000)
  const off = { ...deps(), gateways: new Map() }
  expect(await sendRefund(off, id)).toMatchObject({ kind: 'unknown' })
  expect(await sendRefund({ ...off, clock: inSevenDays }, id)).toMatchObject({
    kind: 'manual',
    refund: { state: 'MANUAL' },
    detail: expect.stringContaining('not confirmed within six days'),
  })
  expect(await sendRefund(off, id)).toEqual({ kind: 'nothing' })
})

test('unreachable for a week: the refund becomes a task for a person, and is settled when it turns up', async () => {
  const arranged = await paidPayment()
  const id = await requestedId(arranged, 1_000)
  await sandbox.control('faults', [
    { match: { path: '*/refund' }, fault: 'truncate' },
    { match: { path: '*/status' }, fault: 'http_500' },
  ])
  expect(await sendRefund(deps(), id)).toMatchObject({ kind: 'unknown' })
  expect(await sendRefund({ ...deps(), clock: inSevenDays }, id)).toMatchObject({ kind: 'manual' })
  await sandbox.control('faults', [])
  expect(await applyNow(arranged.payment.id)).toMatchObject({ state: 'PARTIALLY_REFUNDED', refunded: 1_000 })
  expect(await view(arranged)).toMatchObject({ refund: { state: 'done' } })
})

test('after a lost answer the gateway is asked, and nothing is sent twice', async () => {
  const arranged = await paidPayment()
  const id = await requestedId(arranged, 5_000)
  await sandbox.control('faults', { match: { path: '*/refund' }, fault: 'truncate', times: 1 })
  expect(await sendRefund(deps(), id)).toMatchObject({ kind: 'unknown', refund: { state: 'UNKNOWN' } })
  expect(await sendRefund(deps(), id)).toMatchObject({ kind: 'done', payment: { refunded: 5_000 } })
  const asked = await askGateway(deps(), arranged.payment.id)
  expect(asked).toMatchObject({ ok: true, value: { fact: { refunds: [{ key: id, amount: 5_000 }] } } })
})

test('a refund that never arrived is sent again with its key', async () => {
  const arranged = await paidPayment()
  const id = await requestedId(arranged, 5_000)
  await sandbox.control('faults', { match: { path: '*/refund' }, fault: 'http_500', times: 1 })
  expect(await sendRefund(deps(), id)).toMatchObject({ kind: 'unknown' })
  await queryAs(database.url, `update refunds set next_try_at = now() - interval '1 second' where id = $1`, [
    id,
  ])
  expect(await dueRefunds(database.db)).toContain(id)
  expect(await sendRefund(deps(), id)).toMatchObject({ kind: 'done' })
})

test('two runs at once send one refund', async () => {
  const arranged = await paidPayment()
  const id = await requestedId(arranged, 5_000)
  const outcomes = await Promise.all([sendRefund(deps(), id), sendRefund(deps(), id)])
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'nothing'])
})

test('the gateway reporting our refund first settles it just the same', async () => {
  const arranged = await paidPayment()
  const id = await requestedId(arranged, 15_000)
  await sandbox.control('faults', { match: { path: '*/refund' }, fault: 'truncate', times: 1 })
  await sendRefund(deps(), id)
  expect(await applyNow(arranged.payment.id)).toMatchObject({ state: 'REFUNDED', refunded: 15_000 })
  expect(await sendRefund(deps(), id)).toEqual({ kind: 'nothing' })
})

/** A refund that somebody makes in the gateway's dashboard: Lapak did not ask for it. */
async function refundInDashboard(
  { payment }: Arranged,
  amount: number,
  refundKey = 'dashboard',
): Promise<void> {
  const given = await sandbox.gateway.refund({
    attempt: attemptOf(payment),
    refundKey,
    amount,
    reason: 'by hand',
  })
  expect(given).toEqual({ state: 'done' })
}

const completed = (id: string) =>
  database.db.transaction('test.complete', { role: 'worker' }, (tx) =>
    completeManualRefund(tx, id, { note: 'transfer BCA 0123', now: systemClock.now() }),
  )

async function movedSince(before: Record<string, number>): Promise<Record<string, number>> {
  const moved = Object.entries(await balances(database)).map(
    ([code, balance]) => [code, balance - (before[code] ?? 0)] as const,
  )
  return Object.fromEntries(moved.filter(([, delta]) => delta !== 0))
}

test.each([15_000, 6_000])(
  'a refund of %i in the dashboard stands in for ours, which then is settled',
  async (amount) => {
    const arranged = await paidPayment()
    const id = await requestedId(arranged, amount)
    const before = await balances(database)
    await refundInDashboard(arranged, amount)
    expect(await applyNow(arranged.payment.id)).toMatchObject({ refunded: amount })
    expect(await applyNow(arranged.payment.id)).toMatchObject({ refunded: amount })
    expect(await sendRefund(deps(), id)).toEqual({ kind: 'nothing' })
    expect(await movedSince(before)).toEqual({ 'refunds:payable': -amount, 'gateway:midtrans': amount })
    expect(await view(arranged)).toMatchObject({ refund: { amount, state: 'done' } })
  },
)

test('a refund in the dashboard stands in for a person’s task', async () => {
  const arranged = await paidPayment()
  const id = await requestedId(arranged, 15_000)
  await refundInDashboard(arranged, 15_000)
  expect(await sendRefund(deps(), id)).toMatchObject({ kind: 'manual' })
  expect(await applyNow(arranged.payment.id)).toMatchObject({ state: 'REFUNDED', refunded: 15_000 })
  expect(await completed(id)).toEqual({ ok: false, error: { code: 'not_manual' } })
})

test('one refund of everything in the dashboard settles all that are under way', async () => {
  const arranged = await paidPayment()
  await requestedId(arranged, 5_000)
  await requestedId(arranged, 10_000)
  const before = await balances(database)
  await refundInDashboard(arranged, 15_000)
  expect(await applyNow(arranged.payment.id)).toMatchObject({ state: 'REFUNDED' })
  expect(await movedSince(before)).toEqual({ 'refunds:payable': -15_000, 'gateway:midtrans': 15_000 })
})

test('the dashboard was counted for ours, and ours came through as well: the second one is disputed', async () => {
  const arranged = await paidPayment()
  const id = await requestedId(arranged, 5_000)
  await sandbox.control('faults', { match: { path: '*/refund' }, fault: 'http_500', times: 1 })
  await sendRefund(deps(), id)
  await refundInDashboard(arranged, 5_000)
  await applyNow(arranged.payment.id)
  const before = await balances(database)
  await refundInDashboard(arranged, 5_000, id)
  expect(await applyNow(arranged.payment.id)).toMatchObject({ refunded: 10_000 })
  expect(await applyNow(arranged.payment.id)).toMatchObject({ refunded: 10_000 })
  expect(await movedSince(before)).toEqual({ disputes: -5_000, 'gateway:midtrans': 5_000 })
})

test('a refund in the dashboard before we asked for the same sum stands in for nothing', async () => {
  const arranged = await paidPayment()
  await refundInDashboard(arranged, 7_500)
  await applyNow(arranged.payment.id)
  const id = await requestedId(arranged, 7_500)
  expect(await applyNow(arranged.payment.id)).toMatchObject({ refunded: 7_500 })
  expect(await sendRefund(deps(), id)).toMatchObject({ kind: 'done', payment: { state: 'REFUNDED' } })
})

test('a task whose money went back by other refunds in part: only the rest is due, and the books close', async () => {
  const arranged = await paidPayment()
  const id = await requestedId(arranged, 10_000)
  await refundInDashboard(arranged, 12_000)
  expect(await sendRefund(deps(), id)).toMatchObject({ kind: 'manual' })
  await applyNow(arranged.payment.id)
  const before = await balances(database)
  const [first, second] = await Promise.all([completed(id), completed(id)])
  expect([first, second]).toContainEqual({ ok: false, error: { code: 'not_manual' } })
  expect(first.ok ? first : second).toMatchObject({ value: { paid: 3_000, payment: { state: 'REFUNDED' } } })
  expect(await movedSince(before)).toEqual({ 'refunds:payable': -10_000, bank: 3_000, disputes: 7_000 })
})

test('money that waits in suspense is given back from there', async () => {
  const arranged = await paidPayment('gopay', 'suspense')
  expect((await balances(database))['suspense']).toBe(15_000)
  await sendRefund(deps(), await requestedId(arranged, 15_000))
  expect((await balances(database))['suspense']).toBe(0)
})
