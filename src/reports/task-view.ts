/** What a person has to decide or do. */
export type TaskKind =
  | 'purchase_manual'
  /** A supplier took back what was delivered. */
  | 'purchase_reversed'
  | 'refund_manual'
  | 'payment_exception'
  | 'invite_manual'
  /** A state passed its deadline, and its own exit did not work. */
  | 'overdue'

/** One thing that waits for a person, with what that person needs to know and may do. */
export type Task = {
  /** `<kind>:<id of the row>`. */
  id: string
  kind: TaskKind
  /** What it is about, in one line. */
  title: string
  titleEn: string
  /** What is known of it: references, targets, what went wrong. */
  detail: string
  /** What to do next. */
  todo: string
  todoEn: string
  orderNumber: string | null
  /** Rupiah at stake. */
  amount: number | null
  since: string
  /** Who has to act: the shop's staff, the supplier, the gateway, or the buyer. */
  owner: 'staff' | 'supplier' | 'gateway' | 'buyer'
  /** What may be decided, as `decide` takes it. */
  actions: TaskAction[]
}

/** A decision that a task allows, and what it asks for. */
export type TaskAction = {
  action: string
  label: string
  labelEn: string
  /** Names of what has to be given with it. */
  needs: readonly string[]
}

/** Why a decision was not carried out. */
export type TaskRefusal = { code: 'not_found' | 'not_allowed' | 'invalid_request'; detail: string }
