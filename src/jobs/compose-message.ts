import {
  incidentsToTell,
  type Composed,
  type Filled,
  type Message,
  type OrderNews,
  type SurplusKind,
} from '#notifications'
import { readOrderNews, type OrderNewsView } from '#orders'
import type { PaymentGateways } from '#payments'
import type { Database } from '#platform/database.ts'
import type { KeyRing } from '#platform/sealing.ts'

/** What writing a message needs to read. */
export type ComposeDeps = {
  db: Database
  keys: KeyRing
  origin: string
  shopName: string
  gateways: PaymentGateways
  /** Chat of the staff, or null. */
  staffChat: string | null
}

/** Longer names are no names, and push the text off the screen. */
const MAX_NAME = 40
const SURPLUS_KINDS: readonly SurplusKind[] = ['late', 'double', 'underpaid', 'overpaid', 'cancelled']

/** Whom a message goes to and what it says, by what is true now; stale when it is not true any more. */
export async function composeMessage(deps: ComposeDeps, message: Message, now: Date): Promise<Composed> {
  if (message.audience === 'staff') return await composeForStaff(deps, message)
  const order = message.orderId === null ? undefined : await readOrderNews(deps, message.orderId)
  if (order === undefined) return stale('the order is gone')
  const filled = fill(message, order, { deps, now })
  if (typeof filled === 'string') return stale(filled)
  const to = message.channel === 'email' ? order.customer_email : order.customer_phone
  return to === '' ? stale('nobody to write to') : { kind: 'tell', to, filled }
}

function stale(detail: string): Composed {
  return { kind: 'stale', detail }
}

/** Texts about an order, filled in; a string says why it is not told any more. */
function fill(
  message: Message,
  order: OrderNewsView,
  context: { deps: ComposeDeps; now: Date },
): Filled | string {
  const news = newsOf(order, context.deps.shopName)
  const { template, data } = message
  const amount = numberIn(data['amount'])
  switch (template) {
    case 'order-waiting':
      return fillWaiting(order, news, { ...context, payment: data['payment'] })
    case 'order-paid':
      return order.state === 'PROCESSING' ? { template, values: news } : `the order is ${order.state}`
    case 'order-delivered':
      return { template, values: news }
    case 'order-partial':
    case 'order-failed':
      return { template, values: { ...news, refund: amount ?? refundOf(order) } }
    case 'payment-surplus': {
      const kind = SURPLUS_KINDS.find((known) => known === data['kind'])
      return kind === undefined || amount === undefined
        ? 'the event does not say what is wrong with the money'
        : { template, values: { ...news, kind, amount } }
    }
    case 'refund-started':
    case 'refund-done':
      return { template, values: { ...news, amount: amount ?? refundOf(order) } }
    case 'refund-needs-account':
      return order.has_refund_account || order.refunds_manual === 0
        ? 'an account is known or not needed any more'
        : { template, values: { ...news, amount: amount ?? refundOf(order) } }
    case 'line-needs-input':
    case 'invite-sent':
    case 'membership-ending':
    case 'credential-changed':
      return fillLine(message, template, order, { news, now: context.now })
    case 'incident-opened':
    case 'incident-resolved':
      return 'an incident is nothing for a buyer'
  }
}

function fillWaiting(
  order: OrderNewsView,
  news: OrderNews,
  { deps, now, payment }: { deps: ComposeDeps; now: Date; payment: string | number | undefined },
): Filled | string {
  const { paying } = order
  if (order.state !== 'WAITING_PAYMENT' || paying === null) return `the order is ${order.state}`
  if (payment !== undefined && payment !== paying.id) return 'the order is paid by another payment now'
  const payBefore = new Date(Math.min(Date.parse(paying.expires_at), order.expires_at.getTime()))
  if (payBefore <= now) return 'the time to pay is over'
  const amount = paying.payable ?? paying.amount
  return {
    template: 'order-waiting',
    values: { ...news, amount, method: methodLabel(deps.gateways, paying.method), payBefore },
  }
}

function fillLine(
  { lineId, data }: Message,
  template: 'line-needs-input' | 'invite-sent' | 'membership-ending' | 'credential-changed',
  order: OrderNewsView,
  { news, now }: { news: OrderNews; now: Date },
): Filled | string {
  const line = order.lines.find((one) => one.id === lineId)
  if (line === undefined) return 'the line is gone'
  const values = { ...news, item: itemOf(line) }
  switch (template) {
    case 'line-needs-input': {
      if (line.state !== 'NEEDS_INPUT') return `the line is ${line.state}`
      const until = line.correct_until === null ? null : new Date(line.correct_until)
      return until !== null && until <= now ? 'the time is over' : { template, values: { ...values, until } }
    }
    case 'invite-sent':
      return data['joined'] === 1 ? 'the invitation is accepted already' : { template, values }
    case 'membership-ending': {
      const end = Date.parse(String(data['endsAt'] ?? ''))
      const endsAt = Number.isNaN(end) ? null : new Date(end)
      return endsAt !== null && endsAt <= now
        ? 'the membership is over'
        : { template, values: { ...values, endsAt } }
    }
    case 'credential-changed':
      return line.state === 'DELIVERED' ? { template, values } : `the line is ${line.state}`
  }
}

async function composeForStaff(deps: ComposeDeps, { template, data }: Message): Promise<Composed> {
  if (deps.staffChat === null) return stale('no chat of the staff is configured')
  if (template !== 'incident-opened' && template !== 'incident-resolved')
    return stale('staff are told of incidents only')
  const incidents = await incidentsToTell(deps.db, String(data['incidents'] ?? '').split(' '))
  const told =
    template === 'incident-resolved' ? incidents : incidents.filter(({ state }) => state !== 'RESOLVED')
  if (told.length === 0) return stale('the incidents are over')
  return {
    kind: 'tell',
    to: deps.staffChat,
    filled: { template, values: { shop: deps.shopName, incidents: told } },
  }
}

function newsOf(order: OrderNewsView, shop: string): OrderNews {
  return {
    shop,
    customer: politeName(order.customer_name),
    orderNumber: order.number,
    items: order.lines.map((line) =>
      line.quantity === 1 ? itemOf(line) : `${line.quantity} × ${itemOf(line)}`,
    ),
    total: order.total,
    url: order.url,
  }
}

function itemOf({ product_name, sku_name }: OrderNewsView['lines'][number]): string {
  return sku_name.startsWith(product_name) ? sku_name : `${product_name} – ${sku_name}`
}

/** The name, when it looks like one: anybody can order in a stranger's name and must not write our mail with it. */
function politeName(name: string): string {
  const text = name.trim().replace(/\s+/g, ' ')
  const isName = /^[\p{L}\p{M}][\p{L}\p{M}'’ .-]*$/u.test(text) && !/\.\S/.test(text)
  return isName && text.length <= MAX_NAME ? text : ''
}

/** What goes back for what was not delivered. */
function refundOf(order: OrderNewsView): number {
  if (order.state === 'FAILED' || order.state === 'REFUNDED') return order.total
  if (order.line_refunds > 0) return order.line_refunds
  return order.lines
    .filter((line) => line.state === 'FAILED' || line.state === 'REFUNDED')
    .reduce((sum, line) => sum + line.total, 0)
}

function methodLabel(gateways: PaymentGateways, method: string): string {
  for (const gateway of gateways.values()) {
    const known = gateway.methods.find((one) => one.method === method)
    if (known !== undefined) return known.label
  }
  return method
}

function numberIn(value: string | number | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}
