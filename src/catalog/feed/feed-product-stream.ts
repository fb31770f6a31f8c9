import { wantImages, type PullStream } from '#sync'
import type { InboundSource } from '../../sync/ports.ts'
import type { FeedProduct } from '../ports.ts'
import {
  insertFeedProducts,
  loadFeedProducts,
  retireFeedProducts,
  updateFeedProducts,
} from './feed-products-store.ts'

/**
 * The feed's products flowing into `feed_products`. The feed decides every field; what it does not have any more is
 * taken out of use and kept, as custom prices may refer to it.
 */
export function feedProductStream(source: InboundSource<FeedProduct>): PullStream<FeedProduct> {
  return {
    kind: 'pull',
    name: 'products',
    entity: 'product',
    mappingVersion: 1,
    fields: {
      name: 'source',
      slug: 'source',
      description: 'source',
      registrationNumber: 'source',
      priceGeneral: 'source',
      priceConsultant: 'source',
      priceSupervisor: 'source',
      priceManager: 'source',
      priceDirector: 'source',
      pictureUrl: 'source',
      pictureAlt: 'source',
    },
    source,
    hasChanges: true,
    load: loadFeedProducts,
    async write(tx, rows, { now }) {
      const added = rows.filter((row) => row.isNew)
      const changed = rows.filter((row) => !row.isNew)
      // Sent together: they share a round trip.
      await Promise.all([
        added.length > 0 ? insertFeedProducts(tx, added, now) : undefined,
        changed.length > 0 ? updateFeedProducts(tx, changed, now) : undefined,
        wantImages(tx, rows.flatMap(pictureOf)),
      ])
    },
    async remove(tx, localIds, { now }) {
      await retireFeedProducts(tx, localIds, now)
    },
  }
}

/** The picture of a record, with the feed's own words for it or the name. */
function pictureOf({ value }: { value: FeedProduct }): { url: string; alt: string }[] {
  return value.pictureUrl === null ? [] : [{ url: value.pictureUrl, alt: value.pictureAlt ?? value.name }]
}
