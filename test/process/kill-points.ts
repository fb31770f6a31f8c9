import { listSources, isTest } from '../architecture/source-tree.ts'

/** What happens to the buyers of a cell while a process is killed. */
export type Scenario =
  /** One order from stock and one from the supplier. */
  | 'sold'
  /** The supplier takes an order and fails it, so that the money goes back. */
  | 'refunded'
  /** Nobody pays. */
  | 'expired'
  /** The gateway refuses the first request, so that the order is closed and placed again. */
  | 'gateway refuses'
  /** The supplier executes an order and its answer cannot be read. */
  | 'answer lost'
  /** The supplier's connection breaks before it executes the order. */
  | 'never arrived'
  /** The supplier takes its time, so that it is asked again and again. */
  | 'supplier slow'
  /** The supplier does not even tell the balance at first. */
  | 'supplier silent'
  /** The gateway does not answer the first refund. */
  | 'refund lost'

/** How a point is reached. `first` kills a process somewhere else before, `turn` counts arrivals. */
export type Reached = { by: Scenario; first?: string; turn?: number }

/** Schedules look at once when a process starts; the third look finds orders. */
const SCHEDULED = 3

/** Every transaction in the life of an order and how a test gets there. */
export const REACHED: Readonly<Record<string, Reached>> = {
  'orders.place': { by: 'sold' },
  'orders.load': { by: 'sold', first: 'orders.place.after' },
  'payments.record-opening': { by: 'sold' },
  'orders.close-unpaid': { by: 'gateway refuses' },
  'inbox.accept': { by: 'sold' },
  'inbox.claim': { by: 'sold', turn: SCHEDULED },
  'payments.match-message': { by: 'sold' },
  'payments.read': { by: 'sold' },
  'orders.settle-payment': { by: 'sold' },
  'inbox.close': { by: 'sold' },
  'payments.claim-due': { by: 'sold', turn: SCHEDULED },
  'orders.fulfil-line': { by: 'sold' },
  'orders.find-open-lines': { by: 'sold', turn: SCHEDULED },
  'orders.count-lines': { by: 'sold', turn: SCHEDULED },
  'fulfilment.find-purchase': { by: 'sold' },
  'fulfilment.find-doubt': { by: 'sold' },
  'fulfilment.claim-purchase': { by: 'sold' },
  'fulfilment.record-outcome': { by: 'sold' },
  'fulfilment.handle-message': { by: 'sold' },
  'fulfilment.due-purchases': { by: 'sold', turn: SCHEDULED },
  'fulfilment.keep-asking': { by: 'supplier slow' },
  'fulfilment.settle-purchase': { by: 'sold' },
  'orders.settle-line': { by: 'sold' },
  'payments.claim-refunds': { by: 'refunded', turn: SCHEDULED },
  'payments.take-refund': { by: 'refunded' },
  'payments.record-refund': { by: 'refunded' },
  'orders.mark-refunded': { by: 'refunded' },
  'orders.find-refunded': { by: 'refunded', turn: SCHEDULED },
  'orders.track': { by: 'sold' },
  'fulfilment.reveal': { by: 'sold' },
  'orders.find-overdue': { by: 'expired', turn: SCHEDULED },
  'orders.find-stalled': { by: 'sold', turn: SCHEDULED },
  'orders.refund-changed': { by: 'refund lost' },
  'fulfilment.adopt-order': { by: 'answer lost' },
  'fulfilment.count-sent': { by: 'answer lost' },
  'fulfilment.linked-refs': { by: 'answer lost' },
  'fulfilment.look-again': { by: 'never arrived' },
  'fulfilment.note-time': { by: 'never arrived' },
  'fulfilment.neighbours': { by: 'never arrived' },
  'fulfilment.declare-not-placed': { by: 'never arrived' },
  'fulfilment.postpone-purchase': { by: 'supplier silent' },
  'fulfilment.declare-lost': { by: 'sold', first: 'vip-reseller.order.answered' },
  'fulfilment.announce-again': { by: 'sold', first: 'fulfilment.claim-purchase.before' },
}

