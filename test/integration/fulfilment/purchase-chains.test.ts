import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  checkPurchase,
  dueSupplierPurchases,
  openPurchases,
  sendPurchase,
  summarisePurchases,
  type Supplier,
} from '../../../src/fulfilment/index.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startVipSandbox, type VipSandbox } from '../../support/vip-sandbox.ts'
import { setPurchaseStage, type PurchaseStage } from './purchase-stage.ts'

const MINUTE_MS = 60_000

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
  account += 1
  stage = await setPurchaseStage(database, sandbox, `vip-${account}`)
  supplier = sandbox.connect({ timeouts: { orderMs: 120 } }).supplier
})
afterEach(() => void (stage.news.length = 0))

async function statesOf(lineId: string): Promise<string[]> {
  return (await stage.purchases(lineId)).map((purchase) => purchase.state)
}

/** Plays the worker: every job whose time has come is run once. */
async function runDueJobs(): Promise<number> {
  const due = stage.news.filter((entry) => !('at' in entry) || (entry.at?.getTime() ?? 0) <= Date.now())
  for (const entry of due) stage.news.splice(stage.news.indexOf(entry), 1)
  for (const entry of due)
    if (entry.kind === 'purchase.send') await sendPurchase(stage.deps, entry.purchaseId)
    else if (entry.kind === 'purchase.check') await checkPurchase(stage.deps, entry.purchaseId)
  return due.length
}

async function sweep(lineId: string): Promise<void> {
  const line = { lineId, skuId: stage.sku.skuId, quantity: 3, input: {}, unitPrice: 90_000 }
  await database.db.transaction('test.sweep', { role: 'worker' }, async (tx) => {
    const opened = await openPurchases(tx, line)
    if (opened.ok)
      for (const purchaseId of opened.value.purchaseIds)
        await stage.deps.announce(tx, { kind: 'purchase.send', purchaseId })
  })
  for (const id of await dueSupplierPurchases(database.db, 50)) await checkPurchase(stage.deps, id)
}

test('sweeps while the supplier is down leave one job per unit, also after a job was lost or doubled', async () => {
  await sandbox.control('faults', [{ match: {}, fault: 'reset' }])
  const { line, purchaseIds } = await stage.open('12345678', 3)
  const doubled = [...stage.news]
  stage.news.push(...doubled)
  for (let round = 0; round < 8; round += 1) {
    await runDueJobs()
    expect(stage.news).toHaveLength(3)
    if (round === 4) stage.news.length = 0
    await stage.advance(6 * MINUTE_MS)
    await sweep(line.lineId)
  }
  await runDueJobs()
  const waiting = stage.news.map((entry) => ('purchaseId' in entry ? entry.purchaseId : ''))
  expect(waiting.sort()).toEqual([...purchaseIds].sort())
})

test.each([-15, 15])('a sender whose clock is %i minutes off buys once', async (minutes) => {
  let calls = 0
  let answer: (() => void) | undefined
  const answered = new Promise<void>((resolve) => void (answer = resolve))
  stage.use({
    ...supplier,
    async place(request) {
      calls += 1
      const outcome = await supplier.place(request)
      await answered
      return outcome
    },
  })
  const skewed = { ...stage.deps, clock: { now: () => new Date(Date.now() + minutes * MINUTE_MS) } }
  const { line, purchaseIds } = await stage.open('12345678')
  const [id = ''] = purchaseIds
  const sent = sendPurchase(skewed, id)
  await expect.poll(() => calls).toBe(1)
  await checkPurchase(stage.deps, id)
  expect(await statesOf(line.lineId)).toEqual(['IN_FLIGHT'])
  expect(await dueSupplierPurchases(database.db, 50)).not.toContain(id)
  answer?.()
  await sent
  await stage.drive()
  expect(await statesOf(line.lineId)).toEqual(['SUCCEEDED'])
  expect(calls).toBe(1)
})

test('absence is measured from the moment of doubt, not from the sending', async () => {
  await sandbox.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault: 'timeout_before' }])
  const { line, purchaseIds } = await stage.open('12345678')
  const [id = ''] = purchaseIds
  await sendPurchase(stage.deps, id)
  const past = `update supplier_purchases set sent_at = sent_at - interval '1 hour' where id = $1`
  await queryAs(database.url, past, [id])
  await stage.advance(4 * MINUTE_MS)
  await checkPurchase(stage.deps, id)
  expect(await statesOf(line.lineId)).toEqual(['UNKNOWN'])
  await stage.advance(2 * MINUTE_MS)
  await checkPurchase(stage.deps, id)
  expect((await statesOf(line.lineId))[0]).toBe('NOT_PLACED')
})

test('a supplier whose order list is broken: after 15 minutes for a person, and a late order still ends it', async () => {
  await sandbox.control('faults', [
    { match: { body: 'type=order', nth: 1 }, fault: 'timeout_after' },
    { match: { body: 'type=status' }, fault: 'html' },
  ])
  const { line, purchaseIds } = await stage.open('12345678')
  const [id = ''] = purchaseIds
  await sendPurchase(stage.deps, id)
  await stage.advance(16 * MINUTE_MS)
  expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'settled' })
  expect(await statesOf(line.lineId)).toEqual(['MANUAL'])
  await stage.advance(2 * MINUTE_MS)
  expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'pending' })
  await sandbox.control('faults', [])
  await stage.drive()
  expect(await statesOf(line.lineId)).toEqual(['SUCCEEDED'])
})

