import { createHash } from 'node:crypto'
import { reserveStock } from '#fulfilment'
import {
  loadMethods,
  paymentReference,
  planPayment,
  type PaymentGateways,
  type PaymentMethod,
} from '#payments'
import { sqlState, violatedConstraint, type Database, type Tx } from '#platform/database.ts'
import type { Clock } from '#platform/clock.ts'
import { newId, newOrderNumber } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import type { KeyRing } from '#platform/sealing.ts'
import type { TaggedCache } from '#platform/tagged-cache.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { fieldError } from './field-errors.ts'
import { openOrderPayment, type OrderToOpen } from './open-order-payment.ts'
import { CREATE_SCOPE, HOLD_GRACE_MINUTES, PAYMENT_WINDOW_MINUTES, type LineRow } from './order.ts'
import { parseOrderRequest } from './order-request.ts'
import type { CreatedOrder, OrderRefusal, OrderRequest } from './order-view.ts'
import { findIdempotencyKey, insertIdempotencyKey, insertLines, insertOrder } from './orders-store.ts'
import { priceItems, type PricedItem } from './price-items.ts'
import { quoteOf } from './quote-order.ts'
import { repeatOrder } from './repeat-order.ts'
import { stockNeeds } from './revive-lines.ts'
import { hashToken, trackingToken } from './tracking-token.ts'

/** What placing an order needs. */
export type PlaceOrderDeps = {
  db: Database
  gateways: PaymentGateways
  /** Keeps what changes rarely, so that an order needs no further question to the database. */
  cache?: TaggedCache
  clock: Clock
  keys: KeyRing
  origin: string
  log: Log
}

const UNIQUE_VIOLATION = '23505'
const MINUTE_MS = 60_000

/** An order that exists in the database, whose payment is to be opened. */
type Placed = { kind: 'placed'; written: OrderToOpen } | { kind: 'repeated'; orderId: string }

/**
 * Creates an order with its stock reserved and its payment intent written, in one transaction, and then opens the
 * payment at the gateway. Repeating the key with the same body returns the same order; with another body it is
 * refused. When the gateway cannot be reached the reservation is released and the key is free again.
 */
export async function placeOrder(
  deps: PlaceOrderDeps,
  body: unknown,
  idempotencyKey: string | undefined,
  locale: 'id' | 'en',
): Promise<Result<CreatedOrder, OrderRefusal>> {
  if (idempotencyKey === undefined || !/^[\x21-\x7E]{16,255}$/.test(idempotencyKey))
    return err({ code: 'idempotency_key_missing' })
  const request = parseOrderRequest(body, deps.origin)
  if (!request.ok) return err({ code: 'invalid_request', errors: request.error.errors })
  const fingerprint = fingerprintOf(request.value)
  const placed = await placeOnce(deps, {
    request: request.value,
    key: idempotencyKey,
    fingerprint,
    locale: request.value.locale ?? locale,
    methods: await loadMethods(deps),
  })
  if (!placed.ok) return placed
  return placed.value.kind === 'repeated'
    ? await repeatOrder(deps, placed.value.orderId)
    : await openOrderPayment(deps, placed.value.written, { repeat: false })
}

type Command = {
  request: OrderRequest
  key: string
  fingerprint: Buffer
  locale: 'id' | 'en'
  methods: readonly PaymentMethod[]
}

async function placeOnce(deps: PlaceOrderDeps, command: Command): Promise<Result<Placed, OrderRefusal>> {
  try {
    return await writeOrder(deps, command)
  } catch (error) {
    const raced =
      sqlState(error) === UNIQUE_VIOLATION && violatedConstraint(error) === 'idempotency_keys_pkey'
    if (!raced) throw error
    return await writeOrder(deps, command)
  }
}

