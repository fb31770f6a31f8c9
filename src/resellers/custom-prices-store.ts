import type { Database, Statement, Tx } from '#platform/database.ts'

/** Her own price for a product of the feed. */
export type CustomPriceRow = { resellerId: string; productId: string; price: number }

/** Which price, and who touches it. */
export type CustomPriceWrite = CustomPriceRow & { by: string; now: Date }

/** Sets the one price of a pair, or replaces it. Throws a foreign key violation when one side does not exist. */
export async function writeCustomPrice(tx: Tx, write: CustomPriceWrite): Promise<void> {
  await tx.count({
    name: 'resellers_write_custom_price',
    text: `insert into custom_prices (reseller_id, feed_product_id, price, created_at, created_by, updated_at, updated_by)
      values ($1, $2, $3, $4, $5, $4, $5)
      on conflict (reseller_id, feed_product_id) do update set price = excluded.price,
        updated_at = excluded.updated_at, updated_by = excluded.updated_by, removed_at = null`,
    values: [write.resellerId, write.productId, write.price, write.now, write.by],
  })
}

/** Withdraws the price of a pair and returns whether there was one. */
export async function withdrawCustomPrice(
  tx: Tx,
  pair: { resellerId: string; productId: string; by: string; now: Date },
): Promise<boolean> {
  const count = await tx.count({
    name: 'resellers_withdraw_custom_price',
    text: `update custom_prices set removed_at = $3, updated_at = $3, updated_by = $4
      where reseller_id = $1 and feed_product_id = $2 and removed_at is null`,
    values: [pair.resellerId, pair.productId, pair.now, pair.by],
  })
  return count > 0
}

/** The prices of these resellers, in order of product; the primary key leads by reseller. */
export function customPricesOfStatement(resellerIds: readonly string[]): Statement<CustomPriceRow> {
  return {
    name: 'resellers_custom_prices_of',
    text: `select reseller_id as "resellerId", feed_product_id as "productId", price from custom_prices
      where reseller_id = any($1::uuid[]) and removed_at is null order by reseller_id, feed_product_id`,
    values: [resellerIds],
  }
}

/** A price with the ids under which the feed knows both sides. */
export type CustomPriceExportRow = CustomPriceRow & {
  resellerExternalId: string
  updatedAt: Date
  updatedBy: string
}

/** Before every id that can be. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/** All prices in use, page by page in order of the primary key. */
export async function* readCustomPrices(db: Database, pageSize: number): AsyncIterable<CustomPriceExportRow> {
  for (let after = [FIRST_ID, FIRST_ID]; ;) {
    const rows: CustomPriceExportRow[] = await db.once(
      'resellers.read-custom-prices',
      { role: 'worker' },
      {
        name: 'resellers_read_custom_prices',
        text: `select c.reseller_id as "resellerId", c.feed_product_id as "productId", c.price,
            r.external_id as "resellerExternalId", c.updated_at as "updatedAt", c.updated_by as "updatedBy"
          from custom_prices c join resellers r on r.id = c.reseller_id
          where (c.reseller_id, c.feed_product_id) > ($1, $2) and c.removed_at is null
          order by c.reseller_id, c.feed_product_id limit $3`,
        values: [...after, pageSize],
      },
    )
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageSize) return
    after = [last.resellerId, last.productId]
  }
}
