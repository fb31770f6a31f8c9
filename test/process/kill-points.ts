import { listSources, isTest } from '../architecture/source-tree.ts'
import type { Scenario } from './kill-stories.ts'

/** How a point is reached. `first` kills a process somewhere else before, `turn` counts arrivals. */
export type Reached = { by: Scenario; first?: string; turn?: number }

/** Schedules look at once when a process starts; the third look finds orders. */
const SCHEDULED = 3
/** Each of the three accounts of a pool is inspected when a worker starts: the fourth call invites. */
const AFTER_INSPECTION = 4

/** Every transaction in the life of an order and how a test gets there. */
export const REACHED: Readonly<Record<string, Reached>> = {
  'payments.load-methods': { by: 'sold' },
  'orders.place': { by: 'sold' },
  'orders.load': { by: 'renewed' },
  'payments.record-opening': { by: 'sold' },
  'orders.close-unpaid': { by: 'gateway refuses' },
  'inbox.accept': { by: 'sold' },
  'inbox.claim': { by: 'sold', turn: SCHEDULED },
  'payments.match-message': { by: 'sold' },
  'payments.read': { by: 'sold' },
  'orders.settle-payment': { by: 'sold' },
  'inbox.close': { by: 'sold' },
  'payments.claim-due': { by: 'sold', turn: SCHEDULED },
  'orders.track': { by: 'sold' },
  'fulfilment.reveal': { by: 'sold' },
  'orders.find-overdue': { by: 'expired', turn: SCHEDULED },
  'orders.find-stalled': { by: 'sold', turn: SCHEDULED },

  // Paid anew, by another method, or too late.
  'orders.renewal-methods': { by: 'renewed' },
  'orders.check-renewal': { by: 'renewed' },
  'orders.renew-payment': { by: 'renewed' },
  'orders.qr-picture': { by: 'renewed' },
  'orders.find-by-token': { by: 'renewed' },
  'payments.find-askable': { by: 'renewed' },
  'orders.find-stalled-attempts': { by: 'renewed', turn: SCHEDULED },
  'orders.find-left-attempts': { by: 'renewed', turn: SCHEDULED },
  'payments.find-surplus': { by: 'paid late', turn: SCHEDULED },
  'orders.return-surplus': { by: 'paid late' },

  // Lines, and those that wait for their buyers.
  'orders.fulfil-line': { by: 'sold' },
  'orders.settle-line': { by: 'sold' },
  'orders.find-open-lines': { by: 'sold', turn: SCHEDULED },
  'orders.count-lines': { by: 'sold', turn: SCHEDULED },
  'orders.find-unsent': { by: 'supplier slow' },
  'orders.correct-input': { by: 'corrected' },
  'orders.decline-correction': { by: 'declined' },
  'orders.end-correction': { by: 'never corrected' },
  'orders.find-overdue-rows': { by: 'never corrected', turn: SCHEDULED },
  'orders.resolve-escalations': { by: 'never corrected', turn: SCHEDULED },
  'orders.escalate': { by: 'never corrected', turn: SCHEDULED },
  'orders.wake-overdue': { by: 'refund overdue' },

  // Suppliers.
  'fulfilment.find-purchase': { by: 'sold' },
  'fulfilment.find-doubt': { by: 'sold' },
  'fulfilment.claim-purchase': { by: 'sold' },
  'fulfilment.record-outcome': { by: 'sold' },
  'fulfilment.handle-message': { by: 'sold' },
  'fulfilment.due-purchases': { by: 'sold', turn: SCHEDULED },
  'fulfilment.keep-asking': { by: 'supplier slow' },
  'fulfilment.settle-purchase': { by: 'sold' },
  'fulfilment.supplier-states': { by: 'sold', turn: SCHEDULED },
  'fulfilment.note-balance': { by: 'sold', turn: SCHEDULED },
  'fulfilment.adopt-order': { by: 'answer lost' },
  'fulfilment.count-sent': { by: 'answer lost' },
  'fulfilment.linked-refs': { by: 'answer lost' },
  'fulfilment.look-again': { by: 'never arrived' },
  'fulfilment.note-time': { by: 'never arrived' },
  'fulfilment.neighbours': { by: 'never arrived' },
  'fulfilment.declare-not-placed': { by: 'never arrived' },
  'fulfilment.step-aside': { by: 'supplier silent' },
  'fulfilment.postpone-purchase': { by: 'same target' },
  'fulfilment.declare-lost': { by: 'sold', first: 'vip-reseller.order.answered' },
  'fulfilment.announce-again': { by: 'sold', first: 'fulfilment.claim-purchase.before' },
  'fulfilment.find-balance': { by: 'repeated' },
  'fulfilment.look-later': { by: 'repeated' },
  'fulfilment.claim-repeat': { by: 'repeated' },
  'fulfilment.record-repeat': { by: 'repeated' },
  'fulfilment.suspect-reversal': { by: 'taken back' },
  'fulfilment.plan-verification': { by: 'taken back' },
  'fulfilment.reverse-purchase': { by: 'taken back' },

  // Seats by invite, and seats that buyers share.
  'fulfilment.find-pool': { by: 'invited' },
  'fulfilment.claim-invite': { by: 'invited' },
  'fulfilment.open-account': { by: 'invited' },
  'fulfilment.record-invite': { by: 'invited' },
  'fulfilment.find-invite': { by: 'invited' },
  'fulfilment.note-joined': { by: 'invited' },
  'orders.show-line-again': { by: 'invited' },
  'fulfilment.describe-invite': { by: 'invited' },
  'fulfilment.due-invites': { by: 'invited', turn: SCHEDULED },
  'fulfilment.ready-pools': { by: 'invited', turn: SCHEDULED },
  'fulfilment.due-accounts': { by: 'invited', turn: SCHEDULED },
  'fulfilment.plan-inspection': { by: 'banned' },
  'fulfilment.note-health': { by: 'banned' },
  'fulfilment.doubt-account': { by: 'banned' },
  'fulfilment.watch-membership': { by: 'banned' },
  'fulfilment.move-invite': { by: 'banned' },
  'fulfilment.adopt-invitation': { by: 'invite answer lost' },
  'fulfilment.look-again-for-invite': { by: 'invite never arrived' },
  'fulfilment.declare-not-sent': { by: 'invite never arrived' },
  'fulfilment.declare-invite-lost': { by: 'invited', first: 'invite-teams.answered' },
  'fulfilment.resend-invite': { by: 'lapsed' },
  'fulfilment.watch-queue': { by: 'queued' },
  'fulfilment.pool-capacity': { by: 'queued' },
  'fulfilment.pool-pace': { by: 'queued' },
  'fulfilment.end-membership': { by: 'membership over' },
  'fulfilment.leaving-seats': { by: 'membership over', turn: SCHEDULED },
  'fulfilment.reclaim-seat': { by: 'membership over' },
  'fulfilment.tell-ending-seats': { by: 'shared', turn: SCHEDULED },

  // Money that goes back.
  'payments.claim-refunds': { by: 'refunded', turn: SCHEDULED },
  'payments.take-refund': { by: 'refunded' },
  'payments.record-refund': { by: 'refunded' },
  'orders.mark-refunded': { by: 'refunded' },
  'orders.find-refunded': { by: 'refunded', turn: SCHEDULED },
  'orders.refund-changed': { by: 'refund lost' },
  'orders.set-refund-account': { by: 'refund by hand' },

  // What people are told.
  'messages.dispatch': { by: 'sold' },
  'orders.read-news': { by: 'sold' },
  'messages.claim': { by: 'sold' },
  'messages.record': { by: 'sold' },
  'messages.due': { by: 'sold', turn: SCHEDULED },
  'incidents.watch': { by: 'sold', turn: SCHEDULED },
}

