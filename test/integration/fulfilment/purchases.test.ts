import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  checkPurchase,
  decidePurchase,
  openPurchases,
  resolveUnknown,
  revealDeliveries,
  sendPurchase,
  summarisePurchases,
  type PurchaseSummary,
  type Supplier,
} from '../../../src/fulfilment/index.ts'
import { PURCHASE_MOVES } from '../../../src/fulfilment/supplier/purchase-states.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startVipSandbox, type VipSandbox } from '../../support/vip-sandbox.ts'
import { setLineState, type TestLine } from './fulfilment-fixture.ts'
import { setPurchaseStage, writeOffer, type PurchaseStage } from './purchase-stage.ts'

const HOUR_MS = 3_600_000
/** Rules about purchases and deliveries; the orders here have no payments, which breaks others. */
const WATCHED = /^(I4|I5|I12|I12e|I14|I14c):/

let database: TestDatabase
let sandbox: VipSandbox
let stage: PurchaseStage
let supplier: Supplier
let account = 0

beforeAll(async () => {
  database = await createTestDatabase(12)
  sandbox = await startVipSandbox()
})
afterAll(async () => {
  await sandbox.stop()
  await database.drop()
})
beforeEach(async () => {
  await sandbox.control('reset', {})
  // An account of its own per test: purchases of others would count as neighbours in the balance.
  account += 1
  stage = await setPurchaseStage(database, sandbox, `vip-${account}`)
  supplier = sandbox.connect({ timeouts: { orderMs: 120 } }).supplier
})
afterEach(async () => {
  const broken = await checkInvariants(database.url)
  expect(broken.filter(({ name }) => WATCHED.test(name))).toEqual([])
})

async function summary(line: TestLine): Promise<PurchaseSummary> {
  return await database.db.transaction('test.summary', { role: 'worker' }, (tx) =>
    summarisePurchases(tx, line.lineId),
  )
}

async function statesOf(line: TestLine): Promise<string[]> {
  return (await stage.purchases(line.lineId)).map((purchase) => purchase.state)
}

async function booked(purchaseId: string): Promise<number> {
  const rows = await queryAs<{ amount: string }>(
    database.url,
    'select t.amount from journals j join transfers t on t.journal_id = j.id where j.business_key = $1',
    [`purchase:${purchaseId}:cost`],
  )
  return rows.reduce((sum, row) => sum + Number(row.amount), 0)
}

async function charged(): Promise<number> {
  return (await sandbox.orders()).orders.filter((order) => order.status !== 'error').length
}

const breakNextOrder = (fault: string): Promise<unknown> =>
  sandbox.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault }])

test('a purchase is delivered, booked at the real price and shown to its buyer', async () => {
  const { line } = await stage.open('12345678', 2)
  await stage.drive()
  expect(await statesOf(line)).toEqual(['SUCCEEDED', 'SUCCEEDED'])
  expect(await summary(line)).toEqual({ open: 0, succeeded: 2, failed: 0, manual: 0, total: 2 })
  const [order] = (await sandbox.orders()).orders
  const [purchase] = await stage.purchases(line.lineId)
  expect(await booked(purchase?.id ?? '')).toBe(order?.price)
  await setLineState(database.url, [line.lineId], 'DELIVERED')
  const revealed = await revealDeliveries(stage.deps, { ...line, actor: 'buyer' })
  expect(revealed).toEqual([
    {
      lineId: line.lineId,
      kind: 'SERIAL',
      values: [expect.stringMatching(/^SN-/), expect.stringMatching(/^SN-/)],
    },
  ])
})

test('opening a line again opens nothing new', async () => {
  const { line } = await stage.open('12345678', 2)
  const again = await database.db.transaction('test.open', { role: 'worker' }, (tx) =>
    openPurchases(tx, { ...line, input: {}, unitPrice: 1 }),
  )
  expect(again).toEqual({ ok: true, value: { purchaseIds: [] } })
})

test('a product without input fields brings a code', async () => {
  await queryAs(database.url, `update products set input_fields = '[]' where id = $1`, [stage.sku.productId])
  const { line } = await stage.open('12345678')
  await stage.drive()
  await setLineState(database.url, [line.lineId], 'DELIVERED')
  expect(await revealDeliveries(stage.deps, { ...line, actor: 'buyer' })).toMatchObject([{ kind: 'CODE' }])
})

