import { orderFields } from './order-fields.ts'
import { sendOrderWebhook } from './order-webhook.ts'
import { accept, refuse, type VipAnswer } from './vip-answer.ts'
import type { Endpoint, OrderEnd, Outcome, Vip, VipOrder } from './vip-state.ts'

/** What an endpoint found out about an order request before money is involved. */
export type OrderWish = Pick<
  VipOrder,
  'endpoint' | 'code' | 'service' | 'target' | 'zone' | 'price' | 'extra'
> & {
  /** Note that a successful order ends with. */
  successNote: string
  /** Reason for which the order will fail after acceptance, as real wrong zones do. */
  failureNote: string | undefined
}

/**
 * Charges the balance and accepts the order. Two equal calls are two charged orders: the protocol has no
 * client reference to tell them apart. @see suppliers.md 1.11
 */
export async function placeOrder(vip: Vip, wish: OrderWish): Promise<VipAnswer> {
  const { settings, context } = vip
  const outcome = takeOutcome(vip, wish)
  if (outcome?.status === 'refuse') return refuse(outcome.note)
  if (settings.balance < wish.price) return refuse('Saldo Anda tidak cukup untuk melakukan pemesanan ini.')
  if (settings.strictBalance && settings.balance === wish.price) return refuse('Saldo Anda rendah.')
  if (isThrottled(vip, wish.endpoint)) {
    return refuse(`Transaksi dibatasi, coba lagi dalam ${Math.ceil(settings.throttleMs / 1000)} detik.`)
  }
  const chance = outcome === undefined ? vip.failing.take() : undefined
  if (chance === 'refused') return refuse('Layanan sedang tidak tersedia.')
  settings.balance -= wish.price
  const order: VipOrder = {
    trxid: freshTrxid(vip),
    endpoint: wish.endpoint,
    code: wish.code,
    service: wish.service,
    target: wish.target,
    zone: wish.zone,
    status: 'waiting',
    note: '',
    price: wish.price,
    isRefunded: false,
    plannedEnd: outcome
      ? { status: outcome.status, note: outcome.note }
      : chance
        ? UNAVAILABLE_END
        : naturalEnd(wish),
    createdAt: context.clock.now(),
    extra: wish.extra,
  }
  vip.orders.push(order)
  const data: Record<string, unknown> = { ...orderFields(vip, order), balance: settings.balance }
  if (settings.webhookBeforeResponse) {
    finishOrder(vip, order, order.plannedEnd)
    await vip.sender.idle()
  } else scheduleProgress(vip, order)
  if (takeOmission(vip)) delete data.trxid
  return accept(data, 'Pesanan berhasil, pesanan akan diproses.')
}

/** Puts the order into a state, gives the money back on `error`, and sends the webhook. */
export function finishOrder(vip: Vip, order: VipOrder, end: OrderEnd): void {
  order.status = end.status
  order.note = end.note
  if (end.status === 'error' && !order.isRefunded) {
    order.isRefunded = true
    vip.settings.balance += order.price
  }
  sendOrderWebhook(vip, order)
}

/** Lets the order go its way: `processing` at half time, then its planned end. */
export function scheduleProgress(vip: Vip, order: VipOrder): void {
  const { clock } = vip.context
  const { completeAfterMs, interimWebhooks } = vip.settings
  const end = order.plannedEnd
  clock.after(completeAfterMs / 2, () => {
    if (order.status !== 'waiting' || end.status === 'waiting') return
    order.status = 'processing'
    if (interimWebhooks) sendOrderWebhook(vip, order)
  })
  clock.after(completeAfterMs, () => {
    if (isOpen(order) && end.status !== order.status) finishOrder(vip, order, end)
  })
}

/** Returns whether the order has not ended yet. */
export function isOpen({ status }: VipOrder): boolean {
  return status === 'waiting' || status === 'processing'
}

const UNAVAILABLE_END: OrderEnd = { status: 'error', note: 'Layanan sedang tidak tersedia.' }

function naturalEnd(wish: OrderWish): OrderEnd {
  if (wish.failureNote !== undefined) return { status: 'error', note: wish.failureNote }
  return { status: 'success', note: wish.successNote }
}

/** The newest matching script wins; one with `times` wears out. */
function takeOutcome(vip: Vip, { target, code }: OrderWish): Outcome | undefined {
  const found = vip.outcomes.findLast(
    (outcome) =>
      (outcome.target === undefined || outcome.target === target) &&
      (outcome.code === undefined || outcome.code === code),
  )
  if (found?.times !== undefined) {
    found.times -= 1
    if (found.times <= 0) vip.outcomes = vip.outcomes.filter((outcome) => outcome !== found)
  }
  return found
}

function isThrottled(vip: Vip, endpoint: Endpoint): boolean {
  const now = vip.context.clock.now().getTime()
  const last = vip.lastOrderAt.get(endpoint)
  if (last !== undefined && now - last < vip.settings.throttleMs) return true
  vip.lastOrderAt.set(endpoint, now)
  return false
}

function freshTrxid(vip: Vip): string {
  for (;;) {
    const trxid = `VP${vip.context.random.digits(10)}`
    if (!vip.orders.some((order) => order.trxid === trxid)) return trxid
  }
}

function takeOmission({ settings }: Vip): boolean {
  if (typeof settings.omitTrxid !== 'number') return settings.omitTrxid
  if (settings.omitTrxid === 0) return false
  settings.omitTrxid -= 1
  return true
}
