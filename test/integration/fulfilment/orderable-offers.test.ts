import { afterAll, beforeAll, expect, it } from 'vitest'
import { selectUsableOffers } from '../../../src/fulfilment/supplier/offer-view-store.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { offerRow, pullOffers } from '../catalog/pull-offers.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

it('is chosen for a purchase only when its supplier takes orders', async () => {
  const cheap = offerRow('ml86', { family: 'MOBILE LEGENDS', cost: 10_000 })
  const choose = async () => {
    const [sku] = await queryAs<{ id: string }>(test.url, `select id from skus where code = 'ML-86'`)
    const offers = await test.db.transaction('test.choose', { role: 'worker' }, (tx) =>
      selectUsableOffers(tx, sku?.id ?? '', 50_000),
    )
    return offers.map((offer) => offer.supplier)
  }
  await pullOffers(test.db, [cheap], { supplier: 'digiflazz', orderable: false })
  expect(await choose()).toEqual([])
  await pullOffers(test.db, [offerRow('ML86-S1')])
  expect(await choose()).toEqual(['vip-reseller'])
  await pullOffers(test.db, [cheap], { supplier: 'digiflazz', orderable: true })
  expect(await choose()).toEqual(['digiflazz', 'vip-reseller'])
})
