import {
  findPaymentForView,
  listPaymentMethods,
  openPayment,
  type MethodsDeps,
  type Payment,
  type PlannedPayment,
} from '#payments'
import type { Tx } from '#platform/database.ts'
import { publish } from '#platform/outbox.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { closeUnpaidOrder } from './close-unpaid-order.ts'
import type { LineRow, OrderRow } from './order.ts'
import { ORDER_WAITING } from './events.ts'
import type { CreatedOrder, OrderRefusal, PaymentInstructions, PaymentMethodOffer } from './order-view.ts'
import { findOrder, lockOrder, moveOrder, selectLines, touchOrder } from './orders-store.ts'
import { howToPay } from './payment-view.ts'
import type { PlaceOrderDeps } from './place-order.ts'
import { trackingToken } from './tracking-token.ts'

/** An order with what belongs to it, as it stands in the database. */
export type OrderWithPayment = { order: OrderRow; lines: LineRow[]; payment: Payment }

/** An order whose payment is to be opened: as it was just written, or as it was read again. */
export type OrderToOpen = { order: Omit<OrderRow, 'version'>; lines: LineRow[]; payment: PlannedPayment }

/**
 * Opens the payment of a placed order at the gateway and moves the order to WAITING_PAYMENT in the same transaction
 * that records the gateway's answer. When the gateway refuses or is down the order is closed, its stock released, its key
 * freed. When its answer was lost the buyer hears the same, and a repeat with the same key goes on with this order;
 * without one `close-stalled-orders` ends it.
 */
export async function openOrderPayment(
  deps: PlaceOrderDeps,
  { order, lines, payment }: OrderToOpen,
  options: { repeat: boolean },
): Promise<Result<CreatedOrder, OrderRefusal>> {
  const token = trackingToken(deps.keys, order.id, order.token_version)
  let locked = order
  const opened = await openPayment(deps, {
    payment,
    repeat: options.repeat,
    items: itemsOf(order, lines),
    customer: { name: order.customer_name, email: order.customer_email, phone: order.customer_phone },
    returnUrl:
      order.return_url === null
        ? invoiceUrl(deps.origin, order.number, token)
        : absoluteUrl(deps.origin, order.return_url),
    lockFirst: async (tx) => {
      locked = await lockOrder(tx, order.id)
    },
    alsoInTransaction: async (tx) => {
      await Promise.all([followOpening(tx, locked, deps.clock.now()), announceWaiting(tx, payment)])
    },
  })
  if (opened.ok) {
    // Closed by somebody else while the gateway was asked: its page must not be handed out any more.
    const isOver = locked.state === 'CANCELLED' || locked.state === 'EXPIRED' || opened.value.letGo
    if (isOver || opened.value.state === 'CANCELLED') return err(await gatewayUnavailable(deps, order))
    const state = locked.state === 'PENDING' ? 'WAITING_PAYMENT' : locked.state
    return ok(toCreatedOrder(deps, { order: { ...order, state }, lines, payment: opened.value }))
  }
  deps.log.warn({ orderId: order.id, detail: opened.error.detail }, 'payment could not be opened')
  if (opened.error.code === 'gateway_unavailable') {
    await closeUnpaidOrder(deps, order.id, {
      to: 'CANCELLED',
      actor: 'shop',
      reason: 'gateway_unavailable',
      onlyPending: true,
    })
  }
  return err(await gatewayUnavailable(deps, order))
}

/** What is paid for, as the gateway lists it: the sums add up to the order's total. */
function itemsOf(
  order: Pick<OrderRow, 'fee' | 'locale'>,
  lines: readonly LineRow[],
): { id: string; name: string; price: number; quantity: number }[] {
  const items = lines.map((line) => ({
    id: line.sku_code,
    name: `${line.product_name} ${line.sku_name}`,
    price: line.unit_price,
    quantity: line.quantity,
  }))
  if (order.fee === 0) return items
  const name = order.locale === 'id' ? 'Biaya pembayaran' : 'Payment fee'
  return [...items, { id: 'fee', name, price: order.fee, quantity: 1 }]
}

