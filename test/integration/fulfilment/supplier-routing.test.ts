import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  checkPurchase,
  handleSupplierMessage,
  listSuppliers,
  pauseSupplier,
  resumeSupplier,
  sendPurchase,
  setLowBalance,
  settleReversal,
  watchBalances,
  type Supplier,
} from '../../../src/fulfilment/index.ts'
import { CALLS_AT_ONCE } from '../../../src/fulfilment/supplier/bulkhead.ts'
import { startDigiflazzSandbox, type DigiflazzSandbox } from '../../contract/digiflazz-sandbox.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startVipSandbox, type VipSandbox } from '../../support/vip-sandbox.ts'
import { setStage, UNIT_PRICE, type PurchaseRow, type PurchaseStage } from './purchase-stage.ts'

const WATCHED = /^(I2|I4|I5|I12|I12e|I14|I14c):/
const VIP_COST = 20_000
const DIGI_COST = 20_100
const MINUTE_MS = 60_000

let database: TestDatabase
let vip: VipSandbox
let digiflazz: DigiflazzSandbox
let stage: PurchaseStage
let names: { a: string; b: string }
let turn = 0

beforeAll(async () => {
  ;[database, vip, digiflazz] = await Promise.all([
    createTestDatabase(12),
    startVipSandbox(),
    startDigiflazzSandbox(),
  ])
})
afterAll(async () => {
  await Promise.all([vip.stop(), digiflazz.stop()])
  await database.drop()
})
beforeEach(async () => {
  turn += 1
  names = { a: `vip-${turn}`, b: `digi-${turn}` }
  await vip.control('reset', {})
  await digiflazz.control('reset', {})
  await vip.control('config', { webhookUrl: '', completeAfterMs: 0 })
  await digiflazz.control('config', { webhookUrl: '', completeAfterMs: 0 })
  await vip.control('price', { code: 'ML86-S1', price: VIP_COST })
  await digiflazz.control('price', { code: 'ml86', price: DIGI_COST })
  stage = await setStage(database, [
    {
      id: names.a,
      supplier: vip.connect({ timeouts: { orderMs: 150, readMs: 2_000 } }).supplier,
      offer: { code: 'ML86-S1', displayName: 'Mobile Legends A - 86 Diamonds', cost: VIP_COST },
    },
    {
      id: names.b,
      supplier: digiflazz.connect({ timeouts: { orderMs: 150, readMs: 2_000 } }).supplier,
      offer: { code: 'ml86', displayName: '', cost: DIGI_COST, targetForm: 'joined' },
    },
  ])
})
afterEach(async () => {
  const broken = await checkInvariants(database.url)
  expect(broken.filter(({ name }) => WATCHED.test(name))).toEqual([])
})

async function boughtBy(lineId: string): Promise<string[]> {
  const rows = await stage.purchases(lineId)
  return rows.map((row) => `${row.supplier === names.a ? 'a' : 'b'}:${row.state}`)
}

async function last(lineId: string): Promise<PurchaseRow> {
  const row = (await stage.purchases(lineId)).at(-1)
  if (row === undefined) throw new Error('no purchase')
  return row
}

async function charged(): Promise<{ a: number; b: number }> {
  const [one, other] = await Promise.all([vip.orders(), digiflazz.orders()])
  return {
    a: one.orders.filter((order) => order.status !== 'error').length,
    b: other.orders.filter((order) => !order.isRefunded).length,
  }
}

/** What the pricing rule asks for at least, as prices have it. */
async function setLeastMargin(rupiah: number): Promise<void> {
  await queryAs(
    database.url,
    `insert into sku_prices (sku_id, retail, cost, floor) values ($1, $2, $3, $4)
      on conflict (sku_id) do update set floor = excluded.floor`,
    [stage.sku.skuId, Math.max(UNIT_PRICE, VIP_COST + rupiah), VIP_COST, VIP_COST + rupiah],
  )
}

async function setCost(id: string, cost: number): Promise<void> {
  await queryAs(database.url, 'update supplier_offers set cost = $2 where supplier = $1', [id, cost])
}

