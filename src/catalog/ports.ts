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
}

export type CatalogueFailure = { code: 'unreachable' | 'refused' | 'malformed'; detail: string }

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