async function followOpening(tx: Tx, order: Pick<OrderRow, 'id' | 'state'>, at: Date): Promise<void> {
  if (order.state === 'PENDING') await moveOrder(tx, order, { to: 'WAITING_PAYMENT', actor: 'gateway', at })
  else await touchOrder(tx, order.id)
}

/** Tells that a payment waits for the buyer; once per attempt. */
export async function announceWaiting(
  tx: Tx,
  payment: Pick<PlannedPayment, 'id' | 'orderId'>,
): Promise<void> {
  const { id, orderId } = payment
  await publish(tx, { kind: ORDER_WAITING, key: `${ORDER_WAITING}:${id}`, orderId, data: { payment: id } })
}

/** The refusal of an order whose gateway does not answer, with the ways to pay that are left. */
export async function gatewayUnavailable(
  deps: MethodsDeps,
  order: Pick<OrderRow, 'subtotal' | 'discount' | 'payment_method'>,
): Promise<Extract<OrderRefusal, { code: 'gateway_unavailable' }>> {
  const offers = await listPaymentMethods(deps, order.subtotal - order.discount)
  return { code: 'gateway_unavailable', methods: withoutMethod(offers, order.payment_method) }
}

/** Reads an order with its lines and its newest payment. Throws when it does not exist. */
export async function loadOrderWithPayment(
  deps: Pick<PlaceOrderDeps, 'db'>,
  orderId: string,
): Promise<OrderWithPayment> {
  return await deps.db.transaction('orders.load', { role: 'worker' }, async (tx) => {
    const [order, lines, paying] = await Promise.all([
      findOrder(tx, orderId),
      selectLines(tx, orderId),
      findPaymentForView(tx, orderId),
    ])
    if (order === undefined || paying === undefined) throw new Error(`order ${orderId} is incomplete`)
    return { order, lines, payment: paying.payment }
  })
}

/** The order as the create call answers it. */
export function toCreatedOrder(
  deps: Pick<PlaceOrderDeps, 'keys' | 'origin'>,
  found: Pick<OrderToOpen, 'order' | 'lines'> & { payment: Payment },
): CreatedOrder {
  const { order, lines, payment } = found
  const token = trackingToken(deps.keys, order.id, order.token_version)
  return {
    orderNumber: order.number,
    trackingToken: token,
    status: order.state,
    currency: 'IDR',
    total: order.total,
    lines: lines.map((line) => ({
      sku: line.sku_code,
      name: line.sku_name,
      product: line.product_name,
      quantity: line.quantity,
      unitPrice: line.unit_price,
      total: line.total,
    })),
    payment: toInstructions(payment),
    links: { invoice: invoiceUrl(deps.origin, order.number, token), track: `${deps.origin}/track/${token}` },
  }
}

/** How to pay, from a payment row. */
export function toInstructions(payment: Payment): PaymentInstructions {
  return {
    method: payment.method,
    reference: payment.reference,
    ...howToPay(payment),
    expiresAt: payment.expiresAt.toISOString(),
  }
}

function invoiceUrl(origin: string, number: string, token: string): string {
  return `${origin}/invoice/${number}?t=${token}`
}

function absoluteUrl(origin: string, url: string): string {
  return url.startsWith('/') ? `${origin}${url}` : url
}

function withoutMethod(methods: readonly PaymentMethodOffer[], down: string): PaymentMethodOffer[] {
  return methods.map((offer) =>
    offer.method === down
      ? {
          ...offer,
          enabled: false,
          reason: 'Sedang gangguan. Coba lagi sebentar lagi atau pilih metode lain.',
          reasonEn: 'Out of order. Try again in a moment, or choose another way to pay.',
        }
      : offer,
  )
}
