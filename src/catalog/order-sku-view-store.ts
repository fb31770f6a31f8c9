import type { Tx } from '#platform/database.ts'
import { FREE_UNITS, SKU_AVAILABLE } from './catalog-view-store.ts'
import type { DeliveryKind, InputField } from './service-view.ts'

/** A SKU as an order needs it. `price` is null while it has none; `available` is what buyers were shown. */
export type OrderSku = {
  skuId: string
  code: string
  name: string
  state: 'active' | 'hidden'
  available: boolean
  price: number | null
  productId: string
  productName: string
  productSlug: string
  productState: 'active' | 'hidden'
  deliveryKind: DeliveryKind
  inputFields: InputField[]
}

/** The form of a SKU code, as the table checks it. */
const SKU_CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/**
 * The SKUs with these codes, in no particular order; unknown ones are left out, and to a visitor hidden ones are
 * unknown. Takes no locks. Uses `skus_code`, `products_pkey`, `sku_prices_pkey`, and `stock_units_free` for STOCK.
 */
export function loadSkusForOrder(tx: Tx, codes: readonly string[]): Promise<OrderSku[]> {
  return tx.rows<OrderSku>({
    name: 'catalog_skus_for_order',
    text: `select s.id as "skuId", s.code, s.name, s.state, coalesce(${SKU_AVAILABLE}, false) as available,
        r.retail as price, p.id as "productId", p.name as "productName", p.slug as "productSlug",
        p.state as "productState", p.delivery_kind as "deliveryKind", p.input_fields as "inputFields"
      from skus s
      join products p on p.id = s.product_id
      left join sku_prices r on r.sku_id = s.id
      cross join lateral (select ${FREE_UNITS} as free offset 0) as shelf
      where s.code = any($1::text[])`,
    values: [codes.filter((code) => SKU_CODE.test(code))],
  })
}