describe('the least margin', () => {
  test('the cheapest is bought; one whose price rose before the call gives way to another', async () => {
    await setLeastMargin(5_000)
    const { line, purchaseIds } = await stage.open('12345678', 1, '2685')
    await setCost(names.a, UNIT_PRICE - 4_999)
    await stage.drive()
    expect(purchaseIds).toHaveLength(1)
    expect(await boughtBy(line.lineId)).toEqual(['a:REFUSED', 'b:SUCCEEDED'])
    expect(await charged()).toEqual({ a: 0, b: 1 })
  })

  test('a price that rose at the supplier only is refused there, by the limit that was sent', async () => {
    await setLeastMargin(5_000)
    await setCost(names.a, UNIT_PRICE)
    await digiflazz.control('price', { code: 'ml86', price: UNIT_PRICE - 4_999 })
    const { line } = await stage.open('12345678', 1, '2685')
    await stage.drive()
    expect(await boughtBy(line.lineId)).toEqual(['b:REFUSED'])
    expect(await charged()).toEqual({ a: 0, b: 0 })
    const [sent] = await queryAs<{ max_price: string }>(
      database.url,
      'select max_price from supplier_purchases where line_id = $1',
      [line.lineId],
    )
    expect(Number(sent?.max_price)).toBe(UNIT_PRICE - 5_000)
  })

  test('nobody sells below the floor: nothing is opened at all', async () => {
    await setLeastMargin(UNIT_PRICE - VIP_COST + 1)
    await expect(stage.open('12345678', 1, '2685')).rejects.toThrow('no_offer')
  })

  test('sabotage: guarded by what the buyer paid alone, the line is sold below its floor', async () => {
    await setLeastMargin(0)
    await setCost(names.a, UNIT_PRICE - 4_999)
    await setCost(names.b, UNIT_PRICE - 4_999)
    await stage.open('12345678', 1, '2685')
    await stage.drive()
    const { a, b } = await charged()
    expect(a + b).toBe(1)
  })
})

describe('going elsewhere', () => {
  test.each([
    ['sold out', 'refuse', 'Layanan tidak tersedia.', 'a:REFUSED'],
    ['failed after it was accepted, not by the target', 'error', 'Produk tidak tersedia.', 'a:FAILED'],
    ['failed without a word', 'error', '', 'a:FAILED'],
    ['turned away', 'refuse', 'Transaksi dibatasi, coba lagi dalam 6 detik.', 'a:NOT_PLACED'],
    ['no balance', 'refuse', 'Saldo Anda tidak cukup untuk melakukan pemesanan ini.', 'a:NOT_PLACED'],
  ])('%s: the other supplier delivers, at once and once', async (_, status, note, expected) => {
    await vip.control('outcome', { status, note })
    const { line } = await stage.open('12345678', 1, '2685')
    const ms = await stage.drive()
    expect(await boughtBy(line.lineId)).toEqual([expected, 'b:SUCCEEDED'])
    expect(await charged()).toEqual({ a: 0, b: 1 })
    expect(ms).toBeLessThan(MINUTE_MS)
  })

  test.each([
    ['refuse', 'a:REFUSED'],
    ['error', 'a:FAILED'],
  ])('a wrong target (%s) ends the unit: another supplier would fail it too', async (status, expected) => {
    await vip.control('outcome', { status, note: 'User ID tidak sesuai.' })
    const { line } = await stage.open('12345678', 1, '2685')
    await stage.drive()
    expect(await boughtBy(line.lineId)).toEqual([expected])
    expect(await last(line.lineId)).toMatchObject({ failure_code: 'target' })
    expect(await charged()).toEqual({ a: 0, b: 0 })
  })

  test('never while in doubt: a lost answer is looked up, however long that takes', async () => {
    await vip.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault: 'timeout_after' }])
    const { line } = await stage.open('12345678', 1, '2685')
    await stage.drive()
    expect(await boughtBy(line.lineId)).toEqual(['a:SUCCEEDED'])
    expect(await charged()).toEqual({ a: 1, b: 0 })
  })

  test('sabotage: a lost answer taken for a no is delivered twice', async () => {
    const { supplier } = vip.connect({ timeouts: { orderMs: 150, readMs: 2_000 } })
    stage.use(believing(supplier), names.a)
    await vip.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault: 'timeout_after' }])
    await stage.open('12345678', 1, '2685')
    await stage.drive()
    expect(await charged()).toEqual({ a: 1, b: 1 })
  })

  test('everybody failed: the unit ends, each was asked once', async () => {
    await vip.control('outcome', { status: 'error', note: 'Produk tidak tersedia.' })
    await digiflazz.control('outcome', { status: 'Gagal', rc: '55' })
    const { line } = await stage.open('12345678', 1, '2685')
    await stage.drive()
    expect(await boughtBy(line.lineId)).toEqual(['a:FAILED', 'b:FAILED'])
    expect(stage.news).toEqual([])
  })

  test('an offer that has no place for the zone, or for a zone in words, is not bought', async () => {
    await setCost(names.a, UNIT_PRICE + 1)
    await expect(stage.open('12345678', 1, 'os_asia')).rejects.toThrow('no_offer')
    await queryAs(database.url, `update supplier_offers set target_form = 'single' where supplier = $1`, [
      names.b,
    ])
    await expect(stage.open('12345678', 1, '2685')).rejects.toThrow('no_offer')
    const { line } = await stage.open('012345678')
    await stage.drive()
    expect(await boughtBy(line.lineId)).toEqual(['b:SUCCEEDED'])
    const { orders } = await digiflazz.orders()
    expect(orders.map((order) => order.customer)).toEqual(['012345678'])
  })
})

