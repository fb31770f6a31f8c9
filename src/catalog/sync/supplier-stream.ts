import type { PullStream, Stream } from '#sync'
import type { SupplierCatalogue } from '../ports.ts'
import { applyOffers, dropOffers, type ApplyDeps } from './apply-offers.ts'
import { OFFER_FIELDS, type OfferValue } from './offer-value.ts'
import { loadOfferValues } from './offers-store.ts'
import { supplierSource } from './supplier-source.ts'

/** `orderable`: whether purchases of this supplier can be placed; its offers are sold and priced by only then. */
export type SupplierStreamDeps = ApplyDeps & { orderable: boolean }

/** Below every supplier's own limit for lists; a stricter one answers `throttled` and is waited for. */
const CALLS_PER_SECOND = 1
const BURST = 2

/**
 * The stream `offers` of one supplier: its catalogue as offers, and their SKUs, availability and prices in the same
 * transaction. A changed `orderable` counts as a change of every offer.
 */
export function supplierStream(deps: SupplierStreamDeps, catalogue: SupplierCatalogue): Stream {
  return offerStream(deps, catalogue)
}

/** The same with its type. */
export function offerStream(deps: SupplierStreamDeps, catalogue: SupplierCatalogue): PullStream<OfferValue> {
  return {
    kind: 'pull',
    name: 'offers',
    entity: 'offer',
    mappingVersion: 2,
    fields: OFFER_FIELDS,
    source: supplierSource(catalogue, deps.orderable),
    hasChanges: false,
    rate: { key: catalogue.supplier, perSecond: CALLS_PER_SECOND, burst: BURST },
    load: loadOfferValues,
    write: (tx, rows, context) => applyOffers(deps, tx, rows, context),
    remove: (tx, ids, context) => dropOffers(deps, tx, ids, context),
  }
}
