import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  acceptGatewayMessage,
  applyFact,
  askGateway,
  bookReceived,
  handleGatewayMessage,
  openPayment,
  paymentGateways,
} from '#payments'
import { systemClock } from '#platform/clock.ts'
import { newId } from '#platform/ids.ts'
import { claimMessages, closeMessage } from '#platform/inbox.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { createMidtransGateway } from '../../../src/providers/midtrans/midtrans-gateway.ts'
import { signatureKey } from '../../../src/providers/midtrans/signature.ts'
import { MERCHANT_ID, SERVER_KEY, startMidtransSandbox, type MidtransSandbox } from './midtrans-sandbox.ts'
import { arrangePayment, balances, historyOf, type Arranged } from './order-fixture.ts'
import { testKeys } from '../../support/test-keys.ts'

const keys = testKeys()
let database: TestDatabase
let sandbox: MidtransSandbox

beforeAll(async () => {
  database = await createTestDatabase()
  sandbox = await startMidtransSandbox()
})
beforeEach(async () => {
  await sandbox.control('reset', {})
  await queryAs(database.url, 'delete from webhook_inbox')
})
afterAll(async () => {
  await sandbox.stop()
  await database.drop()
})

type Fields = Record<string, unknown>

/** A payment whose page is open at the sandbox. */
async function openedPayment(target = database): Promise<Arranged> {
  const arranged = await arrangePayment(target, 15_000, new Date(systemClock.now().getTime() + 3_600_000))
  const opened = await openPayment(
    { db: target.db, gateways: sandbox.gateways, clock: systemClock },
    {
      payment: arranged.payment,
      items: [{ id: 'A', name: 'A', price: 15_000, quantity: 1 }],
      customer: { name: 'Budi', email: 'budi@example.com', phone: '' },
      returnUrl: 'https://shop.example/track/abc',
    },
  )
  if (!opened.ok) throw new Error(opened.error.detail)
  return arranged
}

function accept(body: string | Buffer, provider = 'midtrans') {
  return acceptGatewayMessage(
    { db: database.db, keys, gateways: sandbox.gateways },
    provider,
    Buffer.from(body),
    new Headers(),
  )
}

/** What the inbox job does with every stored message: match, ask, apply. */
async function processInbox(target = database): Promise<string[]> {
  const outcomes: string[] = []
  for (const message of await claimMessages(target.db)) {
    const id = await handleGatewayMessage({ db: target.db }, message)
    const asked =
      id === undefined ? undefined : await askGateway({ db: target.db, gateways: sandbox.gateways }, id)
    const outcome = await target.db.transaction('test.inbox', { role: 'worker' }, async (tx) => {
      if (!asked?.ok) {
        await closeMessage(tx, message, { kind: 'later', outcome: 'no match' })
        return 'parked'
      }
      const applied = await applyFact(tx, asked.value.payment, asked.value.fact, { now: systemClock.now() })
      if (applied.kind === 'paid_now') await bookReceived(tx, applied.payment, 'order')
      await closeMessage(tx, message, { kind: 'handled', outcome: applied.kind })
      return applied.kind
    })
    outcomes.push(outcome)
  }
  return outcomes
}

function signed(fields: Fields & { order_id: string }): Fields {
  const message = {
    status_code: '200',
    gross_amount: '15000.00',
    transaction_status: 'settlement',
    transaction_id: 'made-up',
    ...fields,
  }
  return { signature_key: signatureKey(message, SERVER_KEY), ...message }
}

async function paidCount(target = database): Promise<number> {
  const [row] = await queryAs<{ count: string }>(
    target.url,
    `select count(*) from payments where state = 'PAID'`,
  )
  return Number(row?.count)
}

test('a settled payment is booked from its notification', async () => {
  const { payment } = await openedPayment()
  await sandbox.control('pay', { order_id: payment.reference })
  const bodies = await sandbox.notifications(payment.reference)
  for (const body of bodies) expect(await accept(body)).toEqual({ ok: true, value: undefined })
  expect((await processInbox()).sort()).toEqual(['paid_now', 'unchanged'])
})

test('F-W2: the same notification fifty times is stored once', async () => {
  const { payment } = await openedPayment()
  await sandbox.control('pay', { order_id: payment.reference })
  const [body = ''] = await sandbox.notifications(payment.reference)
  const answers = await Promise.all(Array.from({ length: 50 }, () => accept(body)))
  expect(answers.every(({ ok }) => ok)).toBe(true)
  expect(await queryAs(database.url, 'select 1 from webhook_inbox')).toHaveLength(1)
})

test('F-W2, guard removed: without webhook_inbox_once copies are stored, and still book once', async () => {
  const unguarded = await createTestDatabase()
  try {
    await queryAs(unguarded.url, 'alter table webhook_inbox drop constraint webhook_inbox_once')
    const { payment } = await openedPayment(unguarded)
    await sandbox.control('pay', { order_id: payment.reference })
    const [body = ''] = await sandbox.notifications(payment.reference)
    const insert = `insert into webhook_inbox (id, provider, dedupe_key, body, reference) values ($1, 'midtrans', sha256($2), $2, $3)`
    for (let copy = 0; copy < 5; copy += 1) {
      await queryAs(unguarded.url, insert, [newId(), Buffer.from(body), payment.reference])
    }
    expect((await processInbox(unguarded)).sort()).toEqual(['paid_now', ...Array(4).fill('unchanged')])
    expect((await balances(unguarded))['orders:unearned']).toBe(15_000)
  } finally {
    await unguarded.drop()
  }
})