/** Transactions that no order passes on its way, and why killing there is tested elsewhere or not at all. */
export const OUTSIDE: Readonly<Record<string, string>> = {
  'orders.quote': 'reads only, before there is an order',
  'orders.look': 'reads only, for pages that wait',
  'health.database': 'reads only',
  'fulfilment.drop-intent':
    'needs an offer that vanishes within a second; its transaction is that of record-outcome',
  'fulfilment.hand-over': 'ends with a person, not with a finished order',
  'fulfilment.hand-over-invite': 'ends with a person, not with a finished order',
  'fulfilment.give-up-queue': 'ends with a person, not with a finished order',
  'fulfilment.give-up-repeat': 'ends with a person, not with a finished order',
  'orders.follow-lines': 'mends an order that was left behind its lines; no transaction leaves one',

  'fulfilment.open-purchases': 'an operator asks for it',
  'fulfilment.decide-purchase': 'an operator decides',
  'fulfilment.settle-reversal': 'an operator decides',
  'fulfilment.decide-invite': 'an operator decides',
  'orders.give-up-line': 'an operator decides',
  'orders.find-escalation': 'an operator decides',
  'orders.decide-exception': 'an operator decides',
  'orders.find-exception': 'an operator gives money back',
  'orders.refund-by-staff': 'an operator gives money back',
  'orders.find-refund': 'an operator gives money back',
  'orders.pay-by-hand': 'an operator gives money back',
  'payments.reveal-account': 'an operator gives money back',
  'fulfilment.pause-supplier': 'an operator changes what is sold',
  'fulfilment.resume-supplier': 'an operator changes what is sold',
  'fulfilment.set-low-balance': 'an operator changes what is sold',
  'payments.change-method': 'an operator changes how is paid',
  'payments.list-methods': 'reads only, for operators',
  'incidents.acknowledge': 'an operator has seen it',

  'fulfilment.find-sku': 'import of codes',
  'fulfilment.open-import': 'import of codes',
  'fulfilment.import': 'import of codes',
  'fulfilment.share-sku': 'an operator fills the shelf',
  'fulfilment.add-credential': 'an operator fills the shelf',
  'fulfilment.rotate-credential': 'an operator changes a shared account',
  'fulfilment.set-credential-state': 'an operator changes a shared account',
  'fulfilment.set-credential-end': 'an operator changes a shared account',
  'fulfilment.import-accounts': 'an operator fills a pool',
  'fulfilment.set-account-state': 'an operator changes a pool',
  'fulfilment.set-invite-plan': 'an operator changes a pool',
  'fulfilment.rotate': 'change of keys',
  'keys.read-checks': 'before anything else of a process',
  'keys.record-check': 'once in the life of a key, before anything is sealed with it',

  'fulfilment.list-accounts': 'reads only, for operators',
  'fulfilment.list-credentials': 'reads only, for operators',
  'messages.list': 'reads only, for operators',
  'messages.count': 'reads only, for operators',
  'incidents.list': 'reads only, for operators',
  'incidents.read': 'reads only, for the message to staff',
  'incidents.count': 'reads only, for operators',
  'reports.tasks': 'reads only, for operators',
  'reports.task': 'reads only, for operators',
  'reports.open-tasks': 'reads only, for operators',
  'fulfilment.supplier-records': 'reads only, for operators and the watch of troubles',
  'fulfilment.open-circuits': 'reads only, for operators and the watch of troubles',
  'fulfilment.waiting-units': 'reads only, for operators and the watch of troubles',
  'reports.low-stock': 'reads only, for operators and the watch of troubles',
  'messages.trouble': 'reads only, for the watch of troubles',
  'incidents.keys': 'reads only, for the watch of troubles',
  'reports.sealed-rows': 'reads only, before there are keys',

  'inbox.purge': 'deletes what is long over',
  'orders.purge-keys': 'deletes what is long over',
  'outbox.purge': 'deletes what is long over',
  'messages.purge': 'deletes what is long over',
  'fulfilment.purge-scores': 'deletes what is long over',
  'payments.purge-accounts': 'deletes what is long over',
}

