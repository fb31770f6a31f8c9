import { feedProductStream, SUPPLIER_PULL_MINUTES, supplierStream, type SupplierStreamDeps } from '#catalog'
import type { Suppliers } from '#fulfilment'
import { repriceSkus } from '#pricing'
import { resellerStream } from '#resellers'
import { defineStream, imageStream, type Connection, type ImageDeps } from '#sync'
import type { FeedProduct, SupplierCatalogue } from '../catalog/ports.ts'
import type { FeedReseller } from '../resellers/ports.ts'
import type { InboundSource } from '../sync/ports.ts'

/** What is new in the feed is on show within a quarter of an hour. */
const FEED_CHANGES_MINUTES = 15
/** Only a complete run finds what is gone. */
const FEED_FULL_MINUTES = 1_440

/** The lists of the external feed. */
export type FeedSources = {
  products: InboundSource<FeedProduct>
  resellers: InboundSource<FeedReseller>
}

/** What the configured systems are, as ports; `feed` is null when there is none. */
export type SyncedSystems = ImageDeps & {
  feed: FeedSources | null
  suppliers: Suppliers
  catalogues: ReadonlyMap<string, SupplierCatalogue>
}

/** Every external system that is synchronised, by name. */
export function syncConnections(systems: SyncedSystems): Map<string, Connection> {
  const suppliers = [...systems.catalogues.values()].map((catalogue) =>
    supplierConnection(systems, catalogue),
  )
  const connections = [
    ...(systems.feed === null ? [] : [feedConnection(systems, systems.feed)]),
    ...suppliers,
  ]
  return new Map(connections.map((connection) => [connection.name, connection]))
}

/** Resellers and products of the feed, and the pictures that they name. */
function feedConnection(systems: SyncedSystems, feed: FeedSources): Connection {
  return {
    name: 'feed',
    streams: [
      defineStream(resellerStream(feed.resellers)),
      defineStream(feedProductStream(feed.products)),
      imageStream(systems),
    ],
    schedules: [
      { mode: 'changes', everyMinutes: FEED_CHANGES_MINUTES },
      { mode: 'full', everyMinutes: FEED_FULL_MINUTES },
    ],
  }
}

/** A supplier's offers; sold only when purchases of it can be placed. */
function supplierConnection(systems: SyncedSystems, catalogue: SupplierCatalogue): Connection {
  const deps: SupplierStreamDeps = {
    log: systems.log,
    reprice: repriceSkus,
    orderable: systems.suppliers.has(catalogue.supplier),
  }
  return {
    name: catalogue.supplier,
    streams: [supplierStream(deps, catalogue)],
    schedules: [{ mode: 'full', everyMinutes: SUPPLIER_PULL_MINUTES }],
  }
}