test('F-W3: reordered notifications never move a payment back', async () => {
  const { payment } = await openedPayment()
  await sandbox.control('pay', { order_id: payment.reference })
  const bodies = await sandbox.notifications(payment.reference)
  for (const body of [...bodies].reverse()) {
    await accept(body)
    await processInbox()
  }
  expect(await historyOf(database, payment.id)).toEqual(['NEW>CREATING', 'CREATING>PENDING', 'PENDING>PAID'])
})

test('F-W6: a notification before our row is parked and matches later', async () => {
  expect(await accept(JSON.stringify(signed({ order_id: 'LP-NOTYETHERE-1' })))).toMatchObject({ ok: true })
  expect(await processInbox()).toEqual(['parked'])
  const arranged = await openedPayment()
  await sandbox.control('pay', { order_id: arranged.payment.reference })
  await queryAs(database.url, `update webhook_inbox set reference = $1, next_try_at = now()`, [
    arranged.payment.reference,
  ])
  expect(await processInbox()).toEqual(['paid_now'])
})

test('S-WH0: random bodies and headers are refused and leave no row', async () => {
  for (let round = 0; round < 50; round += 1) {
    const headers = new Headers({ 'x-signature': randomBytes(32).toString('hex'), authorization: 'Bearer x' })
    const deps = { db: database.db, keys, gateways: sandbox.gateways }
    const answer = await acceptGatewayMessage(deps, 'midtrans', randomBytes(round * 10), headers)
    expect(answer.ok).toBe(false)
  }
  expect(await queryAs(database.url, 'select 1 from webhook_inbox')).toEqual([])
})

test('S-WH1, 2, 3: unsigned, foreign-signed and altered messages are forged', async () => {
  const { payment } = await openedPayment()
  const good = signed({ order_id: payment.reference })
  const { signature_key: _, ...unsigned } = good
  const foreign = { ...good, signature_key: signatureKey(good as never, 'SB-Mid-server-somebody-else') }
  const altered = { ...good, gross_amount: '15001.00' }
  for (const message of [unsigned, foreign, altered]) {
    expect(await accept(JSON.stringify(message))).toEqual({ ok: false, error: { code: 'forged' } })
  }
})

test('S-WH4: another provider, merchant or order of another gateway gets nowhere', async () => {
  const { payment } = await openedPayment()
  const good = signed({ order_id: payment.reference })
  expect(await accept(JSON.stringify(good), 'tokopay')).toEqual({
    ok: false,
    error: { code: 'unknown_provider' },
  })
  expect(await accept(JSON.stringify({ ...good, merchant_id: 'G999999999' }))).toMatchObject({ ok: false })
  await queryAs(database.url, `update payments set gateway = 'tokopay' where id = $1`, [payment.id])
  await accept(JSON.stringify({ ...good, merchant_id: MERCHANT_ID }))
  expect(await processInbox()).toEqual(['parked'])
})

test('S-WH7: a correctly signed settlement that the gateway denies pays nothing', async () => {
  const { payment } = await openedPayment()
  await sandbox.control('transition', { order_id: payment.reference, transaction_status: 'pending' })
  const before = [await paidCount(), await balances(database)]
  expect(await accept(JSON.stringify(signed({ order_id: payment.reference })))).toMatchObject({ ok: true })
  expect(await processInbox()).toEqual(['unchanged'])
  expect([await paidCount(), await balances(database)]).toEqual(before)
})

test('S-WH7: the same while the gateway cannot be asked', async () => {
  const { payment } = await openedPayment()
  await accept(JSON.stringify(signed({ order_id: payment.reference })))
  await sandbox.control('faults', { match: { path: '*/status' }, fault: 'http_500' })
  expect(await processInbox()).toEqual(['parked'])
})

test('S-WH9: a re-serialised message is one more question, never a second payment', async () => {
  const { payment } = await openedPayment()
  await sandbox.control('pay', { order_id: payment.reference })
  const [body = ''] = (await sandbox.notifications(payment.reference)).slice(-1)
  await accept(body)
  await accept(JSON.stringify(JSON.parse(body), null, 2))
  expect((await processInbox()).sort()).toEqual(['paid_now', 'unchanged'])
  const asNumber = { ...(JSON.parse(body) as Fields), gross_amount: 15_000 }
  expect(await accept(JSON.stringify(asNumber))).toEqual({ ok: false, error: { code: 'malformed' } })
})

test('S-WH10: a gateway without a secret does not exist', () => {
  for (const serverKey of ['', ' ', 'SB-Mid server', 'key\n']) {
    expect(() => paymentGateways([createMidtransGateway({ serverKey })])).toThrow(/server key/)
  }
})
