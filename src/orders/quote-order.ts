import { listPaymentMethods, type PaymentGateways } from '#payments'
import type { Database } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { parseQuoteRequest } from './order-request.ts'
import type { OrderRefusal, Quote } from './order-view.ts'
import { priceItems, toQuoteLines, type PricedItems } from './price-items.ts'

/** What quoting needs. */
export type QuoteDeps = { db: Database; gateways: PaymentGateways }

/** Prices and payment methods for what would be bought. Reserves nothing, writes nothing. */
export async function quoteOrder(deps: QuoteDeps, body: unknown): Promise<Result<Quote, OrderRefusal>> {
  const request = parseQuoteRequest(body)
  if (!request.ok) return err({ code: 'invalid_request', errors: request.error.errors })
  const priced = await deps.db.transaction('orders.quote', { role: 'web' }, (tx) =>
    priceItems(tx, request.value.items, false),
  )
  return priced.ok ? ok(quoteOf(deps.gateways, priced.value)) : priced
}

/** The quote for priced items: totals and every payment method with what it would cost. */
export function quoteOf(gateways: PaymentGateways, priced: PricedItems): Quote {
  const { items, subtotal } = priced
  return {
    lines: toQuoteLines(items),
    subtotal,
    discount: 0,
    pointsValue: 0,
    fee: 0,
    total: subtotal,
    methods: listPaymentMethods(gateways, subtotal),
  }
}