/** An adapter that calls an unknown outcome a refusal. */
function believing(supplier: Supplier): Supplier {
  return {
    ...supplier,
    async place(request) {
      const outcome = await supplier.place(request)
      return outcome.kind === 'unknown' ? { kind: 'refused', reason: 'unavailable', detail: '' } : outcome
    },
  }
}

describe('a supplier that fails all the time', () => {
  async function fail(times: number): Promise<void> {
    await vip.control('faults', [{ match: { body: 'type=order' }, fault: 'reset' }])
    for (let index = 0; index < times; index += 1) {
      const { purchaseIds } = await stage.open(
        `8${String(turn).padStart(4, '0')}${String(index).padStart(4, '0')}`,
        1,
        '2685',
      )
      await sendPurchase(stage.deps, purchaseIds[0] ?? '')
      stage.use(vip.connect({ timeouts: { orderMs: 150, readMs: 2_000 } }).supplier, names.a)
    }
    await vip.control('faults', [])
  }

  test('is left alone after ten failures in a row, in every process, and tried by one after 30 seconds', async () => {
    await setCost(names.b, DIGI_COST * 2)
    await fail(10)
    stage.news.length = 0
    const { line } = await stage.open('77777771', 1, '2685')
    const view = (await listSuppliers(stage.deps)).find((supplier) => supplier.id === names.a)
    expect(view?.circuits).toEqual([
      { family: expect.any(String), until: expect.any(String), reason: expect.any(String) },
    ])
    expect(await boughtBy(line.lineId)).toEqual(['b:INTENT'])
    await stage.advance(31_000)
    stage.news.length = 0
    const [first, second] = [await stage.open('77777772', 1, '2685'), await stage.open('77777773', 1, '2685')]
    expect([await boughtBy(first.line.lineId), await boughtBy(second.line.lineId)]).toEqual([
      ['a:INTENT'],
      ['a:INTENT'],
    ])
    const sent = await Promise.all(
      [first, second].map(({ purchaseIds }) => sendPurchase(stage.deps, purchaseIds[0] ?? '')),
    )
    // One tries the supplier; the other goes to the one that works.
    expect(sent.toSorted()).toEqual(['ended', 'sent'])
    await stage.drive()
    const states = [
      ...(await boughtBy(first.line.lineId)),
      ...(await boughtBy(second.line.lineId)),
    ].toSorted()
    expect(states).toEqual(['a:NOT_PLACED', 'a:SUCCEEDED', 'b:SUCCEEDED'])
    const healed = (await listSuppliers(stage.deps)).find((supplier) => supplier.id === names.a)
    expect(healed?.circuits).toEqual([])
  })

  test('fewer failures leave it in use', async () => {
    await fail(9)
    const view = (await listSuppliers(stage.deps)).find((supplier) => supplier.id === names.a)
    expect(view?.circuits).toEqual([])
  })

  test('while it does not answer it holds no more than its places, and others sell', async () => {
    const waits: (() => void)[] = []
    const { supplier } = vip.connect()
    stage.use(
      {
        ...supplier,
        fetchBalance: () =>
          new Promise((resolve) => waits.push(() => resolve({ ok: true, value: 1_000_000 }))),
      },
      names.a,
    )
    const opened = await Promise.all(
      Array.from({ length: CALLS_AT_ONCE + 2 }, (_, index) => stage.open(`9990000${index}1`, 1, '2685')),
    )
    const sends = opened.map(({ purchaseIds }) => sendPurchase(stage.deps, purchaseIds[0] ?? ''))
    const settled = await Promise.race([
      Promise.all(sends.map((send) => send.then((result) => result === 'waiting'))),
      new Promise<string>((resolve) => void setImmediate(() => resolve('busy'))),
    ])
    expect(settled).toBe('busy')
    await expect.poll(() => waits.length).toBe(CALLS_AT_ONCE)
    for (const go of waits) go()
    const results = await Promise.all(sends)
    expect(results.filter((result) => result === 'waiting')).toHaveLength(2)
  })
})