test('a purchase whose supplier is no longer configured goes to a person too', async () => {
  await sandbox.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault: 'timeout_after' }])
  const { line, purchaseIds } = await stage.open('12345678')
  const [id = ''] = purchaseIds
  await sendPurchase(stage.deps, id)
  await stage.advance(16 * MINUTE_MS)
  await checkPurchase({ ...stage.deps, suppliers: new Map() }, id)
  expect(await statesOf(line.lineId)).toEqual(['MANUAL'])
})

test('while one purchase of a target is with a person, unfound, no other one is sent there', async () => {
  await sandbox.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault: 'timeout_after' }])
  const first = await stage.open('12345678')
  const [id = ''] = first.purchaseIds
  await sendPurchase(stage.deps, id)
  await stage.advance(16 * MINUTE_MS)
  await checkPurchase({ ...stage.deps, suppliers: new Map() }, id)
  const second = await stage.open('12345678')
  expect(await sendPurchase(stage.deps, second.purchaseIds[0] ?? '')).toBe('waiting')
  const claims = `update supplier_purchases set state = 'IN_FLIGHT' where id = $1`
  await expect(queryAs(database.url, claims, [second.purchaseIds[0]])).rejects.toThrow(
    'supplier_purchases_one_in_doubt',
  )
})

test('units of one target go one after the other: each wakes the next, none asks for the balance in vain', async () => {
  let balances = 0
  stage.use({
    ...supplier,
    fetchBalance: () => {
      balances += 1
      return supplier.fetchBalance()
    },
  })
  const { line } = await stage.open('12345678', 5)
  const jobs = stage.news.splice(0)
  await Promise.all(
    jobs.map(async (job) =>
      'purchaseId' in job ? await sendPurchase(stage.deps, job.purchaseId) : 'skipped',
    ),
  )
  const before = Date.now()
  while (stage.news.some((entry) => entry.kind === 'purchase.send' && entry.at === undefined))
    await runDueJobs()
  expect(Date.now() - before).toBeLessThan(3_000)
  await stage.drive()
  expect(await statesOf(line.lineId)).toEqual(Array.from({ length: 5 }, () => 'SUCCEEDED'))
  expect(balances).toBeLessThanOrEqual(9)
})

test('a success without the code is asked for again, then goes to a person; a receipt may be the reference', async () => {
  const bare = {
    kind: 'accepted',
    supplierRef: `VP-${account}`,
    state: 'success',
    price: 7_000,
    note: ' ',
  } as const
  const order = { ...bare, targetNo: '', targetZone: '', displayName: '', unfamiliarState: false }
  stage.use({ ...supplier, place: async () => bare, findOrder: async () => ({ ok: true, value: order }) })
  const fields = 'update products set input_fields = $2 where id = $1'
  await queryAs(database.url, fields, [stage.sku.productId, '[]'])
  const { line, purchaseIds } = await stage.open('12345678')
  const [id = ''] = purchaseIds
  await sendPurchase(stage.deps, id)
  expect(await statesOf(line.lineId)).toEqual(['ACCEPTED'])
  await stage.advance(MINUTE_MS)
  expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'pending' })
  await stage.advance(7 * 60 * MINUTE_MS)
  await checkPurchase(stage.deps, id)
  expect(await statesOf(line.lineId)).toEqual(['MANUAL'])
  await queryAs(database.url, fields, [stage.sku.productId, '[{"name":"user_id"}]'])
  stage.use({ ...supplier, place: async () => ({ ...bare, supplierRef: `VS-${account}` }) })
  const serial = await stage.open('12345679')
  await sendPurchase(stage.deps, serial.purchaseIds[0] ?? '')
  expect(await statesOf(serial.line.lineId)).toEqual(['SUCCEEDED'])
})

test.each([
  ['CHARGEBACK', 'order'],
  ['REFUNDED', 'order'],
  ['PAID', 'suspense'],
])('nothing is bought with money that is %s in %s', async (state, bookedTo) => {
  const { line, purchaseIds } = await stage.open('12345678')
  const taken = 'update payments set state = $2, booked_to = $3 where order_id = $1'
  await queryAs(database.url, taken, [line.orderId, state, bookedTo])
  stage.news.length = 0
  expect(await sendPurchase(stage.deps, purchaseIds[0] ?? '')).toBe('ended')
  expect(await stage.purchases(line.lineId)).toMatchObject([
    { state: 'REFUSED', failure_code: 'money_taken_back' },
  ])
  expect(stage.news).toEqual([{ kind: 'purchase.finished', lineId: line.lineId }])
  const summary = await database.db.transaction('test.summary', { role: 'worker' }, (tx) =>
    summarisePurchases(tx, line.lineId),
  )
  expect(summary).toMatchObject({ open: 0, failed: 1, failure: expect.not.stringContaining('dikembalikan') })
  expect((await sandbox.orders()).orders).toEqual([])
})
