import type { DeliveryKind } from '../../../src/catalog/service-view.ts'
import type { OrderState, TrackView } from '../../../src/orders/order-view.ts'
import { formatTime } from '../../i18n/dates.ts'
import type { Locale } from '../../i18n/locale.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import type { Tone } from '../../ui/status.tsx'
import type { Step, StepState } from '../../ui/steps.tsx'
import type { OrderPace } from '../enhance/live-order.ts'

/** Where the three visible steps (pay, process, deliver) stand in each state. */
const STEP_STATES: Record<OrderState, readonly [StepState, StepState, StepState]> = {
  PENDING: ['now', 'later', 'later'],
  WAITING_PAYMENT: ['now', 'later', 'later'],
  PROCESSING: ['done', 'now', 'later'],
  SUCCESS: ['done', 'done', 'done'],
  PARTIAL: ['done', 'done', 'done'],
  FAILED: ['done', 'failed', 'later'],
  REFUNDED: ['done', 'failed', 'later'],
  EXPIRED: ['failed', 'later', 'later'],
  CANCELLED: ['failed', 'later', 'later'],
}

const TONES: Record<OrderState, Tone> = {
  PENDING: 'wait',
  WAITING_PAYMENT: 'wait',
  PROCESSING: 'busy',
  SUCCESS: 'good',
  PARTIAL: 'wait',
  FAILED: 'bad',
  REFUNDED: 'calm',
  EXPIRED: 'calm',
  CANCELLED: 'calm',
}

/** The colour of a state. */
export function toneOf(state: OrderState): Tone {
  return TONES[state]
}

/** Whether a buyer can still pay. */
export function isAwaitingPayment(view: TrackView): boolean {
  return view.status === 'PENDING' || view.status === 'WAITING_PAYMENT'
}

/** Whether something on the page can be paid: a code, a number, or a page of the provider. */
export function hasWayToPay({ payment }: TrackView): boolean {
  return Boolean(payment.redirectUrl ?? payment.qrString ?? payment.vaNumber ?? payment.code)
}

/** Whether the payment ended while its order still waits: it can be paid anew. */
export function isPaymentOver(view: TrackView): boolean {
  const isOver = ['expired', 'failed', 'cancelled'].includes(view.payment.status)
  return isAwaitingPayment(view) && isOver && !hasWayToPay(view)
}

/** How closely the page follows the order; an unpaid end may still be undone by a late payment. */
export function paceOf(view: TrackView): OrderPace {
  if (isAwaitingPayment(view) || view.status === 'PROCESSING') return 'live'
  if (view.payment.status === 'review' || view.payment.status === 'refund_pending') return 'live'
  // An invitation that lies in somebody's inbox is accepted when its reader gets to it.
  const isInvited = view.lines.some(
    ({ delivery }) => delivery?.kind === 'invite' && delivery.state === 'invited',
  )
  return view.status === 'EXPIRED' || view.status === 'CANCELLED' || isInvited ? 'slow' : 'still'
}

/**
 * After these minutes most orders of a kind are done, and a buyer wonders. An invitation waits for people: its own
 * expected time stands beside it.
 */
const USUAL_MINUTES: Record<DeliveryKind, number> = { STOCK: 2, SUPPLIER: 10, INVITE: 24 * 60 }
const MS_PER_MINUTE = 60_000

/** Whether the order waits for its buyer to correct something. */
export function needsInput(view: TrackView): boolean {
  return view.lines.some((line) => line.status === 'NEEDS_INPUT')
}

/** The instant (ISO 8601) from which the work takes longer than usual; undefined while nothing is being worked on. */
export function lateSince(view: TrackView): string | undefined {
  const begun = view.timeline.findLast((step) => step.state === 'PROCESSING')?.at ?? view.payment.paidAt
  const open = view.lines.filter((line) => line.status === 'PROCESSING')
  if (view.status !== 'PROCESSING' || begun === undefined || open.length === 0) return undefined
  const minutes = Math.max(...open.map((line) => USUAL_MINUTES[line.deliveryKind]))
  return new Date(Date.parse(begun) + minutes * MS_PER_MINUTE).toISOString()
}

function timeOf(view: TrackView, states: readonly string[]): string | undefined {
  const entry = view.timeline.find((step) => states.includes(step.state))
  return entry && formatTime(entry.at)
}

/** The three visible steps with the time each was reached. */
export function orderSteps(view: TrackView, locale: Locale): Step[] {
  const { steps } = orderTexts[locale]
  const [pay, process, deliver] = STEP_STATES[view.status]
  const paidAt = view.payment.paidAt ? formatTime(view.payment.paidAt) : timeOf(view, ['PROCESSING'])
  const endedAt = timeOf(view, ['EXPIRED', 'CANCELLED'])
  return [
    { label: steps.pay, state: pay, detail: pay === 'failed' ? endedAt : paidAt },
    { label: steps.process, state: process, detail: timeOf(view, ['PROCESSING']) },
    { label: steps.deliver, state: deliver, detail: timeOf(view, ['SUCCESS', 'PARTIAL']) },
  ]
}

/** A timeline state in the reader's words; an unknown one is shown as it is. */
export function stateLabel(state: string, locale: Locale): string {
  const { states } = orderTexts[locale]
  return state in states ? states[state as OrderState] : state
}