async function writeOrder(deps: PlaceOrderDeps, command: Command): Promise<Result<Placed, OrderRefusal>> {
  const orderId = newId()
  const tokenHash = hashToken(trackingToken(deps.keys, orderId, 1))
  return await deps.db.transaction('orders.place', { role: 'web', tokenHash }, async (tx) => {
    const known = findIdempotencyKey(tx, CREATE_SCOPE, command.key)
    const pricing = priceItems(tx, command.request.items, true)
    const [earlier, priced] = await Promise.all([known, pricing])
    if (earlier !== undefined) {
      if (!earlier.fingerprint.equals(command.fingerprint)) return err({ code: 'idempotency_key_reused' })
      return ok({ kind: 'repeated', orderId: earlier.resource_id })
    }
    if (!priced.ok) return priced
    const { expectedTotal, paymentMethod } = command.request
    const quote = quoteOf(command.methods, priced.value, paymentMethod)
    if (expectedTotal !== undefined && expectedTotal !== quote.total)
      return err({ code: 'price_changed', current: quote })
    const method = quote.methods.find((offer) => offer.method === paymentMethod)
    const gateway = command.methods.find((merged) => merged.method === paymentMethod)?.gateway
    if (method === undefined || gateway === undefined || !method.enabled) {
      const errors = [fieldError('/paymentMethod', method === undefined ? 'method_unknown' : 'method_limit')]
      return err({ code: 'payment_method_unavailable', errors })
    }
    const { items, subtotal } = priced.value
    const { fee, total } = quote
    return await insertAll(tx, deps, { ...command, orderId, tokenHash, items, gateway, subtotal, fee, total })
  })
}

type NewOrder = Command & {
  orderId: string
  tokenHash: Buffer
  items: PricedItem[]
  gateway: string
  subtotal: number
  fee: number
  total: number
}

async function insertAll(
  tx: Tx,
  deps: PlaceOrderDeps,
  order: NewOrder,
): Promise<Result<Placed, OrderRefusal>> {
  const now = deps.clock.now()
  const written = toRows(order, now)
  const { lines, payment } = written
  const writes = [
    insertIdempotencyKey(tx, CREATE_SCOPE, order.key, order.fingerprint, order.orderId),
    insertOrder(tx, { ...written.order, token_hash: order.tokenHash }),
    insertLines(tx, order.orderId, lines, now),
    planPayment(tx, { ...payment, now }),
  ]
  const reserved = reserveStock(tx, stockNeeds(lines), PAYMENT_WINDOW_MINUTES + HOLD_GRACE_MINUTES)
  const settled = await Promise.allSettled([...writes, reserved])
  const broken = settled.find((outcome) => outcome.status === 'rejected')
  if (broken !== undefined) throw broken.reason
  const stock = await reserved
  if (!stock.ok)
    return err({
      code: 'sku_unavailable',
      errors: shortErrors(
        lines,
        stock.error.map((short) => short.skuId),
      ),
    })
  return ok({ kind: 'placed', written })
}

/** The rows of a new order: what is written, and what the payment is opened with. */
function toRows(order: NewOrder, now: Date): OrderToOpen {
  const expiresAt = new Date(now.getTime() + PAYMENT_WINDOW_MINUTES * MINUTE_MS)
  const number = newOrderNumber()
  const { customer, paymentMethod, returnUrl = null } = order.request
  return {
    order: {
      id: order.orderId,
      number,
      token_version: 1,
      state: 'PENDING',
      locale: order.locale,
      customer_name: customer.name,
      customer_email: customer.email,
      customer_phone: customer.phone,
      subtotal: order.subtotal,
      discount: 0,
      fee: order.fee,
      total: order.total,
      payment_method: paymentMethod,
      return_url: returnUrl,
      expires_at: expiresAt,
      created_at: now,
    },
    lines: order.items.map((item, index) => toLine(item, index, order.orderId)),
    payment: {
      id: newId(),
      orderId: order.orderId,
      attempt: 1,
      method: paymentMethod,
      reference: paymentReference(number, 1),
      gateway: order.gateway,
      amount: order.total,
      expiresAt,
    },
  }
}

function toLine(item: PricedItem, index: number, orderId: string): LineRow {
  return {
    id: newId(),
    order_id: orderId,
    position: index + 1,
    sku_id: item.sku.skuId,
    product_id: item.sku.productId,
    sku_code: item.sku.code,
    sku_name: item.sku.name,
    product_name: item.sku.productName,
    product_slug: item.sku.productSlug,
    delivery_kind: item.sku.deliveryKind,
    input: item.input.input,
    input_shown: item.input.shown,
    quantity: item.quantity,
    unit_price: item.unitPrice,
    total: item.total,
    state: 'WAITING',
    failure: null,
    failure_code: null,
    corrections: 0,
  }
}

function shortErrors(
  lines: readonly { sku_id: string }[],
  short: readonly string[],
): ReturnType<typeof fieldError>[] {
  return lines.flatMap((line, index) =>
    short.includes(line.sku_id) ? [fieldError(`/items/${index}/quantity`, 'sku_unavailable')] : [],
  )
}

/** A hash of the whole validated request with its keys in order: equal requests have equal fingerprints. */
function fingerprintOf(request: OrderRequest): Buffer {
  return createHash('sha256').update(canonicalJson(request)).digest()
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`
}
