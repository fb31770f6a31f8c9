import type { Result } from '../shared/result.ts'

/**
 * How a supplier can be dealt with, as facts about its protocol. They decide what may follow from a lost answer.
 * `repeatable`: the same call with the same reference buys once, and is its way to tell the state.
 */
export type SupplierTraits = {
  repeatable: boolean
  /** Calls about one purchase must lie this far apart. */
  repeatAfterMs: number
  /** A repeat after so many days would be a new purchase; then a person decides. Infinite without such a limit. */
  repeatableDays: number
  /** The supplier refuses to sell above `maxPrice` by itself. */
  capsPrice: boolean
}

/**
 * What is sent to a supplier for one unit of a line. `reference` is ours: unique per attempt for ever, at most 36
 * signs of letters, digits and hyphens. `maxPrice` is what the unit may cost at most.
 */
export type PurchaseRequest = {
  reference: string
  serviceCode: string
  targetNo: string
  targetZone: string
  maxPrice: number
}

/** How a supplier wants target and zone of an account: apart, in one text with or without a bar, or no zone at all. */
export type TargetForm = 'apart' | 'joined' | 'piped' | 'single'

/**
 * The answer to a purchase call. `unknown` is a first-class outcome: the supplier may or may not have charged us,
 * so it is never repeated and never counted as failed before it was looked up. `price` is 0 when the supplier did not
 * say what it charged. `reason` says why a failed order failed, where the supplier said so. `provisional`: called failed
 * in a way that may still change, so it is believed when the supplier says so again. `lacksBalance`: refused because our
 * balance there does not suffice.
 */
export type PlaceOutcome =
  | {
      kind: 'accepted'
      supplierRef: string
      state: SupplierState
      price: number
      note: string
      reason?: RefusalReason
      provisional?: boolean
    }
  | { kind: 'refused'; reason: RefusalReason; detail: string; lacksBalance?: boolean }
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
  /** Why it failed, where the supplier said so. */
  reason?: RefusalReason
  note: string
  price: number
}

export type SupplierFailure = { code: 'unreachable' | 'refused' | 'malformed'; detail: string }

/**
 * A host-to-host supplier. One that is `repeatable` is asked about a purchase by `place` with the very same request;
 * the others know no reference of ours, so that purchases in doubt are found in their list of recent orders.
 */
export type Supplier = {
  id: string
  traits: SupplierTraits
  place(request: PurchaseRequest): Promise<PlaceOutcome>
  /** The order with the supplier's own reference, or undefined when it does not know it. Not for repeatable ones. */
  findOrder(supplierRef: string): Promise<Result<SupplierOrder | undefined, SupplierFailure>>
  /** Newest orders first; empty where suppliers have no such list. */
  listRecentOrders(limit: number): Promise<Result<SupplierOrder[], SupplierFailure>>
  fetchBalance(): Promise<Result<number, SupplierFailure>>
  /** Reads a webhook body; the order it names, or why it is not believed. It is a hint only. */
  readMessage(rawBody: Buffer, headers: Headers): Result<SupplierMessage, { code: 'forged' | 'malformed' }>
}

/** Which purchase a supplier's message is about: by its own reference or by ours. */
export type SupplierMessage = { supplierRef?: string; reference?: string; claimedState: string }

/** How an account of an invite provider is reached: its public id there, and what was sealed. */
export type InviteAccount = { id: string; externalId: string; credential: string }

/** What one plan of a provider asks for: who is invited, to what, under which reference of ours. */
export type InviteRequest = { reference: string; plan: string; email: string }

/**
 * Why an invite was refused. `target`: this address can never be invited. `quota`: not today. `full`: no seat left.
 * `banned` and `credential`: the account is of no use any more, or until somebody mends it. `throttled`: later.
 */
export type InviteRefusal = 'target' | 'quota' | 'full' | 'banned' | 'credential' | 'throttled' | 'other'

/** What came of an invite call. As with purchases, `unknown` is looked up and never counted as failed. */
export type InviteOutcome =
  | { kind: 'sent'; providerRef: string; state: MembershipState; expiresAt?: Date }
  | { kind: 'refused'; reason: InviteRefusal; detail: string; retryAt?: Date }
  | { kind: 'not_sent'; detail: string }
  | { kind: 'unknown'; detail: string }

/** `invited`: the buyer has to accept. `joined`: the buyer has what was paid for. `gone`: neither. */
export type MembershipState = 'invited' | 'joined' | 'gone'

/** A seat of an account in use, as the provider shows it. */
export type Membership = { providerRef: string; email: string; state: MembershipState; since?: Date }

/** How an account stands at its provider. `seats` without those of its owner. */
export type AccountHealth =
  | { state: 'healthy'; seats: number; used: number; invitesLeftToday?: number }
  | { state: 'banned'; detail: string }
  | { state: 'credential_refused'; detail: string }

export type InviteFailure = { code: 'unreachable' | 'refused' | 'malformed'; detail: string }

/** A provider of memberships by invite. One adapter each; one contract suite runs against all of them. */
export type InviteProvider = {
  id: string
  /** Seconds from an invite to the mail in the buyer's inbox, usually. */
  usualSeconds: number
  invite(account: InviteAccount, request: InviteRequest): Promise<InviteOutcome>
  /** The membership of an address or of the provider's reference, or undefined; the answer to a lost answer. */
  find(
    account: InviteAccount,
    wanted: { email: string; providerRef?: string },
  ): Promise<Result<Membership | undefined, InviteFailure>>
  /** Takes the seat back. Repeating it is harmless; one that is gone already is done. */
  remove(
    account: InviteAccount,
    wanted: { email: string; providerRef: string },
  ): Promise<Result<void, InviteFailure>>
  inspect(account: InviteAccount): Promise<Result<AccountHealth, InviteFailure>>
}
