import { beforeEach, describe, expect, test } from 'vitest'
import {
  checkPurchase,
  handleSupplierMessage,
  sendPurchase,
  settleReversal,
} from '../../../src/fulfilment/index.ts'
import { queryAs } from '../../support/test-database.ts'
import { writeSku } from './fulfilment-fixture.ts'
import { UNIT_PRICE } from './purchase-stage.ts'
import { DIGI_COST, MINUTE_MS, useRoutingStage } from './routing-stage.ts'

const held = useRoutingStage()

describe('a supplier that is asked by the same call', () => {
  beforeEach(async () => {
    await held.setCost(held.names.a, UNIT_PRICE + 1)
    await held.digiflazz.control('config', { completeAfterMs: 3_600_000 })
  })

  async function accepted(): Promise<{ lineId: string; id: string; reference: string }> {
    const { line, purchaseIds } = await held.stage.open('12345678', 1, '2685')
    held.stage.news.length = 0
    const id = purchaseIds[0] ?? ''
    expect(await sendPurchase(held.stage.deps, id)).toBe('sent')
    held.stage.news.length = 0
    return { lineId: line.lineId, id, reference: id }
  }

  const hint = (reference: string) =>
    handleSupplierMessage(held.stage.deps, { provider: held.names.b, reference })
  const calls = async (): Promise<number> => (await held.digiflazz.orders()).orders.length

  test('is not asked within a minute, whatever its messages say; then it delivers', async () => {
    const { lineId, id, reference } = await accepted()
    await held.digiflazz.control('finish', { refId: reference, status: 'Sukses', note: 'SN-9' })
    expect(await hint(reference)).toBe(id)
    expect(await checkPurchase(held.stage.deps, id)).toEqual({ kind: 'pending' })
    expect(await held.boughtBy(lineId)).toEqual(['b:ACCEPTED'])
    await held.stage.drive()
    expect(await held.boughtBy(lineId)).toEqual(['b:SUCCEEDED'])
    expect(await calls()).toBe(1)
  })

  test('is not asked within a minute of an answer either, however long the call took', async () => {
    const { supplier } = held.digiflazz.connect()
    let made = 0
    const takeLong = `update supplier_purchases set asked_at = asked_at - interval '40 seconds' where supplier = $1`
    held.stage.use(
      {
        ...supplier,
        async place(request) {
          made += 1
          await queryAs(held.database.url, takeLong, [held.names.b])
          return await supplier.place(request)
        },
      },
      held.names.b,
    )
    const { lineId, id, reference } = await accepted()
    await held.stage.advance(59_000)
    for (let round = 0; round < 2; round += 1) {
      await hint(reference)
      await checkPurchase(held.stage.deps, id)
      expect(made).toBe(round + 1)
      await held.stage.advance(1_000)
      await hint(reference)
      await checkPurchase(held.stage.deps, id)
      expect(made).toBe(round + 2)
      await held.stage.advance(59_000)
    }
    expect(await held.boughtBy(lineId)).toEqual(['b:ACCEPTED'])
  })

  test('is tried anew a minute after it said that it is asked too often', async () => {
    await held.digiflazz.control('outcome', { status: 'Refuse', rc: '85', times: 1 })
    await held.digiflazz.control('config', { completeAfterMs: 0 })
    const { line } = await held.stage.open('12345678', 1, '2685')
    expect(await held.stage.drive()).toBeGreaterThan(MINUTE_MS - 5_000)
    expect(await held.boughtBy(line.lineId)).toEqual(['b:NOT_PLACED', 'b:SUCCEEDED'])
  })

  test('is never asked about what is older than 80 days: a person decides', async () => {
    const { lineId, id } = await accepted()
    await held.stage.advance(5 * 86_400_000)
    await queryAs(
      held.database.url,
      `update supplier_purchases set sent_at = sent_at - interval '76 days' where id = $1`,
      [id],
    )
    await held.digiflazz.control('clock', { advanceMs: 91 * 86_400_000 })
    expect(await checkPurchase(held.stage.deps, id)).toEqual({ kind: 'settled' })
    expect(await held.boughtBy(lineId)).toEqual(['b:MANUAL'])
    await held.stage.advance(MINUTE_MS * 60)
    await checkPurchase(held.stage.deps, id)
    expect(await calls()).toBe(1)
  })

  test('in doubt and without its money any more, it is not asked: the call might buy', async () => {
    await held.digiflazz.control('faults', [{ match: { path: '/v1/transaction' }, fault: 'timeout_before' }])
    const { line, purchaseIds } = await held.stage.open('12345678', 1, '2685')
    await sendPurchase(held.stage.deps, purchaseIds[0] ?? '')
    await held.digiflazz.control('faults', [])
    await queryAs(held.database.url, `update payments set state = 'REFUNDED' where order_id = $1`, [
      line.orderId,
    ])
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual(['b:MANUAL'])
    expect(await calls()).toBe(0)
  })

  test.each([
    ['for another SKU', true, 'b:MANUAL', 0],
    ['merely out of stock', false, 'b:SUCCEEDED', 1],
  ])('in doubt while its code is %s', async (_, isMoved, state, bought) => {
    await held.digiflazz.control('config', { completeAfterMs: 0 })
    await held.digiflazz.control('faults', [{ match: { path: '/v1/transaction' }, fault: 'timeout_before' }])
    const { line, purchaseIds } = await held.stage.open('12345678', 1, '2685')
    await sendPurchase(held.stage.deps, purchaseIds[0] ?? '')
    await held.digiflazz.control('faults', [])
    const other = await writeSku(held.database.url, 'SUPPLIER')
    await queryAs(
      held.database.url,
      'update supplier_offers set sku_id = $2, available = $3 where supplier = $1',
      [held.names.b, isMoved ? other.skuId : held.stage.sku.skuId, isMoved],
    )
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual([state])
    expect(await calls()).toBe(bought)
  })

  test('with a person it holds up no other one for the same target: the reference tells them apart', async () => {
    await held.digiflazz.control('config', { completeAfterMs: 0 })
    await held.digiflazz.control('faults', [{ match: { path: '/v1/transaction' }, fault: 'timeout_before' }])
    const first = await held.stage.open('12345678', 1, '2685')
    await sendPurchase(held.stage.deps, first.purchaseIds[0] ?? '')
    const second = await held.stage.open('12345678', 1, '2685')
    expect(await sendPurchase(held.stage.deps, second.purchaseIds[0] ?? '')).toBe('waiting')
    await held.stage.advance(16 * MINUTE_MS)
    await checkPurchase(held.stage.deps, first.purchaseIds[0] ?? '')
    expect(await held.boughtBy(first.line.lineId)).toEqual(['b:MANUAL'])
    await held.digiflazz.control('faults', [])
    await held.stage.drive()
    expect(await held.boughtBy(second.line.lineId)).toEqual(['b:SUCCEEDED'])
    expect(await held.boughtBy(first.line.lineId)).toEqual(['b:MANUAL'])
    expect(await calls()).toBe(1)
  })

  test('refuses the repeated call: that proves nothing, so after 15 minutes a person decides', async () => {
    await held.digiflazz.control('faults', [
      { match: { path: '/v1/transaction', nth: 1 }, fault: 'timeout_before' },
    ])
    const { line } = await held.stage.open('12345678', 1, '2685')
    await held.digiflazz.control('outcome', { status: 'Refuse', rc: '68' })
    await held.stage.drive()
    expect(await held.boughtBy(line.lineId)).toEqual(['b:MANUAL'])
    expect(await held.charged()).toEqual({ a: 0, b: 0 })
  })

  test('takes a success back: the money is booked back once, and a person is asked', async () => {
    await held.digiflazz.control('config', { completeAfterMs: 0 })
    const { line, purchaseIds } = await held.stage.open('12345678', 1, '2685')
    await held.stage.drive()
    const id = purchaseIds[0] ?? ''
    const balance = async (): Promise<number> => {
      const rows = await queryAs<{ balance: string }>(
        held.database.url,
        'select balance from accounts where code = $1',
        [`supplier:${held.names.b}`],
      )
      return Number(rows[0]?.balance)
    }
    expect(await balance()).toBe(DIGI_COST)
    // A message alone changes nothing: the supplier has to say so when it is asked.
    expect(await hint(`reversal:${id}`)).toBe(id)
    await held.stage.advance(2 * MINUTE_MS)
    await checkPurchase(held.stage.deps, id)
    expect(await balance()).toBe(DIGI_COST)
    // Nor does an answer that another look may change.
    await held.digiflazz.control('finish', { refId: id, status: 'Gagal', rc: '50' })
    await hint(`reversal:${id}`)
    await held.stage.advance(2 * MINUTE_MS)
    await checkPurchase(held.stage.deps, id)
    expect(await balance()).toBe(DIGI_COST)
    await held.digiflazz.control('finish', { refId: id, status: 'Gagal', rc: '74' })
    for (let times = 0; times < 3; times += 1) {
      await hint(`reversal:${id}`)
      await held.stage.advance(2 * MINUTE_MS)
      await Promise.all([checkPurchase(held.stage.deps, id), checkPurchase(held.stage.deps, id)])
    }
    expect(await balance()).toBe(0)
    expect(await held.boughtBy(line.lineId)).toEqual(['b:SUCCEEDED'])
    expect(await settleReversal(held.stage.deps, id)).toBe(true)
    expect(await settleReversal(held.stage.deps, id)).toBe(false)
  })
})