/** No order passes through these; those of `sync` are killed by its own tests, between any two statements. */
const OTHER_MODULES = /^(?:catalog|pricing|sync|resellers|bench|test)\./

/** A place where a process is killed, and how it gets there. */
export type KillPoint = Reached & { failpoint: string }

const TRANSACTION = /\.transaction\(\s*'([a-z]+\.[a-z_-]+)'/g
/** Names that are handed to what opens the transaction. */
const NAMED = /\b(?:changeInvite\(deps, \w+|withLineOfToken\(deps), '([a-z]+\.[a-z_-]+)'/g
const ONCE = /\bonce(?:<[^>]+>)?\(\s*'([a-z]+\.[a-z_-]+)'/g

/** Names of the transactions in the source, with the moments that each of them has. */
export function listTransactions(): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const file of listSources('src').filter((source) => !isTest(source))) {
    for (const [, name = ''] of file.text.matchAll(ONCE)) found.set(name, ['before', 'after'])
    for (const pattern of [TRANSACTION, NAMED])
      for (const [, name = ''] of file.text.matchAll(pattern)) found.set(name, ['before', 'inside', 'after'])
  }
  return new Map([...found].filter(([name]) => !OTHER_MODULES.test(name)))
}

const CALLS: Readonly<Record<string, Reached>> = {
  'midtrans.snap': { by: 'sold' },
  'midtrans.core': { by: 'sold' },
  'vip-reseller.read': { by: 'sold' },
  'vip-reseller.order': { by: 'sold' },
  'tokopay.open': { by: 'renewed' },
  'tokopay.ask': { by: 'renewed' },
  'digiflazz.read': { by: 'repeated' },
  'digiflazz.order': { by: 'repeated' },
  'invite-teams': { by: 'invited', turn: AFTER_INSPECTION },
  'invite-family': { by: 'invited', turn: AFTER_INSPECTION },
  mail: { by: 'sold' },
  whatsapp: { by: 'sold' },
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
    ['call', 'answered'].map((moment) => ({ ...reached, failpoint: withTurn(`${name}.${moment}`, reached) })),
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
  'orders.renew-payment.after',
  'orders.return-surplus.inside',
  'fulfilment.claim-repeat.after',
  'fulfilment.claim-invite.after',
  'fulfilment.move-invite.inside',
  'mail.answered',
]
