import type { Tx } from '#platform/database.ts'

/** The SKU codes among these whose shelf was ever filled, sold units included. Uses `stock_units_fingerprint`. */
export async function listStockedSkuCodes(tx: Tx, codes: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ code: string }>({
    text: `select s.code from skus s where s.code = any($1::text[])
      and exists (select 1 from stock_units u where u.sku_id = s.id)`,
    values: [codes],
  })
  return rows.map((row) => row.code)
}