test('an order that the supplier fails ends the unit, unbooked', async () => {
  const { line } = await stage.open('12345000')
  await stage.drive()
  const [purchase] = await stage.purchases(line.lineId)
  expect(purchase).toMatchObject({ state: 'FAILED', failure_code: 'target' })
  expect(await booked(purchase?.id ?? '')).toBe(0)
  expect(await summary(line)).toMatchObject({
    open: 0,
    failed: 1,
    failure: expect.stringContaining('Dana dikembalikan'),
  })
})

test('a refused target ends the unit at once', async () => {
  await sandbox.control('outcome', { status: 'refuse', note: 'User id tidak sesuai.' })
  const { line } = await stage.open('12345678')
  await stage.drive()
  expect(await stage.purchases(line.lineId)).toMatchObject([{ state: 'REFUSED', failure_code: 'target' }])
  expect(await charged()).toBe(0)
})

test('an offer that is gone gives way to the next cheapest one, never to one above the price', async () => {
  const offers = await sandbox.connect().catalogue.fetchOffers()
  const [first, second, third] = offers.ok
    ? offers.value.filter((row) => row.available && row.family === 'Free Fire')
    : []
  if (!first || !second || !third) throw new Error('too few offers')
  const more = { supplier: `vip-${account}`, skuId: stage.sku.skuId }
  await writeOffer(database.url, { ...second, ...more, cost: 89_000 })
  await writeOffer(database.url, { ...third, ...more, cost: 90_001 })
  await sandbox.control('service', { code: first.code, status: 'empty' })
  const fits = await stage.open('12345678')
  await stage.drive()
  expect(await statesOf(fits.line)).toEqual(['REFUSED', 'SUCCEEDED'])
  await sandbox.control('service', { code: second.code, status: 'empty' })
  const tooDear = await stage.open('12345679')
  await stage.drive()
  expect(await statesOf(tooDear.line)).toEqual(['REFUSED', 'REFUSED'])
  expect(await summary(tooDear.line)).toMatchObject({
    open: 0,
    failed: 1,
    failure: expect.stringContaining('kosong'),
  })
})

test('a price rise between order and purchase is noticed before anything is sent', async () => {
  const { line } = await stage.open('12345678')
  await queryAs(database.url, 'update supplier_offers set cost = 90001 where sku_id = $1', [stage.sku.skuId])
  await stage.drive()
  expect(await statesOf(line)).toEqual(['REFUSED'])
  expect(await charged()).toBe(0)
  await expect(stage.open('12345678')).rejects.toThrow('no_offer')
})

test('nothing is sent for a line that no longer waits', async () => {
  const { line } = await stage.open('12345678')
  await setLineState(database.url, [line.lineId], 'FAILED')
  await stage.drive()
  expect(await statesOf(line)).toEqual(['NOT_PLACED'])
  expect(await charged()).toBe(0)
})

test('a supplier that turns us away for a while is waited for and then buys once', async () => {
  const note = 'Transaksi dibatasi, coba lagi dalam 6 detik.'
  await sandbox.control('outcome', { status: 'refuse', note, times: 3 })
  const { line } = await stage.open('12345678')
  await stage.drive()
  expect(await statesOf(line)).toEqual(['NOT_PLACED', 'NOT_PLACED', 'NOT_PLACED', 'SUCCEEDED'])
  expect(await charged()).toBe(1)
})

test('a supplier that cannot be reached leaves the intent alone, for a day at most', async () => {
  await sandbox.control('faults', [{ match: {}, fault: 'reset' }])
  const { line, purchaseIds } = await stage.open('12345678')
  stage.news.length = 0
  expect(await sendPurchase(stage.deps, purchaseIds[0] ?? '')).toBe('waiting')
  expect(await statesOf(line)).toEqual(['INTENT'])
  stage.news.length = 0
  await stage.advance(25 * HOUR_MS)
  expect(await sendPurchase(stage.deps, purchaseIds[0] ?? '')).toBe('ended')
  expect(stage.news).toEqual([{ kind: 'purchase.finished', lineId: line.lineId }])
})

test('jobs that arrive together send once', async () => {
  const { line, purchaseIds } = await stage.open('12345678')
  const results = await Promise.all(
    Array.from({ length: 6 }, () => sendPurchase(stage.deps, purchaseIds[0] ?? '')),
  )
  expect(results.filter((result) => result === 'sent')).toHaveLength(1)
  await stage.drive()
  expect(await statesOf(line)).toEqual(['SUCCEEDED'])
  expect(await charged()).toBe(1)
})

