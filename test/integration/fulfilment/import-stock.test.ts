import { afterAll, beforeAll, expect, test } from 'vitest'
import { countStock, importStock } from '../../../src/fulfilment/index.ts'
import { MAX_FILE_BYTES, MAX_ROWS } from '../../../src/fulfilment/stock/import-stock.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { codeFile, testKeys, writeSku } from './fulfilment-fixture.ts'

let database: TestDatabase
const keys = testKeys()
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const importTo = (code: string, csv: string) =>
  importStock({ db: database.db, keys }, code, csv, 'ops@example.test')

async function free(skuId: string): Promise<number> {
  const counts = await database.db.transaction('test.count', { role: 'worker' }, (tx) =>
    countStock(tx, [skuId]),
  )
  return counts.get(skuId) ?? 0
}

test('codes are stored once: neither the file nor the shelf may repeat one', async () => {
  const sku = await writeSku(database.url, 'STOCK')
  expect(await importTo(sku.code, 'code,note\nAAA,x\nBBB,\n AAA ,y\n')).toMatchObject({
    ok: true,
    value: { imported: 2, duplicates: 1, rejected: [], rejectedTotal: 0 },
  })
  expect(await importTo(sku.code, 'AAA\nCCC\n')).toMatchObject({
    ok: true,
    value: { imported: 1, duplicates: 1 },
  })
  expect(await free(sku.skuId)).toBe(3)
  const other = await writeSku(database.url, 'STOCK')
  expect(await importTo(other.code, 'AAA')).toMatchObject({ ok: true, value: { imported: 1 } })
})

test('two imports of one file at the same time store every code once', async () => {
  const sku = await writeSku(database.url, 'STOCK')
  const file = codeFile(2_500, 'TWICE')
  const runs = await Promise.all([importTo(sku.code, file), importTo(sku.code, file)])
  expect(runs.reduce((sum, run) => sum + (run.ok ? run.value.imported : 0), 0)).toBe(2_500)
  expect(await free(sku.skuId)).toBe(2_500)
})

test('unusable rows are named by number and reason, never by content, and the batch is on record', async () => {
  const sku = await writeSku(database.url, 'STOCK')
  const imported = await importTo(sku.code, `kode\nGOOD\n"   "\n${'x'.repeat(2_001)}\nbad\u0007bell\n`)
  expect(imported).toEqual({
    ok: true,
    value: {
      batchId: expect.any(String),
      imported: 1,
      duplicates: 0,
      rejected: [
        { row: 3, reason: 'blank' },
        { row: 4, reason: 'too_long' },
        { row: 5, reason: 'control_characters' },
      ],
      rejectedTotal: 3,
    },
  })
  const batches = await queryAs(
    database.url,
    'select imported, duplicates, rejected, actor from stock_batches where sku_id = $1',
    [sku.skuId],
  )
  expect(batches).toEqual([{ imported: 1, duplicates: 0, rejected: 3, actor: 'ops@example.test' }])
})

test('refuses unknown SKUs, SKUs that are not sold from stock, empty files and files beyond the limits', async () => {
  const [stock, supplier] = [await writeSku(database.url, 'STOCK'), await writeSku(database.url, 'SUPPLIER')]
  expect(await importTo('NOBODY', 'A')).toEqual({ ok: false, error: { code: 'sku_unknown' } })
  expect(await importTo(supplier.code, 'A')).toEqual({ ok: false, error: { code: 'not_stock' } })
  for (const empty of ['', '\n\n', 'code\n', '\uFEFF']) {
    expect(await importTo(stock.code, empty)).toEqual({ ok: false, error: { code: 'empty' } })
  }
  const tooLarge = { ok: false, error: { code: 'too_large' } }
  expect(await importTo(stock.code, 'x'.repeat(MAX_FILE_BYTES + 1))).toEqual(tooLarge)
  expect(await importTo(stock.code, 'A\n'.repeat(MAX_ROWS + 1))).toEqual(tooLarge)
  expect(await free(stock.skuId)).toBe(0)
})