describe('a pause', () => {
  test('by an operator sends what is paid elsewhere, and one command sends what waited', async () => {
    await setCost(names.b, UNIT_PRICE + 1)
    await pauseSupplier(stage.deps, names.a, 'test')
    const { line } = await stage.open('12345678', 1, '2685')
    const [job] = stage.news
    stage.news.length = 0
    expect(await sendPurchase(stage.deps, job?.kind === 'purchase.send' ? job.purchaseId : '')).toBe(
      'waiting',
    )
    expect(await charged()).toEqual({ a: 0, b: 0 })
    expect((await listSuppliers(stage.deps)).find(({ id }) => id === names.a)).toMatchObject({
      pausedBy: 'operator',
      waiting: 1,
    })
    stage.news.length = 0
    expect(await resumeSupplier(stage.deps, names.a, 'test')).toEqual({ ok: true, value: { resumed: 1 } })
    await stage.drive()
    expect(await boughtBy(line.lineId)).toEqual(['a:SUCCEEDED'])
    expect(await resumeSupplier(stage.deps, names.a, 'test')).toEqual({ ok: true, value: { resumed: 0 } })
  })

  test('by low balance begins below the limit and ends by itself, an operator pause does not', async () => {
    await setLowBalance(stage.deps, names.a, 500_000)
    await vip.control('config', { balance: 499_999 })
    await watchBalances(stage.deps, { now: names.a })
    const pausedBy = async () => (await listSuppliers(stage.deps)).find(({ id }) => id === names.a)?.pausedBy
    expect(await pausedBy()).toBe('low_balance')
    const { line } = await stage.open('12345678', 1, '2685')
    expect(await boughtBy(line.lineId)).toEqual(['b:INTENT'])
    await vip.control('config', { balance: 500_000 })
    await watchBalances(stage.deps)
    expect(await pausedBy()).toBeNull()
    await pauseSupplier(stage.deps, names.a, 'test')
    await watchBalances(stage.deps, { now: names.a })
    expect(await pausedBy()).toBe('operator')
    await vip.control('faults', [{ match: {}, fault: 'reset' }])
    expect(await resumeSupplier(stage.deps, names.a, 'test')).toEqual({
      ok: false,
      error: { code: 'unreachable' },
    })
    expect(await pausedBy()).toBe('operator')
    expect(await pauseSupplier(stage.deps, 'nobody', 'test')).toEqual({
      ok: false,
      error: { code: 'not_found' },
    })
  })
})