test('a process that died before the call: declared lost, looked up, bought by a new attempt', async () => {
  stage.use({ ...supplier, place: () => Promise.reject(new Error('killed')) })
  const { line, purchaseIds } = await stage.open('12345678')
  const [id = ''] = purchaseIds
  stage.news.length = 0
  await expect(sendPurchase(stage.deps, id)).rejects.toThrow('killed')
  expect(await sendPurchase(stage.deps, id)).toBe('skipped')
  expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'pending' })
  expect(await statesOf(line)).toEqual(['IN_FLIGHT'])
  stage.use(supplier)
  await stage.advance(91_000)
  await checkPurchase(stage.deps, id)
  await stage.drive()
  expect(await statesOf(line)).toEqual(['NOT_PLACED', 'SUCCEEDED'])
  expect(await charged()).toBe(1)
})

test('a zombie whose claim was taken away writes nothing, and its order is adopted', async () => {
  const { line, purchaseIds } = await stage.open('12345678')
  const [id = ''] = purchaseIds
  stage.news.length = 0
  stage.use({
    ...supplier,
    async place(request) {
      const outcome = await supplier.place(request)
      await stage.advance(91_000)
      await checkPurchase(stage.deps, id)
      return outcome
    },
  })
  await sendPurchase(stage.deps, id)
  expect(await stage.purchases(line.lineId)).toMatchObject([{ state: 'UNKNOWN', supplier_ref: null }])
  await stage.drive()
  expect(await statesOf(line)).toEqual(['SUCCEEDED'])
  expect(await charged()).toBe(1)
})

test('a process that slept after its claim does not call any more', async () => {
  const slow = { ...stage.deps, timing: { sendWithinMs: -1 } }
  const { line, purchaseIds } = await stage.open('12345678')
  await sendPurchase(slow, purchaseIds[0] ?? '')
  expect(await charged()).toBe(0)
  await stage.drive()
  expect(await statesOf(line)).toEqual(['NOT_PLACED', 'SUCCEEDED'])
})

test('two lines for one target: the second waits for the doubt about the first, and each gets its own order', async () => {
  await breakNextOrder('timeout_after')
  const first = await stage.open('12345678')
  const second = await stage.open('12345678')
  await stage.drive()
  const [a] = await stage.purchases(first.line.lineId)
  const [b] = await stage.purchases(second.line.lineId)
  expect([a?.state, b?.state]).toEqual(['SUCCEEDED', 'SUCCEEDED'])
  expect(a?.supplier_ref).not.toBe(b?.supplier_ref)
  expect(await charged()).toBe(2)
})

async function leaveInDoubt(target: string, fault: string): Promise<{ line: TestLine; id: string }> {
  await breakNextOrder(fault)
  const { line, purchaseIds } = await stage.open(target)
  const [id = ''] = purchaseIds
  stage.news.length = 0
  await sendPurchase(stage.deps, id)
  stage.news.length = 0
  expect(await statesOf(line)).toEqual(['UNKNOWN'])
  return { line, id }
}

test('two orders that could be the one in doubt are for a person', async () => {
  const { line, id } = await leaveInDoubt('12345678', 'timeout_after')
  const [offer] = await queryAs<{ code: string }>(
    database.url,
    'select code from supplier_offers where sku_id = $1',
    [stage.sku.skuId],
  )
  const request = { serviceCode: offer?.code ?? '', targetNo: '12345678', targetZone: '' }
  await supplier.place({ ...request, reference: 'another', maxPrice: 1_000_000 })
  expect(await resolveUnknown(stage.deps, id)).toEqual({ kind: 'settled' })
  expect(await statesOf(line)).toEqual(['MANUAL'])
  expect(await summary(line)).toMatchObject({ open: 0, manual: 1 })
})

test('sabotage: an adapter that takes a lost answer for "not sent" buys twice', async () => {
  await breakNextOrder('timeout_after')
  stage.use({
    ...supplier,
    async place(request) {
      const outcome = await supplier.place(request)
      return outcome.kind === 'unknown' ? { kind: 'not_sent', detail: 'believed' } : outcome
    },
  })
  await stage.open('12345678')
  await stage.drive()
  expect(await charged()).toBe(2)
})

async function leaveToPerson(target: string): Promise<{ line: TestLine; id: string }> {
  const doubtful = await leaveInDoubt(target, 'timeout_before')
  await sandbox.control('config', { balance: 1_000_000 })
  await stage.advance(16 * 60_000)
  await resolveUnknown(stage.deps, doubtful.id)
  expect(await statesOf(doubtful.line)).toEqual(['MANUAL'])
  return doubtful
}

