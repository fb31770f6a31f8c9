import { describe, expect, test } from 'vitest'
import {
  listSuppliers,
  pauseSupplier,
  resumeSupplier,
  sendPurchase,
  setLowBalance,
  watchBalances,
} from '../../../src/fulfilment/index.ts'
import { queryAs } from '../../support/test-database.ts'
import { CALLS_AT_ONCE } from '../../../src/fulfilment/supplier/bulkhead.ts'
import { UNIT_PRICE } from './purchase-stage.ts'
import { DIGI_COST, MINUTE_MS, useRoutingStage } from './routing-stage.ts'

const held = useRoutingStage()

describe('a supplier that fails all the time', () => {
  async function fail(times: number): Promise<void> {
    await held.vip.control('faults', [{ match: { body: 'type=order' }, fault: 'reset' }])
    for (let index = 0; index < times; index += 1) {
      const { purchaseIds } = await held.stage.open(
        `8${String(held.turn).padStart(4, '0')}${String(index).padStart(4, '0')}`,
        1,
        '2685',
      )
      await sendPurchase(held.stage.deps, purchaseIds[0] ?? '')
      held.stage.use(held.vip.connect({ timeouts: { orderMs: 5_000, readMs: 5_000 } }).supplier, held.names.a)
    }
    await held.vip.control('faults', [])
  }

  test('is left alone after ten failures in a row, in every process, and tried by one after 30 seconds', async () => {
    await held.setCost(held.names.b, DIGI_COST * 2)
    await fail(10)
    held.stage.news.length = 0
    const { line } = await held.stage.open('77777771', 1, '2685')
    const view = (await listSuppliers(held.stage.deps)).find((supplier) => supplier.id === held.names.a)
    expect(view?.circuits).toEqual([
      { family: expect.any(String), until: expect.any(String), reason: expect.any(String) },
    ])
    expect(await held.boughtBy(line.lineId)).toEqual(['b:INTENT'])
    await held.stage.advance(31_000)
    const rested = (await listSuppliers(held.stage.deps)).find((supplier) => supplier.id === held.names.a)
    expect(rested?.circuits).toEqual([])
    held.stage.news.length = 0
    const [first, second] = [
      await held.stage.open('77777772', 1, '2685'),
      await held.stage.open('77777773', 1, '2685'),
    ]
    expect([await held.boughtBy(first.line.lineId), await held.boughtBy(second.line.lineId)]).toEqual([
      ['a:INTENT'],
      ['a:INTENT'],
    ])
    const sent = await Promise.all(
      [first, second].map(({ purchaseIds }) => sendPurchase(held.stage.deps, purchaseIds[0] ?? '')),
    )
    // One tries the supplier; the other goes to the one that works.
    expect(sent.toSorted()).toEqual(['ended', 'sent'])
    await held.stage.drive()
    const states = [
      ...(await held.boughtBy(first.line.lineId)),
      ...(await held.boughtBy(second.line.lineId)),
    ].toSorted()
    expect(states).toEqual(['a:NOT_PLACED', 'a:SUCCEEDED', 'b:SUCCEEDED'])
    const healed = (await listSuppliers(held.stage.deps)).find((supplier) => supplier.id === held.names.a)
    expect(healed?.circuits).toEqual([])
  })

  test('the one that tries leaves its place at once when its end says nothing about the supplier', async () => {
    await held.setCost(held.names.b, DIGI_COST * 2)
    await fail(10)
    await held.stage.advance(31_000)
    const { supplier } = held.vip.connect()
    const place = async () => ({ kind: 'refused', reason: 'target', detail: 'User id salah' }) as const
    held.stage.use({ ...supplier, place }, held.names.a)
    const wrong = await held.stage.open('77777774', 1, '2685')
    expect(await sendPurchase(held.stage.deps, wrong.purchaseIds[0] ?? '')).toBe('sent')
    held.stage.use(supplier, held.names.a)
    const { line, purchaseIds } = await held.stage.open('77777775', 1, '2685')
    expect(await sendPurchase(held.stage.deps, purchaseIds[0] ?? '')).toBe('sent')
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual(['a:SUCCEEDED'])
  })

  test('fewer failures leave it in use', async () => {
    await fail(9)
    const view = (await listSuppliers(held.stage.deps)).find((supplier) => supplier.id === held.names.a)
    expect(view?.circuits).toEqual([])
  })

  test('refusing our account counts as failing: the others sell, and it is seen', async () => {
    await held.setCost(held.names.b, DIGI_COST * 2)
    held.stage.use(
      {
        ...held.vip.connect().supplier,
        place: async () => ({ kind: 'refused', reason: 'account', detail: 'IP 1.2.3.4 is not permitted' }),
      },
      held.names.a,
    )
    for (let index = 0; index < 10; index += 1) {
      const { purchaseIds } = await held.stage.open(`9000${index}`, 1, '2685')
      await sendPurchase(held.stage.deps, purchaseIds[0] ?? '')
    }
    held.stage.news.length = 0
    const view = (await listSuppliers(held.stage.deps)).find((supplier) => supplier.id === held.names.a)
    expect(view?.circuits).toMatchObject([{ reason: 'IP 1.2.3.4 is not permitted' }])
    expect(view?.lately.ended).toBe(0)
    const { line } = await held.stage.open('90010', 1, '2685')
    expect(await held.boughtBy(line.lineId)).toEqual(['b:INTENT'])
  })

  test('while it does not answer it holds no more than its places, and others sell', async () => {
    const waits: (() => void)[] = []
    const { supplier } = held.vip.connect()
    held.stage.use(
      {
        ...supplier,
        fetchBalance: () =>
          new Promise((resolve) => waits.push(() => resolve({ ok: true, value: 1_000_000 }))),
      },
      held.names.a,
    )
    const opened = await Promise.all(
      Array.from({ length: CALLS_AT_ONCE + 2 }, (_, index) => held.stage.open(`9990000${index}1`, 1, '2685')),
    )
    const send = (index: number) => sendPurchase(held.stage.deps, opened[index]?.purchaseIds[0] ?? '')
    const stuck = Array.from({ length: CALLS_AT_ONCE }, (_, index) => send(index))
    await expect.poll(() => waits.length).toBe(CALLS_AT_ONCE)
    expect(await Promise.all([send(CALLS_AT_ONCE), send(CALLS_AT_ONCE + 1)])).toEqual(['waiting', 'waiting'])
    for (const go of waits) go()
    expect(await Promise.all(stuck)).toEqual(stuck.map(() => 'sent'))
  })
})

