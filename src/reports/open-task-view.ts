/** Why something waits for a person. */
export type OpenTaskKind =
  | 'purchase_manual'
  | 'purchase_unknown'
  | 'purchase_reversed'
  | 'invite_manual'
  | 'refund_manual'
  | 'payment_exception'
  | 'message_ignored'
  | 'dead_letter'
  | 'order_stuck'
  | 'overdue'
  | 'sync_dead_letter'
  | 'sync_approval'
  | 'sync_review'
  | 'sync_alert'

/** How many things of one kind wait; a kind with none has the count 0. */
export type OpenTask = { kind: OpenTaskKind; count: number }
