import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { generateProducts } from '../../support/many-products.ts'
import {
  findServiceStatement,
  listCardsStatement,
  listServicesStatement,
} from '../../../src/catalog/catalog-view-store.ts'
import { listServices } from '../../../src/catalog/index.ts'
import type { Statement } from '../../../src/platform/database.ts'

let test: TestDatabase

beforeAll(async () => {
  test = await createTestDatabase()
  await generateProducts(test.db, { products: 2_000, skusEach: 10 })
  await queryAs(test.url, 'analyze categories, products, skus, sku_prices, stock_units')
})
afterAll(() => test.drop())

async function planOf(statement: Statement): Promise<string> {
  const client = new pg.Client({ connectionString: test.url })
  await client.connect()
  try {
    await client.query('set role lapak_web')
    const { rows } = await client.query(`explain (analyze, buffers) ${statement.text}`, [
      ...(statement.values ?? []),
    ])
    return rows.map((row: { 'QUERY PLAN': string }) => row['QUERY PLAN']).join('\n')
  } finally {
    await client.end()
  }
}

describe('plans with 20,000 SKUs, as a visitor', () => {
  it('walks the popularity index for a list and stops at the limit', async () => {
    const plan = await planOf(listServicesStatement({ limit: 21 }))
    expect(plan).toContain('products_list')
    expect(plan).toContain('skus_product')
    expect(plan).toContain('sku_prices_pkey')
    expect(plan).not.toMatch(/Seq Scan on (products|skus|sku_prices|stock_units)/)
  })

  it('starts a later page from its cursor', async () => {
    const after = { popularity: 5_000, id: '00000000-0000-7000-8000-000000000000' }
    const plan = await planOf(listCardsStatement({ limit: 21, after }))
    expect(plan).toMatch(/Index Scan using products_list[^]*Index Cond: \(popularity <= 5000\)/)
    expect(plan).not.toMatch(/Seq Scan on (products|skus|sku_prices|stock_units)/)
  })

  it('uses the category index for one category', async () => {
    const plan = await planOf(listServicesStatement({ category: 'kategori-3', limit: 21 }))
    expect(plan).toMatch(/products_category|products_list/)
    expect(plan).not.toMatch(/Seq Scan on (products|skus|sku_prices|stock_units)/)
  })

  it('finds one product by its slug', async () => {
    const plan = await planOf(findServiceStatement('game-50'))
    expect(plan).toContain('products_slug')
    expect(plan).toContain('skus_product')
    expect(plan).toContain('stock_units_free')
    expect(plan).not.toMatch(/Seq Scan on (products|skus|sku_prices|stock_units)/)
  })

  it('can answer a search from the text index', async () => {
    const client = new pg.Client({ connectionString: test.url })
    await client.connect()
    // Two thousand rows are read faster in sequence; what counts is that the index fits the condition.
    await client.query('set enable_seqscan = off')
    await client.query('set role lapak_owner')
    const { rows } = await client.query(
      `explain select id from products where state = 'active' and search @@ to_tsquery('simple', '1234:*')`,
    )
    await client.end()
    expect(JSON.stringify(rows)).toContain('products_search')
    const found = await listServices({ db: test.db }, { q: 'legenda 1234' })
    expect(found.services.map((service) => service.slug)).toEqual(['game-1234'])
  })
})