describe('a supplier that is asked by the same call', () => {
  beforeEach(async () => {
    await setCost(names.a, UNIT_PRICE + 1)
    await digiflazz.control('config', { completeAfterMs: 3_600_000 })
  })

  async function accepted(): Promise<{ lineId: string; id: string; reference: string }> {
    const { line, purchaseIds } = await stage.open('12345678', 1, '2685')
    stage.news.length = 0
    const id = purchaseIds[0] ?? ''
    expect(await sendPurchase(stage.deps, id)).toBe('sent')
    stage.news.length = 0
    return { lineId: line.lineId, id, reference: id }
  }

  const hint = (reference: string) => handleSupplierMessage(stage.deps, { provider: names.b, reference })
  const calls = async (): Promise<number> => (await digiflazz.orders()).orders.length

  test('is not asked within a minute, whatever its messages say; then it delivers', async () => {
    const { lineId, id, reference } = await accepted()
    await digiflazz.control('finish', { refId: reference, status: 'Sukses', note: 'SN-9' })
    expect(await hint(reference)).toBe(id)
    expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'pending' })
    expect(await boughtBy(lineId)).toEqual(['b:ACCEPTED'])
    await stage.drive()
    expect(await boughtBy(lineId)).toEqual(['b:SUCCEEDED'])
    expect(await calls()).toBe(1)
  })

  test('is never asked about what is older than 80 days: a person decides', async () => {
    const { lineId, id } = await accepted()
    await stage.advance(5 * 86_400_000)
    await queryAs(
      database.url,
      `update supplier_purchases set sent_at = sent_at - interval '76 days' where id = $1`,
      [id],
    )
    await digiflazz.control('clock', { advanceMs: 91 * 86_400_000 })
    expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'settled' })
    expect(await boughtBy(lineId)).toEqual(['b:MANUAL'])
    await stage.advance(MINUTE_MS * 60)
    await checkPurchase(stage.deps, id)
    expect(await calls()).toBe(1)
  })

  test('in doubt and without its money any more, it is not asked: the call might buy', async () => {
    await digiflazz.control('faults', [{ match: { path: '/v1/transaction' }, fault: 'timeout_before' }])
    const { line, purchaseIds } = await stage.open('12345678', 1, '2685')
    await sendPurchase(stage.deps, purchaseIds[0] ?? '')
    await digiflazz.control('faults', [])
    await queryAs(database.url, `update payments set state = 'REFUNDED' where order_id = $1`, [line.orderId])
    await stage.drive()
    expect(await boughtBy(line.lineId)).toEqual(['b:MANUAL'])
    expect(await calls()).toBe(0)
  })

  test('refuses the repeated call: that proves nothing, so after 15 minutes a person decides', async () => {
    await digiflazz.control('faults', [
      { match: { path: '/v1/transaction', nth: 1 }, fault: 'timeout_before' },
    ])
    const { line } = await stage.open('12345678', 1, '2685')
    await digiflazz.control('outcome', { status: 'Refuse', rc: '68' })
    await stage.drive()
    expect(await boughtBy(line.lineId)).toEqual(['b:MANUAL'])
    expect(await charged()).toEqual({ a: 0, b: 0 })
  })

  test('takes a success back: the money is booked back once, and a person is asked', async () => {
    await digiflazz.control('config', { completeAfterMs: 0 })
    const { line, purchaseIds } = await stage.open('12345678', 1, '2685')
    await stage.drive()
    const id = purchaseIds[0] ?? ''
    const balance = async (): Promise<number> => {
      const rows = await queryAs<{ balance: string }>(
        database.url,
        'select balance from accounts where code = $1',
        [`supplier:${names.b}`],
      )
      return Number(rows[0]?.balance)
    }
    expect(await balance()).toBe(DIGI_COST)
    // A message alone changes nothing: the supplier has to say so when it is asked.
    expect(await hint(`reversal:${id}`)).toBe(id)
    await stage.advance(2 * MINUTE_MS)
    await checkPurchase(stage.deps, id)
    expect(await balance()).toBe(DIGI_COST)
    await digiflazz.control('finish', { refId: id, status: 'Gagal', rc: '74' })
    for (let times = 0; times < 3; times += 1) {
      await hint(`reversal:${id}`)
      await stage.advance(2 * MINUTE_MS)
      await Promise.all([checkPurchase(stage.deps, id), checkPurchase(stage.deps, id)])
    }
    expect(await balance()).toBe(0)
    expect(await boughtBy(line.lineId)).toEqual(['b:SUCCEEDED'])
    expect(await settleReversal(stage.deps, id)).toBe(true)
    expect(await settleReversal(stage.deps, id)).toBe(false)
  })
})
