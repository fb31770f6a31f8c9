import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sendPurchase } from '../../../src/fulfilment/index.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startVipSandbox, type VipSandbox } from '../../support/vip-sandbox.ts'
import { writeSku } from './fulfilment-fixture.ts'
import { setPurchaseStage, type PurchaseStage } from './purchase-stage.ts'

let database: TestDatabase
let sandbox: VipSandbox
let stage: PurchaseStage
let account = 0

beforeAll(async () => {
  database = await createTestDatabase()
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
})

async function change(set: string, ...values: unknown[]): Promise<void> {
  await queryAs(database.url, `update supplier_offers set ${set} where supplier = $1`, [
    `vip-${account}`,
    ...values,
  ])
}

async function expectNothingBought(purchaseId: string | undefined, lineId: string): Promise<void> {
  expect(await sendPurchase(stage.deps, purchaseId ?? '')).toBe('ended')
  expect(await stage.purchases(lineId)).toMatchObject([{ state: 'REFUSED', failure_code: 'unavailable' }])
  expect((await sandbox.orders()).orders).toEqual([])
}

test('a code that got another meaning after the intent is not bought for the old one', async () => {
  const { line, purchaseIds } = await stage.open('500100201')
  const other = await writeSku(database.url, 'SUPPLIER')
  await change('sku_id = $2', other.skuId)
  await expectNothingBought(purchaseIds[0], line.lineId)
})

test('a code that belongs to nothing any more is not bought', async () => {
  const { line, purchaseIds } = await stage.open('500100202')
  await change('sku_id = null')
  await expectNothingBought(purchaseIds[0], line.lineId)
})

test('an offer whose supplier takes no orders any more gives way at once', async () => {
  const { line, purchaseIds } = await stage.open('500100203')
  await change('orderable = false')
  await expectNothingBought(purchaseIds[0], line.lineId)
})
