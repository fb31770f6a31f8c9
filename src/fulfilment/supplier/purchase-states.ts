/** States of one purchase at a supplier. UNKNOWN = sent, answer lost; it is looked up, never sent again. */
export type PurchaseState =
  | 'INTENT'
  | 'IN_FLIGHT'
  | 'UNKNOWN'
  | 'ACCEPTED'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'REFUSED'
  | 'NOT_PLACED'
  | 'MANUAL'

/** Every allowed move; the same rows stand in `order_transitions` for the subject `purchase`. */
export const PURCHASE_MOVES: Readonly<Record<PurchaseState | 'NEW', readonly PurchaseState[]>> = {
  NEW: ['INTENT'],
  INTENT: ['IN_FLIGHT', 'NOT_PLACED', 'REFUSED'],
  IN_FLIGHT: ['ACCEPTED', 'SUCCEEDED', 'FAILED', 'REFUSED', 'UNKNOWN', 'NOT_PLACED'],
  UNKNOWN: ['ACCEPTED', 'SUCCEEDED', 'FAILED', 'NOT_PLACED', 'MANUAL'],
  ACCEPTED: ['SUCCEEDED', 'FAILED', 'MANUAL'],
  MANUAL: ['ACCEPTED', 'SUCCEEDED', 'FAILED', 'NOT_PLACED'],
  SUCCEEDED: [],
  FAILED: [],
  REFUSED: [],
  NOT_PLACED: [],
}

/** States in which the unit may still arrive without anybody's help. */
export const OPEN_STATES: readonly PurchaseState[] = ['INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED']

/** Throws when a purchase may not move from one state to the other: the caller has a bug. */
export function assertMove(from: PurchaseState | 'NEW', to: PurchaseState): void {
  if (!PURCHASE_MOVES[from].includes(to)) throw new Error(`a purchase cannot move from ${from} to ${to}`)
}
