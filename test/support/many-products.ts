import type { Database } from '../../src/platform/database.ts'

/**
 * Fills an empty catalogue: `products` supplier products in ten categories with `skusEach` priced SKUs, and a
 * STOCK product for every fiftieth with 30 free units per SKU. Analyses the tables, so that plans are those of a
 * grown shop.
 */
export async function generateProducts(
  db: Database,
  size: { products: number; skusEach: number },
): Promise<void> {
  await db.transaction('bench.generate-products', { role: 'worker' }, async (tx) => {
    await tx.count({ text: CATEGORIES })
    await tx.count({ text: PRODUCTS, values: [size.products] })
    await tx.count({ text: SKUS, values: [size.skusEach] })
    await tx.count({ text: PRICES })
    await tx.count({ text: BATCHES })
    await tx.count({ text: UNITS })
  })
}

const CATEGORIES = `insert into categories (id, slug, name, name_en, position)
  select gen_random_uuid(), 'kategori-' || n, 'Kategori ' || n, 'Category ' || n, n from generate_series(1, 10) as n`

const PRODUCTS = `insert into products (id, slug, name, publisher, category_id, delivery_kind, image_url, popularity, input_fields)
  select gen_random_uuid(), 'game-' || n, 'Game ' || n || ' Legenda', 'Studio ' || n % 97,
    (select id from categories where slug = 'kategori-' || 1 + n % 10),
    case when n % 50 = 0 then 'STOCK' else 'SUPPLIER' end, '/art/game-' || n || '.svg', n * 7919 % 10007,
    '[{"name":"user_id","label":"User ID","type":"digits","required":true}]'
  from generate_series(1, $1::int) as n`

const SKUS = `insert into skus (id, product_id, code, name, position, available)
  select gen_random_uuid(), p.id, upper(p.slug) || '-' || n, n * 50 || ' Diamonds', n, n % 7 <> 0
  from products p cross join generate_series(1, $1::int) as n`

const PRICES = `insert into sku_prices (sku_id, retail, cost, floor)
  select id, 1000 + position * 500, 900 + position * 450, 900 + position * 460 from skus`

const BATCHES = `insert into stock_batches (id, sku_id, label, actor)
  select gen_random_uuid(), s.id, 'generated', 'test' from skus s join products p on p.id = s.product_id
  where p.delivery_kind = 'STOCK'`

const UNITS = `insert into stock_units (id, sku_id, batch_id, fingerprint, sealed, key_id)
  select gen_random_uuid(), b.sku_id, b.id, sha256((b.id::text || n)::bytea), '\\x00', 'k1'
  from stock_batches b cross join generate_series(1, 30) as n`
