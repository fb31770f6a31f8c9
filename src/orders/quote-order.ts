import { loadMethods, offerMethods, type MethodsDeps, type PaymentMethod } from '#payments'
import { err, ok, type Result } from '#shared/result.ts'
import { parseQuoteRequest } from './order-request.ts'
import type { OrderRefusal, Quote } from './order-view.ts'
import { priceItems, toQuoteLines, type PricedItems } from './price-items.ts'

/** What quoting needs. */
export type QuoteDeps = MethodsDeps

/** Prices and payment methods for what would be bought. Reserves nothing, writes nothing. */
export async function quoteOrder(deps: QuoteDeps, body: unknown): Promise<Result<Quote, OrderRefusal>> {
  const request = parseQuoteRequest(body)
  if (!request.ok) return err({ code: 'invalid_request', errors: request.error.errors })
  const { items, paymentMethod } = request.value
  const loading = loadMethods(deps)
  loading.catch(() => undefined)
  const priced = await deps.db.transaction('orders.quote', { role: 'web' }, (tx) =>
    priceItems(tx, items, false),
  )
  return priced.ok ? ok(quoteOf(await loading, priced.value, paymentMethod)) : priced
}

/** The quote for priced items: every way to pay with what it costs, and the totals with the one that was chosen. */
export function quoteOf(
  methods: readonly PaymentMethod[],
  priced: PricedItems,
  chosen: string | undefined,
): Quote {
  const { items, subtotal } = priced
  const offers = offerMethods(methods, subtotal)
  const fee = offers.find((offer) => offer.method === chosen)?.fee ?? 0
  return {
    lines: toQuoteLines(items),
    subtotal,
    discount: 0,
    pointsValue: 0,
    fee,
    total: subtotal + fee,
    methods: offers,
  }
}
