import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  applyFact,
  askGateway,
  attemptOf,
  cancelPayment,
  duePayments,
  expirePayment,
  GATEWAY_OPEN_TIMEOUT_MS,
  openPayment,
  paymentGateways,
  type Payment,
  type PaymentGateway,
} from '#payments'
import { systemClock } from '#platform/clock.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startMidtransSandbox, type MidtransSandbox } from './midtrans-sandbox.ts'
import { arrangePayment, historyOf, type Arranged } from './order-fixture.ts'

let database: TestDatabase
let sandbox: MidtransSandbox

beforeAll(async () => {
  database = await createTestDatabase()
  sandbox = await startMidtransSandbox()
})
beforeEach(() => sandbox.control('reset', {}))
afterAll(async () => {
  await sandbox.stop()
  await database.drop()
})

const inOneHour = () => new Date(systemClock.now().getTime() + 3_600_000)
const deps = () => ({ db: database.db, gateways: sandbox.gateways, clock: systemClock })

async function open({ payment }: Arranged, more: { repeat?: boolean } = {}, gateways = sandbox.gateways) {
  const seen: string[] = []
  const result = await openPayment(
    { ...deps(), gateways },
    {
      payment,
      items: [{ id: 'ML-86', name: '86 Diamonds', price: payment.amount, quantity: 1 }],
      customer: { name: 'Budi', email: 'budi@example.com', phone: '+628123456789' },
      returnUrl: 'https://shop.example/track/abc',
      alsoInTransaction: async (_tx, stored) => void seen.push(stored.state),
      ...more,
    },
  )
  return { result, seen }
}

async function openedPayment(): Promise<Payment> {
  const { result } = await open(await arrangePayment(database, 15_000, inOneHour()))
  if (!result.ok) throw new Error(result.error.detail)
  return result.value
}

async function apply(payment: Payment, answer: Awaited<ReturnType<typeof cancelPayment>>) {
  if (!answer.ok) throw new Error(answer.error.detail)
  const { fact } = answer.value
  return await database.db.transaction('test.apply', { role: 'worker' }, (tx) =>
    applyFact(tx, payment, fact, { now: systemClock.now() }),
  )
}

test('opening stores how to pay, and lets the order move in the same transaction', async () => {
  const arranged = await arrangePayment(database, 15_000, inOneHour())
  const { result, seen } = await open(arranged)
  expect(result).toMatchObject({
    ok: true,
    value: { state: 'PENDING', token: expect.any(String), redirectUrl: expect.stringContaining('http') },
  })
  expect(seen).toEqual(['PENDING'])
  expect(await historyOf(database, arranged.payment.id)).toEqual(['NEW>CREATING', 'CREATING>PENDING'])
})

test('F-G1: a gateway that answers with an error fails the payment at once', async () => {
  const arranged = await arrangePayment(database, 15_000, inOneHour())
  await sandbox.control('faults', { match: { path: '/snap/*' }, fault: 'http_500' })
  const { result, seen } = await open(arranged)
  expect(result).toMatchObject({ ok: false, error: { code: 'gateway_unavailable' } })
  expect(seen).toEqual([])
  expect(await historyOf(database, arranged.payment.id)).toEqual(['NEW>CREATING', 'CREATING>FAILED'])
})

test('F-G1: a silent gateway is answered within three seconds, and the attempt can go on', async () => {
  const arranged = await arrangePayment(database, 15_000, inOneHour())
  await sandbox.control('faults', { fault: 'timeout_before' })
  const started = performance.now()
  const { result, seen } = await open(arranged)
  expect(performance.now() - started).toBeLessThan(GATEWAY_OPEN_TIMEOUT_MS + 300)
  expect(result).toMatchObject({ ok: false, error: { code: 'gateway_unknown' } })
  expect(seen).toEqual([])
  await sandbox.control('faults', [])
  expect((await open(arranged, { repeat: true })).result).toMatchObject({
    ok: true,
    value: { state: 'PENDING' },
  })
})

test('a lost answer to an opened page leaves the attempt to be repeated', async () => {
  const arranged = await arrangePayment(database, 15_000, inOneHour())
  await sandbox.control('faults', { match: { path: '/snap/*' }, fault: 'truncate', times: 1 })
  expect((await open(arranged)).result).toMatchObject({ ok: false, error: { code: 'gateway_unknown' } })
  expect((await open(arranged, { repeat: true })).result).toMatchObject({
    ok: true,
    value: { state: 'PENDING' },
  })
})

test('a page whose address was lost keeps the order: it waits for its end, and can be cancelled', async () => {
  const arranged = await arrangePayment(database, 15_000, inOneHour())
  await sandbox.control('config', { secondToken: 'refuse' })
  await sandbox.control('faults', { match: { path: '/snap/*' }, fault: 'truncate', times: 1 })
  await open(arranged)
  expect((await open(arranged, { repeat: true })).result).toMatchObject({
    ok: false,
    error: { code: 'gateway_unknown' },
  })
  const payment = { ...arranged.payment, token: null } as Payment
  expect(await apply(payment, await cancelPayment(deps(), payment))).toMatchObject({ state: 'CANCELLED' })
})

