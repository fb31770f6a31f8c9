import { afterAll, beforeAll, expect, it } from 'vitest'
import { startDigiflazzSandbox, type DigiflazzSandbox } from '../../contract/digiflazz-sandbox.ts'
import { startVipSandbox, type VipSandbox } from '../../support/vip-sandbox.ts'
import { startSupplierStage, type SupplierStage } from './supplier-stage.ts'

let vip: VipSandbox
let digiflazz: DigiflazzSandbox
let stage: SupplierStage
beforeAll(async () => {
  ;[vip, digiflazz] = await Promise.all([startVipSandbox(), startDigiflazzSandbox()])
  await digiflazz.control('config', { listEveryMs: 0 })
  stage = await startSupplierStage([vip.connect().catalogue, digiflazz.connect().catalogue])
})
afterAll(async () => {
  await Promise.all([vip.stop(), digiflazz.stop()])
  await stage.database.drop()
})

function pullBoth() {
  return Promise.all([stage.run('vip-reseller'), stage.run('digiflazz')])
}

function sold(): Promise<{ code: string; retail: string; available: boolean }[]> {
  return stage.query(
    `select s.code, r.retail, s.available from skus s join sku_prices r on r.sku_id = s.id order by s.code`,
  )
}

it('loads both catalogues at the same time; what cannot be ordered changes neither prices nor sale', async () => {
  expect(await stage.run('vip-reseller')).toMatchObject({ status: 'succeeded' })
  const alone = await sold()
  await stage.query('truncate categories, supplier_offers, sync_records, sync_generations, sync_runs cascade')
  const runs = await pullBoth()
  expect(runs.map((run) => [run.status, run.errors])).toEqual([
    ['succeeded', []],
    ['succeeded', []],
  ])
  const both = await sold()
  expect(both).toEqual(alone)
  const shared = await stage.query<{ code: string }>(
    `select s.code from supplier_offers o join skus s on s.id = o.sku_id
      group by s.code having count(distinct o.supplier) = 2 order by s.code`,
  )
  const codes = shared.map((row) => row.code)
  expect(codes.length).toBeGreaterThan(400)
  for (const code of ['ML-86', 'FF-70', 'TSEL-10000', 'GOPAY-10000', 'PLN-20000', 'PUBGM-60']) {
    expect(codes).toContain(code)
  }
})

it('writes nothing when both are pulled again, and a moved price of one moves nothing it does not set', async () => {
  await pullBoth()
  const versions = () =>
    stage.query(`select 'o' as t, xmin::text, ctid::text from supplier_offers
      union all select 'p', xmin::text, ctid::text from sku_prices
      union all select 's', xmin::text, ctid::text from skus order by 1, 3`)
  const before = await versions()
  expect((await pullBoth()).flatMap((run) => run.streams)).toMatchObject([
    { created: 0, updated: 0, deleted: 0 },
    { created: 0, updated: 0, deleted: 0 },
  ])
  expect(await versions()).toEqual(before)
  const prices = await sold()
  await digiflazz.control('price', { code: 'ml86', price: 1_000 })
  expect((await stage.run('digiflazz')).streams).toMatchObject([{ updated: 1 }])
  expect(await sold()).toEqual(prices)
})
