import { bumpTags } from '#platform/cache-tags.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { CATALOG_TAG } from '../catalog-reads.ts'
import { createProducts, createSkus, findProductIds, findSkus, type ProductWrite } from '../products-store.ts'
import { searchWords } from '../product-search.ts'
import { ensureCategories } from '../sync/place-offers.ts'
import { listStockedSkuCodes } from './demo-view-store.ts'
import { demoCodes } from './demo-codes.ts'
import { DEMO_INVITE_PRODUCTS, EMAIL_FIELD } from './demo-invites.ts'
import { DEMO_PRODUCTS, type DemoProduct } from './demo-products.ts'

export type SeedDeps = {
  db: Database
  clock: Clock
  /** Gives SKUs without a price their first one; pricing's part, handed in by the composition root. */
  setFirstPrices(tx: Tx, prices: readonly { skuId: string; retail: number }[], now: Date): Promise<unknown>
  /** Puts codes on the shelf; fulfilment's part. Without it the products start sold out. */
  importStock?: (skuCode: string, csv: string) => Promise<unknown>
}

const SOURCE = 'demo'
const ALL_PRODUCTS = [...DEMO_PRODUCTS, ...DEMO_INVITE_PRODUCTS]

/**
 * Fills a shop with the demonstration products, their prices and made-up codes. What exists stays as it is, so
 * that it can run at every start; a shelf that was ever filled is not filled again. Returns the numbers of
 * products and of SKUs that received codes.
 */
export async function seedDemo(deps: SeedDeps): Promise<{ products: number; stocked: number }> {
  const now = deps.clock.now()
  const shelved = await deps.db.transaction('catalog.seed-demo', { role: 'worker' }, async (tx) => {
    await ensureCategories(tx)
    await createProducts(tx, ALL_PRODUCTS.map(toProductWrite), now)
    const productIds = await findProductIds(
      tx,
      SOURCE,
      ALL_PRODUCTS.map((product) => product.slug),
    )
    const skus = ALL_PRODUCTS.flatMap((product) => toSkuWrites(product, productIds.get(product.slug)))
    await createSkus(tx, skus, now)
    const found = await findSkus(
      tx,
      skus.map((sku) => sku.code),
    )
    const prices = ALL_PRODUCTS.flatMap((product) => product.skus).flatMap((sku) => {
      const skuId = found.get(sku.code)?.id
      return skuId === undefined ? [] : [{ skuId, retail: sku.price }]
    })
    await deps.setFirstPrices(tx, prices, now)
    const stocked = await listStockedSkuCodes(
      tx,
      skus.map((sku) => sku.code),
    )
    await bumpTags(tx, [CATALOG_TAG])
    return new Set(stocked)
  })
  const stocked = deps.importStock === undefined ? 0 : await fillShelves(deps.importStock, shelved)
  return { products: ALL_PRODUCTS.length, stocked }
}

async function fillShelves(
  importStock: (skuCode: string, csv: string) => Promise<unknown>,
  shelved: ReadonlySet<string>,
): Promise<number> {
  let filled = 0
  for (const sku of DEMO_PRODUCTS.flatMap((product) => product.skus)) {
    const csv = demoCodes(sku.code, sku.stock)
    if (csv === '' || shelved.has(sku.code)) continue
    await importStock(sku.code, csv)
    filled += 1
  }
  return filled
}

function toProductWrite(product: DemoProduct): ProductWrite {
  const isInvite = DEMO_INVITE_PRODUCTS.includes(product)
  return {
    ...product,
    id: newId(),
    deliveryKind: isInvite ? 'INVITE' : 'STOCK',
    imageUrl: `/art/${product.slug}.svg`,
    inputFields: isInvite ? [EMAIL_FIELD] : [],
    nicknameCode: null,
    source: SOURCE,
    sourceKey: product.slug,
    searchWords: searchWords(product.name, product.publisher, product.alsoCalled),
  }
}

function toSkuWrites(product: DemoProduct, productId: string | undefined) {
  if (productId === undefined) return []
  return product.skus.map((sku, index) => ({
    id: newId(),
    productId,
    code: sku.code,
    name: sku.name,
    group: sku.group ?? null,
    position: (index + 1) * 10,
    available: true,
  }))
}
