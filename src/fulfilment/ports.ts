import type { Result } from '../shared/result.ts'

/** What is sent to a supplier for one unit of a line. */
export type PurchaseRequest = { serviceCode: string; targetNo: string; targetZone: string }

/**
 * The answer to a purchase call. `unknown` is a first-class outcome: the supplier may or may not have charged us,
 * so it is never repeated and never counted as failed before it was looked up. `price` is 0 when the supplier did not
 * say what it charged.
 */
export type PlaceOutcome =
  | { kind: 'accepted'; supplierRef: string; state: SupplierState; price: number; note: string }
  | { kind: 'refused'; reason: RefusalReason; detail: string }
  | { kind: 'not_sent'; detail: string }
  | { kind: 'unknown'; detail: string }

/** `account`: our credentials, balance or IP; pause instead of failing buyers' orders. */
export type RefusalReason = 'target' | 'unavailable' | 'account' | 'throttled' | 'other'

export type SupplierState = 'pending' | 'success' | 'failed'

/** One row of the supplier's order list. It carries no time and no reference of ours. */
export type SupplierOrder = {
  supplierRef: string
  targetNo: string
  targetZone: string
  displayName: string
  state: SupplierState
  /** True when the supplier's word for the state is not known to us: treated as pending, with an alert. */
  unfamiliarState: boolean
  note: string
  price: number
}

export type SupplierFailure = { code: 'unreachable' | 'refused' | 'malformed'; detail: string }

/** A host-to-host supplier without client references: purchases in doubt are found in its list of recent orders. */
export type Supplier = {
  id: string
  place(request: PurchaseRequest): Promise<PlaceOutcome>
  /** The order with this reference, or undefined when the supplier does not know it. */
  findOrder(supplierRef: string): Promise<Result<SupplierOrder | undefined, SupplierFailure>>
  /** Newest orders first. */
  listRecentOrders(limit: number): Promise<Result<SupplierOrder[], SupplierFailure>>
  fetchBalance(): Promise<Result<number, SupplierFailure>>
  /** Reads a webhook body; the order it names, or why it is not believed. It is a hint only. */
  readMessage(
    rawBody: Buffer,
    headers: Headers,
  ): Result<{ supplierRef: string; claimedState: string }, { code: 'forged' | 'malformed' }>
}