test('two workers resume one order: whoever comes second does not give it up', async () => {
  const arranged = await arrangePayment(database, 15_000, inOneHour())
  await sandbox.control('config', { secondToken: 'refuse' })
  const opened = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const slow: PaymentGateway = {
    ...sandbox.gateway,
    async open(order) {
      const answer = await sandbox.gateway.open(order)
      opened.resolve()
      await released.promise
      return answer
    },
  }
  const first = open(arranged, { repeat: true }, paymentGateways([slow]))
  await opened.promise
  const second = await open(arranged, { repeat: true })
  released.resolve()
  expect(second.result).toMatchObject({ ok: false, error: { code: 'gateway_unknown' } })
  expect((await first).result).toMatchObject({ ok: true, value: { state: 'PENDING' } })
  expect((await open(arranged, { repeat: true })).result.ok).toBe(true)
  expect(await historyOf(database, arranged.payment.id)).toEqual(['NEW>CREATING', 'CREATING>PENDING'])
})

test('opening twice returns the first page', async () => {
  const arranged = await arrangePayment(database, 15_000, inOneHour())
  const first = (await open(arranged)).result
  const second = (await open(arranged)).result
  expect(second.ok && first.ok && second.value.token === first.value.token).toBe(true)
})

test('asking before a method was chosen changes nothing; after paying it says paid', async () => {
  const payment = await openedPayment()
  const asked = await askGateway(deps(), payment.id)
  expect(asked).toMatchObject({ ok: true, value: { fact: { state: 'not_found' } } })
  await sandbox.control('pay', { order_id: payment.reference })
  expect(await askGateway(deps(), payment.id)).toMatchObject({
    ok: true,
    value: { fact: { state: 'paid', amount: 15_000, merchantMatches: true } },
  })
})

test.each([
  ['cancel', cancelPayment, 'CANCELLED'],
  ['expire', expirePayment, 'EXPIRED'],
] as const)('%s closes a page nobody used, so that it cannot be paid any more', async (_, close, state) => {
  const payment = await openedPayment()
  expect(await apply(payment, await close(deps(), payment))).toMatchObject({ kind: 'closed', state })
  await expect(sandbox.gateway.cancel(attemptOf(payment))).resolves.toMatchObject({
    ok: true,
  })
})

test('a page that opens while the attempt is being cancelled is not closed by that', async () => {
  const arranged = await arrangePayment(database, 15_000, inOneHour())
  const before = { ...arranged.payment, token: null } as Payment
  const cancelled = await cancelPayment(deps(), before)
  const { result } = await open(arranged)
  if (!result.ok) throw new Error(result.error.detail)
  expect(await apply(before, cancelled)).toMatchObject({ kind: 'unchanged', payment: { state: 'PENDING' } })
  const page = result.value
  expect(await apply(page, await cancelPayment(deps(), page))).toMatchObject({ kind: 'closed' })
})

test('cancel of a payment that was paid a moment ago finds the money', async () => {
  const payment = await openedPayment()
  await sandbox.control('pay', { order_id: payment.reference })
  expect(await apply(payment, await cancelPayment(deps(), payment))).toMatchObject({ kind: 'paid_now' })
})

test('due payments are claimed by one caller each', async () => {
  const payment = await openedPayment()
  await queryAs(
    database.url,
    `update payments set next_poll_at = now() - interval '1 second' where id = $1`,
    [payment.id],
  )
  const claims = await Promise.all(
    Array.from({ length: 8 }, () => duePayments({ db: database.db, gateways: sandbox.gateways }, 500)),
  )
  expect(claims.flat().filter(({ id }) => id === payment.id)).toHaveLength(1)
})

test('a claimed payment comes back soon while it waits for money, after an hour when it was paid', async () => {
  const [waiting, paid] = [await openedPayment(), await openedPayment()]
  await queryAs(
    database.url,
    `update payments set next_poll_at = now() - interval '1 second' where id = any ($1)`,
    [[waiting.id, paid.id]],
  )
  await queryAs(database.url, 'update payments set paid_at = now() where id = $1', [paid.id])
  await duePayments({ db: database.db, gateways: sandbox.gateways }, 500)
  const rows = await queryAs<{ id: string; minutes: number }>(
    database.url,
    `select id, extract(epoch from next_poll_at - now())::int / 60 as minutes from payments where id = any ($1)`,
    [[waiting.id, paid.id]],
  )
  expect(rows.find(({ id }) => id === waiting.id)?.minutes).toBe(0)
  expect(rows.find(({ id }) => id === paid.id)?.minutes).toBeGreaterThan(50)
})
