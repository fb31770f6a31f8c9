import type { FeedProduct } from '../../catalog/ports.ts'
import type { FeedReseller } from '../../resellers/ports.ts'
import { ok } from '../../shared/result.ts'
import type { InboundSource } from '../../sync/ports.ts'
import { createFeedApi, type FeedOptions } from './feed-api.ts'
import { readProduct } from './read-product.ts'
import { readReseller, withoutPrivateData } from './read-reseller.ts'

export type { FeedOptions } from './feed-api.ts'

/** One resellers-and-products feed, seen as the two lists it has. */
export type Feed = { products: InboundSource<FeedProduct>; resellers: InboundSource<FeedReseller> }

/** Connects one feed to the ports of catalog and resellers. Nothing is sent before the first call. */
export function createFeed(options: FeedOptions): Feed {
  const api = createFeedApi(options)
  return {
    products: {
      fetchPage: (request) => api.fetchPage('/apis/product/get', request),
      read: readProduct,
    },
    resellers: {
      async fetchPage(request) {
        const page = await api.fetchPage('/apis/reseller/get', request)
        return page.ok ? ok({ ...page.value, rows: page.value.rows.map(withoutPrivateData) }) : page
      },
      read: readReseller,
    },
  }
}
