/** What can be stuck. `inbox`: messages of gateways and suppliers; `message`: ours to buyers and staff. */
export type DeadlineSubject =
  | 'order'
  | 'line'
  | 'payment'
  | 'purchase'
  | 'invite'
  | 'refund'
  | 'payment_exception'
  | 'inbox'
  | 'message'

/** Who has to act so that it goes on. */
export type DeadlineOwner = 'shop' | 'buyer' | 'supplier' | 'gateway' | 'staff'

/**
 * The way out. `retry`: what should have happened is started again; for a purchase that includes another supplier.
 * `refund`: the money goes back, once nothing can arrive any more. `person`: a task.
 */
export type DeadlineExit = 'retry' | 'refund' | 'person'

/** How long a state may last. `lasts` and `grace` are intervals as PostgreSQL reads them. */
export type Deadline = {
  subject: DeadlineSubject
  state: string
  /** Which of several reasons to be in the state; empty where there is one. */
  variant: string
  /** From the moment that the view `overdue` names for it. */
  lasts: string
  /** After the deadline the exit is tried for so long, then a person sees it. */
  grace: string
  owner: DeadlineOwner
  exit: DeadlineExit
  /** The state is a task of its own: a person sees it from its first moment. */
  isListed: boolean
}

type Row = readonly [state: string, lasts: string, grace: string, owner: DeadlineOwner, exit: DeadlineExit]

/** A gateway may take a day to confirm that nobody can pay any more, and is asked for a quarter of an hour longer. */
const UNTIL_CONFIRMED = '24 hours 15 minutes'

const TABLE: Readonly<Record<DeadlineSubject, readonly Row[]>> = {
  order: [
    // Both from the end of its time to pay.
    ['PENDING', UNTIL_CONFIRMED, '45 minutes', 'gateway', 'retry'],
    ['WAITING_PAYMENT', UNTIL_CONFIRMED, '45 minutes', 'gateway', 'retry'],
    // Without an open line; while one is open, the order waits as long as it.
    ['PROCESSING', '5 minutes', '10 minutes', 'shop', 'retry'],
  ],
  line: [
    // Of an order that is not unpaid any more; until then it waits with its order.
    ['WAITING', '5 minutes', '10 minutes', 'shop', 'person'],
    ['PROCESSING/idle', '5 minutes', '10 minutes', 'shop', 'retry'],
    // A purchase waits for a day at most, and has its own deadlines.
    ['PROCESSING/buying', '25 hours', '1 hour', 'supplier', 'person'],
    // The queue for a seat may take three days.
    ['PROCESSING/inviting', '74 hours', '1 hour', 'shop', 'person'],
    // From the end of the time to correct.
    ['NEEDS_INPUT', '0', '15 minutes', 'buyer', 'refund'],
  ],
  payment: [
    ['CREATING', UNTIL_CONFIRMED, '45 minutes', 'gateway', 'retry'],
    ['PENDING', UNTIL_CONFIRMED, '45 minutes', 'gateway', 'retry'],
    // Without money and without an open task about it.
    ['REVIEW', UNTIL_CONFIRMED, '45 minutes', 'gateway', 'retry'],
  ],
  purchase: [
    // A buyer's money is not held longer than a day for a supplier that takes no orders.
    ['INTENT', '24 hours 30 minutes', '30 minutes', 'supplier', 'retry'],
    ['INTENT/unplanned', '10 minutes', '10 minutes', 'shop', 'retry'],
    ['IN_FLIGHT', '10 minutes', '10 minutes', 'shop', 'retry'],
    ['IN_FLIGHT/unplanned', '10 minutes', '10 minutes', 'shop', 'retry'],
    // What is in doubt for a quarter of an hour is handed to a person by itself.
    ['UNKNOWN', '30 minutes', '30 minutes', 'supplier', 'retry'],
    ['UNKNOWN/unplanned', '10 minutes', '10 minutes', 'shop', 'retry'],
    // What is open for six hours is handed to a person by itself.
    ['ACCEPTED', '7 hours', '1 hour', 'supplier', 'retry'],
    ['ACCEPTED/unplanned', '10 minutes', '10 minutes', 'shop', 'retry'],
    ['MANUAL', '24 hours', '0', 'staff', 'person'],
  ],
  invite: [
    // After three days in the queue it is handed to a person by itself.
    ['QUEUED', '73 hours', '1 hour', 'shop', 'retry'],
    ['SENDING', '10 minutes', '10 minutes', 'shop', 'retry'],
    ['UNKNOWN', '30 minutes', '30 minutes', 'supplier', 'retry'],
    // From the end of the invitation, and of the membership.
    ['INVITED', '48 hours', '1 hour', 'buyer', 'retry'],
    ['JOINED', '48 hours', '1 hour', 'shop', 'retry'],
    ['MANUAL', '24 hours', '0', 'staff', 'person'],
  ],
  refund: [
    ['REQUESTED', '15 minutes', '30 minutes', 'shop', 'retry'],
    ['SENDING', '15 minutes', '30 minutes', 'shop', 'retry'],
    // Tried for six days; a person hears of it after one, as the buyer waits.
    ['UNKNOWN', '24 hours', '1 hour', 'gateway', 'retry'],
    ['MANUAL', '24 hours', '0', 'staff', 'person'],
  ],
  payment_exception: [['OPEN', '24 hours', '0', 'staff', 'person']],
  // From the moment they are due: nobody took them.
  inbox: [
    ['RECEIVED', '10 minutes', '20 minutes', 'shop', 'retry'],
    ['PARKED', '10 minutes', '20 minutes', 'shop', 'retry'],
  ],
  message: [
    ['WAITING', '1 hour', '1 hour', 'shop', 'person'],
    ['SENDING', '1 hour', '1 hour', 'shop', 'person'],
  ],
}

/** States that are tasks of their own. */
const LISTED: ReadonlySet<string> = new Set(['MANUAL', 'OPEN'])

/**
 * Every state that is not an end, with how long it may last, who has to act, and its way out. The database holds the
 * same rows: the sweep and the invariants read those.
 */
export const DEADLINES: readonly Deadline[] = Object.entries(TABLE).flatMap(([subject, rows]) =>
  rows.map(([name, lasts, grace, owner, exit]) => {
    const [state = '', variant = ''] = name.split('/')
    return {
      subject: subject as DeadlineSubject,
      state,
      variant,
      lasts,
      grace,
      owner,
      exit,
      isListed: LISTED.has(state),
    }
  }),
)

/**
 * States in which nothing is waited for: an end, or a rest from which only news leads on, such as late money. What else
 * moves with them has its own row above: a failed line waits for its refund.
 */
export const RESTING_STATES = {
  order: ['SUCCESS', 'PARTIAL', 'FAILED', 'EXPIRED', 'CANCELLED', 'REFUNDED'],
  line: ['DELIVERED', 'FAILED', 'CANCELLED', 'REFUNDED'],
  payment: ['PAID', 'FAILED', 'EXPIRED', 'CANCELLED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'CHARGEBACK'],
  purchase: ['SUCCEEDED', 'FAILED', 'REFUSED', 'NOT_PLACED'],
  invite: ['NOT_SENT', 'FAILED', 'LOST', 'ENDED'],
  refund: ['DONE'],
  payment_exception: ['RESOLVED'],
  inbox: ['HANDLED', 'IGNORED'],
  message: ['SENT', 'UNKNOWN', 'FAILED', 'SKIPPED'],
} as const satisfies Record<DeadlineSubject, readonly string[]>
