import { describe, expect, test } from 'vitest'
import { checkPurchase, sendPurchase, type Supplier } from '../../../src/fulfilment/index.ts'
import { queryAs } from '../../support/test-database.ts'
import { UNIT_PRICE } from './purchase-stage.ts'
import { MINUTE_MS, useRoutingStage, VIP_COST } from './routing-stage.ts'

const held = useRoutingStage()

/** What the pricing rule asks for at least, as prices have it. */
async function setLeastMargin(rupiah: number): Promise<void> {
  await queryAs(
    held.database.url,
    `insert into sku_prices (sku_id, retail, cost, floor) values ($1, $2, $3, $4)
      on conflict (sku_id) do update set floor = excluded.floor`,
    [held.stage.sku.skuId, Math.max(UNIT_PRICE, VIP_COST + rupiah), VIP_COST, VIP_COST + rupiah],
  )
}

describe('the least margin', () => {
  test('the cheapest is bought; one whose price rose before the call gives way to another', async () => {
    await setLeastMargin(5_000)
    const { line, purchaseIds } = await held.stage.open('12345678', 1, '2685')
    await held.setCost(held.names.a, UNIT_PRICE - 4_999)
    await held.stage.drive()
    expect(purchaseIds).toHaveLength(1)
    expect(await held.boughtBy(line.lineId)).toEqual(['a:REFUSED', 'b:SUCCEEDED'])
    expect(await held.charged()).toEqual({ a: 0, b: 1 })
  })

  test('a price that rose at the supplier only is refused there, by the limit that was sent', async () => {
    await setLeastMargin(5_000)
    await held.setCost(held.names.a, UNIT_PRICE)
    await held.digiflazz.control('price', { code: 'ml86', price: UNIT_PRICE - 4_999 })
    const { line } = await held.stage.open('12345678', 1, '2685')
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual(['b:REFUSED'])
    expect(await held.charged()).toEqual({ a: 0, b: 0 })
    const [sent] = await queryAs<{ max_price: string }>(
      held.database.url,
      'select max_price from supplier_purchases where line_id = $1',
      [line.lineId],
    )
    expect(Number(sent?.max_price)).toBe(UNIT_PRICE - 5_000)
  })

  test('nobody sells below the floor: nothing is opened at all', async () => {
    await setLeastMargin(UNIT_PRICE - VIP_COST + 1)
    await expect(held.stage.open('12345678', 1, '2685')).rejects.toThrow('no_offer')
  })

  test('sabotage: guarded by what the buyer paid alone, the line is sold below its floor', async () => {
    await setLeastMargin(0)
    await held.setCost(held.names.a, UNIT_PRICE - 4_999)
    await held.setCost(held.names.b, UNIT_PRICE - 4_999)
    await held.stage.open('12345678', 1, '2685')
    await held.stage.drive()
    const { a, b } = await held.charged()
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
    await held.vip.control('outcome', { status, note })
    const { line } = await held.stage.open('12345678', 1, '2685')
    const ms = await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual([expected, 'b:SUCCEEDED'])
    expect(await held.charged()).toEqual({ a: 0, b: 1 })
    expect(ms).toBeLessThan(MINUTE_MS)
  })

  test.each([
    ['refuse', 'a:REFUSED'],
    ['error', 'a:FAILED'],
  ])('a wrong target (%s) ends the unit: another supplier would fail it too', async (status, expected) => {
    await held.vip.control('outcome', { status, note: 'User ID tidak sesuai.' })
    const { line } = await held.stage.open('12345678', 1, '2685')
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual([expected])
    expect(await held.last(line.lineId)).toMatchObject({ failure_code: 'target' })
    expect(await held.charged()).toEqual({ a: 0, b: 0 })
  })

  test('never while in doubt: a lost answer is looked up, however long that takes', async () => {
    await held.vip.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault: 'timeout_after' }])
    const { line } = await held.stage.open('12345678', 1, '2685')
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual(['a:SUCCEEDED'])
    expect(await held.charged()).toEqual({ a: 1, b: 0 })
  })

  test('past a purchase for the same target that a person has: the next one is bought elsewhere', async () => {
    await held.vip.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault: 'timeout_after' }])
    const first = await held.stage.open('12345678', 1, '2685')
    const [id = ''] = first.purchaseIds
    await sendPurchase(held.stage.deps, id)
    held.stage.news.length = 0
    const early = await held.stage.open('12345678', 1, '2685')
    // While it is looked up it may end in a moment: nobody is asked instead.
    expect(await sendPurchase(held.stage.deps, early.purchaseIds[0] ?? '')).toBe('waiting')
    await held.stage.advance(16 * MINUTE_MS)
    await checkPurchase({ ...held.stage.deps, suppliers: new Map() }, id)
    expect(await held.boughtBy(first.line.lineId)).toEqual(['a:MANUAL'])
    held.stage.news.length = 0
    expect(await sendPurchase(held.stage.deps, early.purchaseIds[0] ?? '')).toBe('ended')
    await held.stage.drive()
    expect(await held.boughtBy(early.line.lineId)).toEqual(['a:NOT_PLACED', 'b:SUCCEEDED'])
    expect(await held.charged()).toEqual({ a: 1, b: 1 })
  })

  test('sabotage: a lost answer taken for a no is delivered twice', async () => {
    const { supplier } = held.vip.connect({ timeouts: { orderMs: 150, readMs: 2_000 } })
    held.stage.use(believing(supplier), held.names.a)
    await held.vip.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault: 'timeout_after' }])
    await held.stage.open('12345678', 1, '2685')
    await held.stage.drive()
    expect(await held.charged()).toEqual({ a: 1, b: 1 })
  })

  test('everybody failed: the unit ends, each was asked once', async () => {
    await held.vip.control('outcome', { status: 'error', note: 'Produk tidak tersedia.' })
    await held.digiflazz.control('outcome', { status: 'Gagal', rc: '55' })
    const { line } = await held.stage.open('12345678', 1, '2685')
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual(['a:FAILED', 'b:FAILED'])
    expect(held.stage.news).toEqual([])
  })

  test('an offer that has no place for the zone, or for a zone in words, is not bought', async () => {
    await held.setCost(held.names.a, UNIT_PRICE + 1)
    await expect(held.stage.open('12345678', 1, 'os_asia')).rejects.toThrow('no_offer')
    await queryAs(
      held.database.url,
      `update supplier_offers set target_form = 'single' where supplier = $1`,
      [held.names.b],
    )
    await expect(held.stage.open('12345678', 1, '2685')).rejects.toThrow('no_offer')
    const { line } = await held.stage.open('012345678')
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual(['b:SUCCEEDED'])
    const { orders } = await held.digiflazz.orders()
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
