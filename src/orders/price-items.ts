import { loadSkusForOrder, type OrderSku } from '#catalog'
import type { Tx } from '#platform/database.ts'
import { multiplyRupiah, rupiah, sumRupiah, type Rupiah } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { fieldError } from './field-errors.ts'
import { checkLineInput, type LineInput } from './line-input.ts'
import type { OrderItemRequest, OrderRefusal, QuoteLine } from './order-view.ts'

/** Units of one supplier line: each is a purchase of its own, and a typing error must not buy a hundred. */
export const MAX_SUPPLIER_QUANTITY = 10

/** A requested item with its SKU and its price as it would be charged now. */
export type PricedItem = {
  sku: OrderSku
  quantity: number
  unitPrice: Rupiah
  total: Rupiah
  input: LineInput
}

/** Items with their prices and the sum, in whole rupiah. */
export type PricedItems = { items: PricedItem[]; subtotal: Rupiah }

/**
 * Prices the requested items from the database; nothing of the price comes from the request. With `checkInput` false
 * the buyer's fields are not looked at (a quote before they are filled in).
 */
export async function priceItems(
  tx: Tx,
  requested: readonly OrderItemRequest[],
  checkInput: boolean,
): Promise<Result<PricedItems, OrderRefusal>> {
  const skus = new Map(
    (
      await loadSkusForOrder(
        tx,
        requested.map((item) => item.sku),
      )
    ).map((sku) => [sku.code, sku]),
  )
  return priceAgainst(skus, requested, checkInput)
}

/** Prices items against loaded SKUs. Unknown SKUs are told before unavailable ones, those before wrong input. */
export function priceAgainst(
  skus: ReadonlyMap<string, OrderSku>,
  requested: readonly OrderItemRequest[],
  checkInput: boolean,
): Result<PricedItems, OrderRefusal> {
  const at = requested.map((item, index) => ({ item, index, sku: skus.get(item.sku) }))
  const unknown = at.filter(({ sku }) => sku === undefined)
  if (unknown.length > 0) {
    return err({
      code: 'sku_unknown',
      errors: unknown.map(({ index }) => fieldError(`/items/${index}/sku`, 'sku_unknown')),
    })
  }
  const gone = at.filter(({ sku }) => sku === undefined || !isSellable(sku))
  if (gone.length > 0) {
    return err({
      code: 'sku_unavailable',
      errors: gone.map(({ index }) => fieldError(`/items/${index}/sku`, 'sku_unavailable')),
    })
  }
  const items: PricedItem[] = []
  const errors = at.flatMap(({ item, index, sku }) => {
    if (sku?.price == null) return []
    const unitPrice = rupiah(sku.price)
    const input = checkInput
      ? checkLineInput(sku.inputFields, item.input ?? {}, `/items/${index}/input`)
      : { input: {}, shown: [], errors: [] }
    items.push({
      sku,
      quantity: item.quantity,
      unitPrice,
      total: multiplyRupiah(unitPrice, item.quantity),
      input,
    })
    const tooMany = sku.deliveryKind === 'SUPPLIER' && item.quantity > MAX_SUPPLIER_QUANTITY
    return tooMany
      ? [...input.errors, fieldError(`/items/${index}/quantity`, 'quantity_too_high')]
      : input.errors
  })
  if (errors.length > 0) return err({ code: 'invalid_request', errors })
  return ok({ items, subtotal: sumRupiah(items.map((item) => item.total)) })
}

function isSellable(sku: OrderSku): boolean {
  return sku.available && sku.price !== null && sku.state === 'active' && sku.productState === 'active'
}

/** The lines as a quote or a created order shows them. */
export function toQuoteLines(items: readonly PricedItem[]): QuoteLine[] {
  return items.map(({ sku, quantity, unitPrice, total }) => ({
    sku: sku.code,
    name: sku.name,
    product: sku.productName,
    quantity,
    unitPrice,
    total,
  }))
}
