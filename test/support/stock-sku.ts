import { randomUUID } from 'node:crypto'
import type { App } from '../../src/app.ts'
import { queryAs } from './test-database.ts'

/** A product that is sold from the shelf. */
export type StockSku = { skuId: string; code: string; price: number }

/**
 * Adds a product with one priced SKU whose codes come from our own stock, and imports `codes` for it.
 */
export async function createStockSku(
  shop: { app: App; database: { url: string } },
  codes: readonly string[],
  price = 10_000,
): Promise<StockSku> {
  const skuId = randomUUID()
  const code = `STOCK-${skuId.slice(0, 8).toUpperCase()}`
  await queryAs(shop.database.url, INSERT, [
    randomUUID(),
    randomUUID(),
    skuId,
    code,
    code.toLowerCase(),
    price,
  ])
  if (codes.length > 0) {
    const imported = await shop.app.operator.importStock(code, `code\n${codes.join('\n')}\n`, 'test')
    if (!imported.ok || imported.value.imported !== codes.length) throw new Error(JSON.stringify(imported))
  }
  return { skuId, code, price }
}

const INSERT = `with category as (
    insert into categories (id, slug, name, name_en) values ($1, $5, 'Uji', 'Test') returning id
  ), product as (
    insert into products (id, slug, name, category_id, delivery_kind, image_url)
    select $2, $5, 'Kode ' || $4, id, 'STOCK', '/art/a.svg' from category returning id
  ), sku as (
    insert into skus (id, product_id, code, name, available) select $3, id, $4, 'Satu kode', true from product returning id
  )
  insert into sku_prices (sku_id, retail, cost, floor) select id, $6, null, 0 from sku`

/** Codes that are easy to find again, numbered from 1. */
export function markedCodes(mark: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${mark}-${String(index + 1).padStart(5, '0')}`)
}
