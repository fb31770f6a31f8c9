import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { refuseRenewal } from '../order-refusals.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { PaymentMethodModel, RenewalBody, TokenParams, TrackModel } from './order-schemas.ts'

/** The ways to pay an order that is not paid yet. */
export const listOrderMethods = defineRoute({
  method: 'get',
  path: '/api/track/{token}/methods',
  id: 'listOrderMethods',
  tag: 'Orders',
  summary: 'Ways to pay an unpaid or expired order',
  description:
    'As they are offered now; empty for an order that cannot be paid any more, and for unknown tokens.',
  access: 'public',
  headers: 'privateApi',
  limit: 'track',
  params: TokenParams,
  answers: {
    200: { description: 'The ways to pay', schema: z.object({ methods: z.array(PaymentMethodModel) }) },
  },
  problems: ['not_found', 'rate_limited'],
  handle: async ({ params }, { app }) =>
    ok(jsonReply({ methods: await app.orders.paymentMethods(params.token) })),
})

/** Opens a new payment for an unpaid or expired order. */
export const renewPayment = defineRoute({
  method: 'post',
  path: '/api/track/{token}/payment',
  id: 'renewPayment',
  tag: 'Orders',
  summary: 'Pay an unpaid or expired order anew',
  description:
    'By the same way or another one. An open payment is ended first; one that was paid in the meantime is kept. Repeating it opens nothing twice.',
  access: 'public',
  headers: 'privateApi',
  limit: 'track',
  params: TokenParams,
  json: RenewalBody,
  isBodyOptional: true,
  answers: { 200: { description: 'The order with its payment', schema: TrackModel } },
  problems: [
    'not_found',
    'not_renewable',
    'price_changed',
    'sku_unavailable',
    'payment_method_unavailable',
    'gateway_unavailable',
    'invalid_request',
    'malformed_json',
    'unsupported_media_type',
    'body_too_large',
    'cross_site_request',
    'rate_limited',
    'took_too_long',
  ],
  handle: async ({ params, body }, { app }) => {
    const renewed = await app.orders.renewPayment(params.token, body.method)
    return renewed.ok ? ok(jsonReply(renewed.value)) : err(refuseRenewal(renewed.error))
  },
})

/** The QR code of an open payment. */
export const qrPicture = defineRoute({
  method: 'get',
  path: '/api/track/{token}/qr.png',
  id: 'qrPicture',
  tag: 'Orders',
  summary: 'QR code to pay, as a picture',
  access: 'public',
  headers: 'privateApi',
  limit: 'track',
  params: TokenParams,
  answers: { 200: { description: 'A PNG with a quiet zone', contentType: 'image/png' } },
  problems: ['not_found', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const picture = await app.orders.qrPicture(params.token)
    if (picture === undefined) return err({ code: 'not_found' })
    const headers = { 'content-type': 'image/png', 'cache-control': 'private, no-store' }
    return ok({ status: 200, headers, body: new Uint8Array(picture) })
  },
})
