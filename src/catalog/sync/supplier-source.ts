import type { InboundSource, SourceFailure } from '../../sync/ports.ts'
import { err, ok } from '#shared/result.ts'
import type { CatalogueFailure, SupplierCatalogue } from '../ports.ts'
import { checkOffer } from './check-offer.ts'
import { toOfferValue, type OfferValue } from './offer-value.ts'

/** A supplier's list as a source of one page. Suppliers tell no time of change, so every offer is compared. */
export function supplierSource(catalogue: SupplierCatalogue, orderable: boolean): InboundSource<OfferValue> {
  return {
    async fetchPage() {
      const fetched = await catalogue.fetchOffers()
      return fetched.ok ? ok({ rows: fetched.value, next: null }) : err(toSourceFailure(fetched.error))
    },
    read(raw) {
      const checked = checkOffer(raw)
      if (!checked.ok) {
        const { code, detail } = checked.error
        return err({ code: 'row_rejected', detail, ...(code === undefined ? {} : { externalId: code }) })
      }
      const { value: row } = checked
      return ok({ externalId: row.code, version: null, value: toOfferValue(row, orderable) })
    },
  }
}

function toSourceFailure(failure: CatalogueFailure): SourceFailure {
  const { detail } = failure
  if (failure.code === 'throttled') return { code: 'throttled', detail, retryAfterMs: failure.retryAfterMs }
  if (failure.code === 'refused') return { code: 'account', detail }
  return { code: failure.code === 'malformed' ? 'malformed' : 'transient', detail }
}
