import { err, ok } from '#shared/result.ts'
import { refuseOrder } from '../order-refusals.ts'
import { refuseField } from '../problem-reply.ts'
import type { ProblemCode } from '../problems.ts'
import { jsonReply } from '../reply.ts'
import { isOwnAddress } from '../own-address.ts'
import { defineRoute } from '../route.ts'
import {
  CreatedOrderModel,
  EXAMPLE_ORDER,
  IdempotencyHeader,
  OrderBody,
  QuoteBody,
  QuoteModel,
} from './order-schemas.ts'
import { defined } from './services.ts'

const BODY_PROBLEMS = [
  'invalid_request',
  'malformed_json',
  'unsupported_media_type',
  'unsupported_encoding',
  'body_too_large',
  'incomplete_request',
  'cross_site_request',
  'rate_limited',
  'sku_unknown',
  'sku_unavailable',
  'payment_method_unavailable',
] as const satisfies ProblemCode[]

/** Prices and payment methods for what would be bought. */
export const quoteOrder = defineRoute({
  method: 'post',
  path: '/api/quote',
  id: 'quoteOrder',
  tag: 'Orders',
  summary: 'What it would cost',
  description: 'Reserves nothing. Prices, fees and names are always the server’s.',
  access: 'public',
  headers: 'privateApi',
  limit: 'quote',
  json: QuoteBody,
  jsonExample: { items: EXAMPLE_ORDER.items },
  answers: { 200: { description: 'The quote', schema: QuoteModel } },
  problems: BODY_PROBLEMS,
  handle: async ({ body }, { app }) => {
    const { items, locale: _locale, ...rest } = body
    const result = await app.orders.quote({ ...defined(rest), items: items.map(defined) })
    return result.ok ? ok(jsonReply(result.value)) : err(refuseOrder(result.error))
  },
})

/** Visible ASCII, long enough that two buyers never meet by chance. */
const KEY_PATTERN = /^[\x21-\x7e]{16,255}$/

/** Creates an order and opens its payment. */
export const createOrder = defineRoute({
  method: 'post',
  path: '/api/orders/create',
  id: 'createOrder',
  tag: 'Orders',
  summary: 'Create an order and its payment',
  description:
    'Repeating the same key and body returns the same order and creates nothing; the answer then carries `Idempotent-Replayed: true`. Fields that are not listed are refused.',
  access: 'public',
  headers: 'privateApi',
  limit: 'create',
  requestHeaders: IdempotencyHeader,
  json: OrderBody,
  jsonExample: EXAMPLE_ORDER,
  answers: { 201: { description: 'The order and how to pay for it', schema: CreatedOrderModel } },
  problems: [
    ...BODY_PROBLEMS,
    'idempotency_key_missing',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'request_in_progress',
    'price_changed',
    'gateway_unavailable',
    'took_too_long',
  ],
  handle: async ({ body }, { app, request, visitor, appUrl }) => {
    const key = request.headers.get('idempotency-key')
    if (key === null || key === '') return err({ code: 'idempotency_key_missing' })
    if (!KEY_PATTERN.test(key)) return err({ code: 'idempotency_key_invalid' })
    if (body.returnUrl !== undefined && !isOwnAddress(body.returnUrl, appUrl))
      return err(refuseField(FOREIGN_RETURN))
    const result = await app.orders.create(body, key, visitor)
    if (!result.ok) return err(refuseOrder(result.error))
    const { isReplayed, ...order } = result.value
    return ok(jsonReply(order, 201, isReplayed === true ? { 'idempotent-replayed': 'true' } : {}))
  },
})

const FOREIGN_RETURN = {
  pointer: '/returnUrl',
  code: 'foreign_address',
  detail: 'Alamat kembali harus di toko ini.',
  detailEn: 'The return address must be in this shop.',
}
