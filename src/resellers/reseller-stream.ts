import { wantImages, type PullStream } from '#sync'
import type { InboundSource } from '../sync/ports.ts'
import type { FeedReseller } from './ports.ts'
import { insertResellers, loadResellers, retireResellers, updateResellers } from './resellers-store.ts'

/**
 * The feed's resellers flowing into `resellers`. The feed decides every field; who is not in it any more is taken out
 * of use and kept with her prices.
 */
export function resellerStream(source: InboundSource<FeedReseller>): PullStream<FeedReseller> {
  return {
    kind: 'pull',
    name: 'resellers',
    entity: 'reseller',
    mappingVersion: 1,
    fields: {
      name: 'source',
      phone: 'source',
      area: 'source',
      level: 'source',
      uplineExternalId: 'source',
      facebook: 'source',
      instagram: 'source',
      isEnabled: 'source',
      pictureUrl: 'source',
      pictureAlt: 'source',
    },
    source,
    hasChanges: true,
    load: loadResellers,
    async write(tx, rows, { now }) {
      const added = rows.filter((row) => row.isNew)
      const changed = rows.filter((row) => !row.isNew)
      // Sent together: they share a round trip.
      await Promise.all([
        added.length > 0 ? insertResellers(tx, added, now) : undefined,
        changed.length > 0 ? updateResellers(tx, changed, now) : undefined,
        wantImages(tx, rows.flatMap(pictureOf)),
      ])
    },
    async remove(tx, localIds, { now }) {
      await retireResellers(tx, localIds, now)
    },
  }
}

/** The picture of a record, with the feed's own words for it or the name. */
function pictureOf({ value }: { value: FeedReseller }): { url: string; alt: string }[] {
  return value.pictureUrl === null ? [] : [{ url: value.pictureUrl, alt: value.pictureAlt ?? value.name }]
}