test.each([
  [{ kind: 'failed' }, ['FAILED']],
  [{ kind: 'delivered', supplierRef: 'VP-BY-HAND', price: 7_000, note: 'SN-HAND' }, ['SUCCEEDED']],
  [{ kind: 'not_placed' }, ['NOT_PLACED', 'SUCCEEDED']],
] as const)('a person decides %j, once', async (decision, expected) => {
  const { line, id } = await leaveToPerson('12345681')
  expect(await decidePurchase(stage.deps, id, decision, 'ops')).toEqual({ ok: true, value: undefined })
  expect(await decidePurchase(stage.deps, id, { kind: 'failed' }, 'ops')).toEqual({
    ok: false,
    error: { code: 'not_manual' },
  })
  await stage.drive()
  expect(await statesOf(line)).toEqual(expected)
  expect(await booked(id)).toBe(decision.kind === 'delivered' ? 7_000 : 0)
})

test('absent from the list but missing in the balance: never bought again', async () => {
  const { line, id } = await leaveInDoubt('12345678', 'timeout_before')
  await sandbox.control('config', { balance: 1_000_000 })
  await stage.advance(6 * 60_000)
  expect(await resolveUnknown(stage.deps, id)).toEqual({ kind: 'pending' })
  await stage.advance(10 * 60_000)
  await resolveUnknown(stage.deps, id)
  expect(await statesOf(line)).toEqual(['MANUAL'])
})

test('absence counts only after the resolve window, and never while the list cannot be read', async () => {
  const { line, id } = await leaveInDoubt('12345678', 'timeout_before')
  await resolveUnknown(stage.deps, id)
  expect(await statesOf(line)).toEqual(['UNKNOWN'])
  await sandbox.control('faults', [{ match: { body: 'type=status' }, fault: 'html' }])
  await stage.advance(6 * 60_000)
  await resolveUnknown(stage.deps, id)
  expect(await statesOf(line)).toEqual(['UNKNOWN'])
  await sandbox.control('faults', [])
  await stage.drive()
  expect(await statesOf(line)).toEqual(['NOT_PLACED', 'SUCCEEDED'])
  expect(await charged()).toBe(1)
})

test('a reference that another purchase has is not believed', async () => {
  const first = await stage.open('12345678')
  await stage.drive()
  const supplierRef = (await stage.purchases(first.line.lineId))[0]?.supplier_ref ?? ''
  stage.use({
    ...supplier,
    place: async () => ({ kind: 'accepted', supplierRef, state: 'pending', price: 1, note: '' }),
  })
  const second = await stage.open('12345679')
  const [id = ''] = second.purchaseIds
  await sendPurchase(stage.deps, id)
  expect(await statesOf(second.line)).toEqual(['UNKNOWN'])
})

test('an accepted order is asked for ever more seldom, then handed to a person', async () => {
  await sandbox.control('config', { completeAfterMs: HOUR_MS * 24 })
  const { line, purchaseIds } = await stage.open('12345678')
  const [id = ''] = purchaseIds
  await sendPurchase(stage.deps, id)
  expect(await statesOf(line)).toEqual(['ACCEPTED'])
  const waits: number[] = []
  for (let look = 0; look < 4; look += 1) {
    const next = stage.news.findLast((entry) => entry.kind === 'purchase.check')
    const wait = (next !== undefined && 'at' in next ? (next.at?.getTime() ?? 0) : 0) - Date.now()
    waits.push(Math.round(wait / 1_000))
    await stage.advance(wait)
    await checkPurchase(stage.deps, id)
  }
  expect(waits).toEqual([2, 3, 5, 10])
  expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'pending' })
  await stage.advance(6.1 * HOUR_MS)
  await checkPurchase(stage.deps, id)
  expect(await statesOf(line)).toEqual(['MANUAL'])
})

test('the table of moves in the code equals the one in the database', async () => {
  const rows = await queryAs<{ move: string }>(
    database.url,
    `select from_state || '>' || to_state as move from order_transitions where subject = 'purchase'`,
  )
  const moves = Object.entries(PURCHASE_MOVES).flatMap(([from, targets]) =>
    targets.map((to) => `${from}>${to}`),
  )
  expect(rows.map((row) => row.move).sort()).toEqual(moves.sort())
})
