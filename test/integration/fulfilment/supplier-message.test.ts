import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  acceptSupplierMessage,
  checkPurchase,
  handleSupplierMessage,
  sendPurchase,
} from '../../../src/fulfilment/index.ts'
import { claimMessages } from '../../../src/platform/inbox.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startVipSandbox, type VipSandbox } from '../../support/vip-sandbox.ts'
import { setPurchaseStage, type PurchaseStage } from './purchase-stage.ts'

const PROVIDER = 'vip-reseller'
const SIGN = '10a93fbec8476048f48965bf5d608d46'

let database: TestDatabase
let sandbox: VipSandbox
let stage: PurchaseStage
beforeAll(async () => {
  database = await createTestDatabase()
  sandbox = await startVipSandbox()
  stage = await setPurchaseStage(database, sandbox)
})
afterAll(async () => {
  await sandbox.stop()
  await database.drop()
})
beforeEach(() => void (stage.news.length = 0))

const body = (trxid: string, status = 'success'): Buffer =>
  Buffer.from(JSON.stringify({ data: { trxid, status } }))
const accept = (raw: Buffer, sign = SIGN) =>
  acceptSupplierMessage(stage.deps, PROVIDER, raw, new Headers({ 'X-Client-Signature': sign }))

test('a message is stored once with the order it names; forged, malformed and foreign ones are not', async () => {
  expect(await accept(body('VP1'))).toEqual({ ok: true, value: undefined })
  expect(await accept(body('VP1'))).toEqual({ ok: true, value: undefined })
  expect(await accept(body('VP1'), 'x')).toEqual({ ok: false, error: { code: 'forged' } })
  expect(await accept(Buffer.from('{}'))).toEqual({ ok: false, error: { code: 'malformed' } })
  const large = Buffer.from(
    JSON.stringify({ data: { trxid: 'VP2', status: 'success', note: 'x'.repeat(70_000) } }),
  )
  expect(await accept(large)).toEqual({ ok: false, error: { code: 'malformed' } })
  const foreign = await acceptSupplierMessage(stage.deps, 'nobody', body('VP1'), new Headers())
  expect(foreign).toEqual({ ok: false, error: { code: 'unknown_provider' } })
  expect(await claimMessages(database.db)).toMatchObject([{ provider: PROVIDER, reference: 'VP1' }])
})

test('a message changes nothing by itself: its purchase is asked for, and what it claims does not count', async () => {
  await sandbox.control('config', { completeAfterMs: 3_600_000 })
  const { line, purchaseIds } = await stage.open('12345678')
  const [id = ''] = purchaseIds
  await sendPurchase(stage.deps, id)
  const [purchase] = await stage.purchases(line.lineId)
  const reference = purchase?.supplier_ref ?? ''
  const named = await handleSupplierMessage(stage.deps, { provider: PROVIDER, reference })
  expect(named).toBe(id)
  expect(stage.news.filter(({ kind }) => kind === 'purchase.check')).toContainEqual({
    kind: 'purchase.check',
    purchaseId: id,
  })
  expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'pending' })
  await sandbox.control('finish', { trxid: reference, status: 'success', note: 'SN-9' })
  await handleSupplierMessage(stage.deps, { provider: PROVIDER, reference })
  expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'settled' })
})

test('a success that comes after the purchase was handed to a person still ends it', async () => {
  await sandbox.control('config', { completeAfterMs: 100 * 3_600_000 })
  const { line, purchaseIds } = await stage.open('12345679')
  const [id = ''] = purchaseIds
  await sendPurchase(stage.deps, id)
  await stage.advance(7 * 3_600_000)
  await checkPurchase(stage.deps, id)
  const [purchase] = await stage.purchases(line.lineId)
  expect(purchase?.state).toBe('MANUAL')
  const reference = purchase?.supplier_ref ?? ''
  await handleSupplierMessage(stage.deps, { provider: PROVIDER, reference })
  expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'pending' })
  await sandbox.control('finish', { trxid: reference, status: 'success', note: 'SN-8' })
  await handleSupplierMessage(stage.deps, { provider: PROVIDER, reference })
  await checkPurchase(stage.deps, id)
  expect((await stage.purchases(line.lineId))[0]?.state).toBe('SUCCEEDED')
})

test('a message that overtook our own commit wakes the purchases in doubt and is looked at again', async () => {
  await sandbox.control('config', { completeAfterMs: 0 })
  await sandbox.control('faults', [{ match: { body: 'type=order', nth: 1 }, fault: 'timeout_after' }])
  const { line, purchaseIds } = await stage.open('12345680')
  const [id = ''] = purchaseIds
  await sendPurchase(stage.deps, id)
  stage.news.length = 0
  const reference = (await sandbox.orders()).orders.find((order) => order.target === '12345680')?.trxid ?? ''
  expect(await handleSupplierMessage(stage.deps, { provider: PROVIDER, reference })).toBeUndefined()
  expect(stage.news).toEqual([{ kind: 'purchase.check', purchaseId: id }])
  expect(await checkPurchase(stage.deps, id)).toEqual({ kind: 'settled' })
  expect(await stage.purchases(line.lineId)).toMatchObject([{ supplier_ref: reference }])
  const waiting = await queryAs(database.url, `select 1 from supplier_purchases where state = 'UNKNOWN'`)
  expect(waiting).toEqual([])
})
