import { seedDemo } from '#catalog'
import { importStock } from '#fulfilment'
import { setFirstPrices } from '#pricing'
import type { Shop } from './shop.ts'

/** What filling a demo shop did: its products, and the codes that this call put on the shelf. */
export type SeedReport = { products: number; stockUnits: number }

/** Fills a shop with demonstration products, prices and made-up codes. What exists stays as it is. */
export async function fillWithDemo(shop: Shop): Promise<SeedReport> {
  let stockUnits = 0
  const { products } = await seedDemo({
    ...shop,
    setFirstPrices,
    importStock: async (skuCode, csv) => {
      const imported = await importStock(shop, skuCode, csv, 'demo')
      if (imported.ok) stockUnits += imported.value.imported
    },
  })
  return { products, stockUnits }
}
