import { err, ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { TokenParams, TrackModel } from './order-schemas.ts'

const FOUND = { 200: { description: 'The order', schema: TrackModel } }

/** The order behind a tracking token. */
export const trackOrder = defineRoute({
  method: 'get',
  path: '/api/track/{token}',
  id: 'trackOrder',
  tag: 'Orders',
  summary: 'State and deliveries of an order',
  description: 'Unknown, expired and foreign tokens are answered alike.',
  access: 'public',
  headers: 'privateApi',
  limit: 'track',
  params: TokenParams,
  answers: FOUND,
  problems: ['not_found', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const view = await app.orders.track(params.token)
    return view === undefined ? err({ code: 'not_found' }) : ok(jsonReply(view))
  },
})

/** Asks the gateway for the payment now. */
export const refreshPayment = defineRoute({
  method: 'post',
  path: '/api/track/{token}/refresh',
  id: 'refreshPayment',
  tag: 'Orders',
  summary: 'Ask the gateway whether the order is paid',
  access: 'public',
  headers: 'privateApi',
  limit: 'track',
  params: TokenParams,
  answers: FOUND,
  problems: ['not_found', 'cross_site_request', 'rate_limited', 'took_too_long'],
  handle: async ({ params }, { app }) => {
    const view = await app.orders.refreshPayment(params.token)
    return view === undefined ? err({ code: 'not_found' }) : ok(jsonReply(view))
  },
})

/** Cancels an unpaid order. */
export const cancelOrder = defineRoute({
  method: 'post',
  path: '/api/track/{token}/cancel',
  id: 'cancelOrder',
  tag: 'Orders',
  summary: 'Cancel an unpaid order',
  access: 'public',
  headers: 'privateApi',
  limit: 'track',
  params: TokenParams,
  answers: FOUND,
  problems: ['not_found', 'not_cancellable', 'cross_site_request', 'rate_limited', 'took_too_long'],
  handle: async ({ params }, { app }) => {
    const result = await app.orders.cancel(params.token)
    return result.ok ? ok(jsonReply(result.value)) : err({ code: result.error.code })
  },
})
