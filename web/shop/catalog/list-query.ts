import type { DeliveryKind, ServiceQuery } from '../../../src/catalog/service-view.ts'

/** Products on one page of the list: six rows of four, twelve of two. */
const PAGE_SIZE = 24
/** A search longer than this is not a search. */
const MAX_QUERY_LENGTH = 80

/** Delivery kinds in the order their filters appear. */
export const DELIVERY_KINDS = ['SUPPLIER', 'STOCK', 'INVITE'] as const satisfies readonly DeliveryKind[]

/** What the address of a product list asks for; unknown values are ignored. */
export function parseListQuery(params: URLSearchParams): ServiceQuery {
  const query: ServiceQuery = { limit: PAGE_SIZE }
  const q = params.get('q')?.trim().slice(0, MAX_QUERY_LENGTH)
  const category = params.get('category')
  const type = DELIVERY_KINDS.find((kind) => kind === params.get('type'))
  const cursor = params.get('cursor')
  if (q) query.q = q
  if (category) query.category = category
  if (type) query.type = type
  if (cursor) query.cursor = cursor
  return query
}

/** The address of a product list; `change` replaces filters, an undefined one is removed. The cursor never survives a change of filters. */
export function listPath(
  query: ServiceQuery,
  change: Partial<Record<'category' | 'type' | 'q' | 'cursor', string | undefined>>,
): string {
  const { q, category, type } = query
  const wanted = { q, category, type, ...change }
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(wanted)) if (value) params.set(name, value)
  const search = params.toString()
  return search ? `/products?${search}` : '/products'
}