describe('a pause', () => {
  test('by an operator sends what is paid elsewhere, and one command sends what waited', async () => {
    await held.setCost(held.names.b, UNIT_PRICE + 1)
    await pauseSupplier(held.stage.deps, held.names.a, 'test')
    const { line } = await held.stage.open('12345678', 1, '2685')
    const [job] = held.stage.news
    held.stage.news.length = 0
    expect(await sendPurchase(held.stage.deps, job?.kind === 'purchase.send' ? job.purchaseId : '')).toBe(
      'waiting',
    )
    expect(await held.charged()).toEqual({ a: 0, b: 0 })
    expect((await listSuppliers(held.stage.deps)).find(({ id }) => id === held.names.a)).toMatchObject({
      pausedBy: 'operator',
      waiting: 1,
    })
    held.stage.news.length = 0
    expect(await resumeSupplier(held.stage.deps, held.names.a, 'test')).toEqual({
      ok: true,
      value: { resumed: 1 },
    })
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual(['a:SUCCEEDED'])
    expect(await resumeSupplier(held.stage.deps, held.names.a, 'test')).toEqual({
      ok: true,
      value: { resumed: 0 },
    })
  })

  test('by low balance begins below the limit and ends by itself, an operator pause does not', async () => {
    await setLowBalance(held.stage.deps, held.names.a, 500_000)
    await held.vip.control('config', { balance: 499_999 })
    await watchBalances(held.stage.deps, { now: held.names.a })
    const pausedBy = async () =>
      (await listSuppliers(held.stage.deps)).find(({ id }) => id === held.names.a)?.pausedBy
    expect(await pausedBy()).toBe('low_balance')
    const { line } = await held.stage.open('12345678', 1, '2685')
    expect(await held.boughtBy(line.lineId)).toEqual(['b:INTENT'])
    await held.vip.control('config', { balance: 500_000 })
    await watchBalances(held.stage.deps)
    expect(await pausedBy()).toBeNull()
    await pauseSupplier(held.stage.deps, held.names.a, 'test')
    await watchBalances(held.stage.deps, { now: held.names.a })
    expect(await pausedBy()).toBe('operator')
    await held.vip.control('faults', [{ match: {}, fault: 'reset' }])
    expect(await resumeSupplier(held.stage.deps, held.names.a, 'test')).toEqual({
      ok: false,
      error: { code: 'unreachable' },
    })
    expect(await pausedBy()).toBe('operator')
    expect(await pauseSupplier(held.stage.deps, 'nobody', 'test')).toEqual({
      ok: false,
      error: { code: 'not_found' },
    })
  })

  test('a balance that is used up pauses the supplier at once; back again, it sends what waited, once', async () => {
    await held.setCost(held.names.b, UNIT_PRICE + 1)
    await held.vip.control('config', { balance: 5 })
    const { line, purchaseIds } = await held.stage.open('12345678', 1, '2685')
    const next = async (): Promise<string> => {
      held.stage.news.length = 0
      await held.stage.advance(60 * MINUTE_MS)
      const last = (await held.stage.purchases(line.lineId)).at(-1)
      return await sendPurchase(held.stage.deps, last?.id ?? '')
    }
    expect(await sendPurchase(held.stage.deps, purchaseIds[0] ?? '')).toBe('sent')
    expect(await held.boughtBy(line.lineId)).toEqual(['a:NOT_PLACED', 'a:INTENT'])
    expect(await next()).toBe('waiting')
    expect(await watchBalances(held.stage.deps)).toEqual({ changed: [] })
    // With no more than the price it would refuse again, and rest, and go on, without end.
    await held.vip.control('config', { balance: UNIT_PRICE })
    expect(await watchBalances(held.stage.deps)).toEqual({ changed: [] })
    await held.vip.control('config', { balance: 1_000_000 })
    held.stage.news.length = 0
    expect(await watchBalances(held.stage.deps)).toEqual({ changed: [expect.stringMatching(/^vip-/)] })
    expect(held.stage.news).toEqual([{ kind: 'purchase.send', purchaseId: expect.any(String) }])
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual(['a:NOT_PLACED', 'a:SUCCEEDED'])
    expect(await held.charged()).toEqual({ a: 1, b: 0 })
  })

  test('of a supplier that holds its balance back ends when that rises or a quarter of an hour is over', async () => {
    const rest = async (): Promise<string> => {
      await held.vip.control('outcome', {
        status: 'refuse',
        note: 'Saldo Anda tidak cukup untuk melakukan pemesanan ini.',
        times: 1,
      })
      const { purchaseIds } = await held.stage.open('12345678', 1, '2685')
      expect(await sendPurchase(held.stage.deps, purchaseIds[0] ?? '')).toBe('sent')
      return held.names.a
    }
    const watch = async () => (await watchBalances(held.stage.deps)).changed
    await held.vip.control('config', { balance: 1_000_000 })
    const id = await rest()
    expect([await watch(), await watch()]).toEqual([[], []])
    await held.vip.control('config', { balance: 1_000_001 })
    expect(await watch()).toEqual([id])
    await rest()
    expect(await watch()).toEqual([])
    const later = `update supplier_states set paused_at = paused_at - interval '15 minutes' where supplier = $1`
    await queryAs(held.database.url, later, [id])
    expect(await watch()).toEqual([id])
  })
})
