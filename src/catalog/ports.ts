import type { Result } from '../shared/result.ts'
import type { AccountCheck } from './service-view.ts'

/** One row of a supplier's catalogue, already in our terms. `cost` is what this account pays, in whole rupiah. */
export type OfferRow = {
  code: string
  /** The supplier's grouping, for example "Mobile Legends A". */
  family: string
  name: string
  /** The text the supplier uses for this row in orders and status lists. */
  displayName: string
  cost: number
  route: string
  available: boolean
  /** The daily pause in which the supplier does not deliver; absent when there is none. */
  cutOff?: CutOff
  /** How the supplier wants account and zone of a buyer: apart unless it says otherwise. */
  targetForm?: 'apart' | 'joined' | 'piped' | 'single'
  /** Why the supplier's row cannot be read; everything but a legible `code` is then a placeholder. */
  garbled?: { fault: string; raw: unknown }
}

/** Minutes of the day in Asia/Jakarta, end excluded; a window may cross midnight. */
export type CutOff = { start: number; end: number }

/** `throttled`: asked too often; the list may be asked for again after `retryAfterMs`. */
export type CatalogueFailure =
  | { code: 'unreachable' | 'refused' | 'malformed'; detail: string }
  | { code: 'throttled'; detail: string; retryAfterMs: number }

/** A supplier whose catalogue can be pulled as one list. */
export type SupplierCatalogue = {
  supplier: string
  /** All offers, or why there are none. An empty list is an answer; whether to believe it is the caller's decision. */
  fetchOffers(): Promise<Result<OfferRow[], CatalogueFailure>>
  /** The prepaid balance with the supplier in whole rupiah, or why it is not known. */
  fetchBalance(): Promise<Result<{ balance: number; tier: string }, CatalogueFailure>>
}

/** Looks up the name behind a game account. Answers `valid: null` when it cannot tell; never throws. */
export type AccountChecker = {
  checkAccount(request: { code: string; target: string; zone: string }): Promise<AccountCheck>
}

/** A product of the external feed. Prices are whole rupiah; null where the feed gives none. */
export type FeedProduct = {
  name: string
  /** The feed's own; null when it has none. */
  slug: string | null
  description: string
  registrationNumber: string | null
  priceGeneral: number | null
  priceConsultant: number | null
  priceSupervisor: number | null
  priceManager: number | null
  priceDirector: number | null
  /** As the feed wrote it; whether it may be fetched is decided where it is fetched. */
  pictureUrl: string | null
  /** What the picture shows, in the feed's words; null: the product's name says it. */
  pictureAlt: string | null
}
