import { revealDeliveries, type RevealedDelivery } from '#fulfilment'
import { findPaymentForView, type PaymentForView } from '#payments'
import type { Database } from '#platform/database.ts'
import type { KeyRing } from '#platform/sealing.ts'
import type { TrackLine, TrackView } from './order-view.ts'
import { selectOrderView, type OrderViewRow } from './orders-view-store.ts'
import { hashToken, isTrackingToken } from './tracking-token.ts'

/** What showing an order needs. */
export type TrackDeps = { db: Database; keys: KeyRing }

/**
 * The order behind a tracking token with what was delivered, or undefined for unknown, foreign and malformed tokens
 * alike. Row security sees to it that a token shows its own order only; opening sealed goods is recorded.
 */
export async function trackOrder(deps: TrackDeps, token: string): Promise<TrackView | undefined> {
  if (!isTrackingToken(token)) return undefined
  const tokenHash = hashToken(token)
  const found = await deps.db.transaction('orders.track', { role: 'web', tokenHash }, async (tx) => {
    const row = await selectOrderView(tx, tokenHash)
    const paying = row === undefined ? undefined : await findPaymentForView(tx, row.id)
    return row === undefined || paying === undefined ? undefined : { row, paying }
  })
  if (found === undefined) return undefined
  const hasGoods = found.row.lines.some((line) => line.delivered_units > 0)
  const revealed = hasGoods
    ? await revealDeliveries(deps, { tokenHash, orderId: found.row.id, actor: 'buyer' })
    : []
  return toTrackView(found.row, found.paying, revealed)
}

function toTrackView(
  row: OrderViewRow,
  paying: PaymentForView,
  revealed: readonly RevealedDelivery[],
): TrackView {
  const goods = new Map(revealed.map((delivery) => [delivery.lineId, delivery]))
  return {
    orderNumber: row.number,
    status: row.state,
    total: row.total,
    subtotal: row.subtotal,
    fee: row.fee,
    currency: 'IDR',
    createdAt: row.created_at.toISOString(),
    expiresAt:
      row.state === 'PENDING' || row.state === 'WAITING_PAYMENT' ? row.expires_at.toISOString() : null,
    version: row.version,
    timeline: row.timeline,
    payment: toPaymentView(paying),
    lines: row.lines.map((line) => toLineView(line, goods.get(line.id))),
  }
}

function toLineView(line: OrderViewRow['lines'][number], goods: RevealedDelivery | undefined): TrackLine {
  const delivery = goods === undefined ? undefined : toDelivery(goods)
  return {
    sku: line.sku_code,
    name: line.sku_name,
    product: line.product_name,
    productSlug: line.product_slug,
    deliveryKind: line.delivery_kind,
    quantity: line.quantity,
    total: line.total,
    status: line.state,
    input: line.input_shown,
    ...(delivery === undefined ? {} : { delivery }),
    ...(line.failure === null ? {} : { failure: line.failure }),
  }
}

function toDelivery(goods: RevealedDelivery): TrackLine['delivery'] {
  if (goods.kind === 'CODE') return { kind: 'codes', codes: goods.values }
  return { kind: 'topup', serialNumber: goods.values.join(', ') }
}

function toPaymentView({ payment, status, refund }: PaymentForView): TrackView['payment'] {
  const isOpen = payment.state === 'CREATING' || payment.state === 'PENDING'
  return {
    method: payment.method,
    status: payment.bookedTo === 'suspense' && status === 'paid' ? 'review' : status,
    ...(payment.paidAt === null ? {} : { paidAt: payment.paidAt.toISOString() }),
    ...(isOpen && payment.redirectUrl !== null ? { redirectUrl: payment.redirectUrl } : {}),
    ...(isOpen && payment.token !== null ? { token: payment.token } : {}),
    ...(isOpen && payment.qrString !== null ? { qrString: payment.qrString } : {}),
    ...(isOpen ? { expiresAt: payment.expiresAt.toISOString() } : {}),
    ...(refund === undefined ? {} : { refund: { ...refund, method: payment.method } }),
  }
}