/** Transactions that no order passes on its way, and why killing there is tested elsewhere or not at all. */
export const OUTSIDE: Readonly<Record<string, string>> = {
  'orders.quote': 'reads only, before there is an order',
  'orders.look': 'reads only, for pages that wait',
  'orders.find-by-token': 'reads only, for cancel and refresh',
  'health.database': 'reads only',
  'fulfilment.drop-intent':
    'needs an offer that vanishes within a second; its transaction is that of record-outcome',
  'fulfilment.hand-over': 'ends with a person, not with a finished order',
  'fulfilment.open-purchases': 'an operator asks for it',
  'fulfilment.decide-purchase': 'an operator decides',
  'fulfilment.find-sku': 'import of codes',
  'fulfilment.open-import': 'import of codes',
  'fulfilment.import': 'import of codes',
  'fulfilment.rotate': 'change of keys',
  'keys.read-checks': 'before anything else of a process',
  'keys.record-check': 'once in the life of a key, before anything is sealed with it',
  'reports.open-tasks': 'reads only, for operators',
  'reports.sealed-rows': 'reads only, before there are keys',
  'inbox.purge': 'deletes what is long over',
  'orders.purge-keys': 'deletes what is long over',
}

/** No order passes through these; those of `sync` are killed by its own tests, between any two statements. */
const OTHER_MODULES = /^(?:catalog|pricing|sync|resellers|bench|test)\./

/** A place where a process is killed, and how it gets there. */
export type KillPoint = Reached & { failpoint: string }

const TRANSACTION = /\.transaction\(\s*'([a-z]+\.[a-z_-]+)'/g
const ONCE = /\bonce(?:<[^>]+>)?\(\s*'([a-z]+\.[a-z_-]+)'/g

/** Names of the transactions in the source, with the moments that each of them has. */
export function listTransactions(): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const file of listSources('src').filter((source) => !isTest(source))) {
    for (const [, name = ''] of file.text.matchAll(ONCE)) found.set(name, ['before', 'after'])
    for (const [, name = ''] of file.text.matchAll(TRANSACTION))
      found.set(name, ['before', 'inside', 'after'])
  }
  return new Map([...found].filter(([name]) => !OTHER_MODULES.test(name)))
}

const CALLS: Readonly<Record<string, Reached>> = {
  'midtrans.snap': { by: 'sold' },
  'midtrans.core': { by: 'sold' },
  'vip-reseller.read': { by: 'sold' },
  'vip-reseller.order': { by: 'sold' },
}

/** Every place: before, inside and after each transaction, before and after each kind of call to a provider. */
export function listKillPoints(): KillPoint[] {
  const transactions = [...listTransactions()].flatMap(([name, moments]) => {
    const reached = REACHED[name]
    return reached === undefined
      ? []
      : moments.map((moment) => ({ ...reached, failpoint: withTurn(`${name}.${moment}`, reached) }))
  })
  const calls = Object.entries(CALLS).flatMap(([name, reached]) =>
    ['call', 'answered'].map((moment) => ({ ...reached, failpoint: `${name}.${moment}` })),
  )
  return [...transactions, ...calls]
}

function withTurn(failpoint: string, { turn }: Reached): string {
  return turn === undefined ? failpoint : `${failpoint}#${turn}`
}

/** The points that every run of the tests visits: one for each kind of step, at the moment that hurts most. */
export const REPRESENTATIVE: readonly string[] = [
  'orders.place.inside',
  'orders.place.after',
  'midtrans.snap.answered',
  'payments.record-opening.inside',
  'inbox.accept.after',
  'orders.settle-payment.inside',
  'orders.settle-payment.after',
  'orders.fulfil-line.inside',
  'fulfilment.claim-purchase.after',
  'vip-reseller.order.answered',
  'fulfilment.record-outcome.inside',
  'orders.settle-line.inside',
  'payments.record-refund.inside',
  'orders.mark-refunded.before',
  'fulfilment.declare-lost.inside',
]
