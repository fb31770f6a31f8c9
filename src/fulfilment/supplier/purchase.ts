import type { Database, Tx } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import type { KeyRing } from '#platform/sealing.ts'
import type { PurchaseRequest, Supplier, TargetForm } from '../ports.ts'
import type { PurchaseState } from './purchase-states.ts'
import { formTarget } from './target-form.ts'
import type { PurchaseTiming } from './purchase-timing.ts'

/** One attempt to buy one unit (slot) of a line, with what is known about its line and its offer now. */
export type Purchase = {
  id: string
  line_id: string
  slot: number
  attempt: number
  supplier: string
  offer_id: string
  service_code: string
  expected_name: string
  target_no: string
  target_zone: string
  expected_cost: number
  /** Ours, sent with every call about it. */
  reference: string
  /** What was sent as the most it may cost; null before. */
  max_price: number | null
  target_form: TargetForm
  /** What its supplier is scored by for this SKU. */
  family: string
  state: PurchaseState
  supplier_ref: string | null
  price: number | null
  balance_before: number | null
  fence: number
  next_check_at: Date | null
  checks: number
  /** The time for which sending was planned has come. */
  may_be_sent: boolean
  /** Since the next look was due; below 0 when that time lies ahead. This and the other ages by the database's clock. */
  due_for_ms: number | null
  sent_for_ms: number | null
  unknown_for_ms: number | null
  /** Since the last call about it. */
  asked_for_ms: number | null
  /** Since the first attempt for this slot and target was intended. */
  wanted_for_ms: number
  line_state: string
  unit_price: number
  /** What a unit may cost so that the least margin of the price that was paid stays. */
  max_cost: number
  supplier_paused: boolean
  /** Its supplier failed too often of late, and it is not the purchase that tries again. */
  circuit_open: boolean
  sku_id: string
  /** The buyer entered nothing: what arrives is a code to redeem, not a receipt. */
  brings_code: boolean
  /** It can still be ordered and still means the SKU that was sold: suppliers give codes another meaning. */
  offer_usable: boolean
  /** Its offer stands for another SKU now, or for none: a call would buy that. */
  offer_moved: boolean
  offer_cost: number
}

/** What follows from a purchase, told inside the transaction that made it so. */
export type Announcement =
  | { kind: 'purchase.finished'; lineId: string }
  | { kind: 'purchase.send'; purchaseId: string; at?: Date }
  | { kind: 'purchase.check'; purchaseId: string; at?: Date }
  | { kind: 'invite.finished'; lineId: string }
  /** Its buyer sees something else now, and the line stays as it is. */
  | { kind: 'invite.changed'; lineId: string }
  | { kind: 'invite.send'; inviteId: string }
  | { kind: 'invite.check'; inviteId: string }

/** Turns news into jobs within the given transaction. `at` is the earliest time; without it at once. */
export type Announce = (tx: Tx, news: Announcement) => Promise<void>

/** The suppliers of the shop by id. */
export type Suppliers = ReadonlyMap<string, Supplier>

/**
 * What sending and following purchases needs. No clock: several processes follow one purchase, so that only the
 * database's clock can tell how old it is. `timing` is for tests and for suppliers of another pace.
 */
export type PurchaseDeps = {
  db: Database
  keys: KeyRing
  suppliers: Suppliers
  announce: Announce
  log: Log
  timing?: Partial<PurchaseTiming>
}

/** Whether a note lacks what the buyer paid for: a code cannot be stood in for by the supplier's own reference. */
export function lacksCode(purchase: Pick<Purchase, 'brings_code'>, note: string): boolean {
  return purchase.brings_code && note.trim() === ''
}

/** What is sent for a purchase: a function of what is stored of it, so that a repeat sends the very same. */
export function requestOf(purchase: Purchase): PurchaseRequest {
  const {
    reference,
    service_code: serviceCode,
    target_no: no,
    target_zone: zone,
    target_form: form,
  } = purchase
  return {
    reference,
    serviceCode,
    ...formTarget(form, { no, zone }),
    maxPrice: purchase.max_price ?? purchase.max_cost,
  }
}
