import { err, ok } from '#shared/result.ts'
import type { CorrectionRefusal } from '../../orders/order-view.ts'
import type { Refusal } from '../problem-reply.ts'
import type { ProblemCode } from '../problems.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { CorrectionBody, LineParams, RefundAccountBody, TokenParams, TrackModel } from './order-schemas.ts'

const FOUND = { 200: { description: 'The order as it is now', schema: TrackModel } }

const BODY_PROBLEMS = [
  'invalid_request',
  'malformed_json',
  'unsupported_media_type',
  'body_too_large',
  'cross_site_request',
  'rate_limited',
  'took_too_long',
] as const satisfies ProblemCode[]

/** Corrects what the buyer entered for a line. */
export const correctLineInput = defineRoute({
  method: 'post',
  path: '/api/track/{token}/lines/{line}/input',
  id: 'correctLineInput',
  tag: 'Orders',
  summary: 'Correct what was entered for a line, and try again',
  description:
    'For a line that is `NEEDS_INPUT`, or one that was paid while no supplier was asked for it; its `correction` names the fields. At most three times. The same input again changes nothing.',
  access: 'public',
  headers: 'privateApi',
  limit: 'track',
  params: LineParams,
  json: CorrectionBody,
  jsonExample: { input: { user_id: '12345678', zone_id: '2001' } },
  answers: FOUND,
  problems: ['not_found', 'not_correctable', ...BODY_PROBLEMS],
  handle: async ({ params, body }, { app }) => {
    const corrected = await app.orders.correctInput(params.token, params.line, body.input)
    return corrected.ok ? ok(jsonReply(corrected.value)) : err(refuseCorrection(corrected.error))
  },
})

/** Takes the money of a line back instead of correcting it. */
export const declineLine = defineRoute({
  method: 'post',
  path: '/api/track/{token}/lines/{line}/decline',
  id: 'declineLine',
  tag: 'Orders',
  summary: 'Take the money of a line back instead of correcting it',
  description: 'For a line that is `NEEDS_INPUT`. Doing it twice changes nothing.',
  access: 'public',
  headers: 'privateApi',
  limit: 'track',
  params: LineParams,
  answers: FOUND,
  problems: ['not_found', 'not_correctable', 'cross_site_request', 'rate_limited', 'took_too_long'],
  handle: async ({ params }, { app }) => {
    const declined = await app.orders.declineCorrection(params.token, params.line)
    return declined.ok ? ok(jsonReply(declined.value)) : err(refuseCorrection(declined.error))
  },
})

/** Takes down where a refund by hand is to go. */
export const setRefundAccount = defineRoute({
  method: 'post',
  path: '/api/track/{token}/refund-account',
  id: 'setRefundAccount',
  tag: 'Orders',
  summary: 'Say where a refund is to be transferred to',
  description:
    'Only while a person pays a refund of this order back (`payment.refund.state` is `manual`). The number is stored sealed; the order shows its last digits. May be changed until the money went out.',
  access: 'public',
  headers: 'privateApi',
  limit: 'track',
  params: TokenParams,
  json: RefundAccountBody,
  jsonExample: { bank: 'BCA', number: '1234567890', holder: 'Sari Dewi' },
  answers: FOUND,
  problems: ['not_found', 'refund_account_not_needed', ...BODY_PROBLEMS],
  handle: async ({ params, body }, { app }) => {
    const kept = await app.orders.setRefundAccount(params.token, body)
    if (kept.ok) return ok(jsonReply(kept.value))
    if (kept.error.code === 'invalid_request')
      return err({ code: 'invalid_request', errors: kept.error.errors })
    return err({ code: kept.error.code === 'not_needed' ? 'refund_account_not_needed' : 'not_found' })
  },
})

function refuseCorrection(refusal: CorrectionRefusal): Refusal {
  return refusal.code === 'invalid_request'
    ? { code: refusal.code, errors: refusal.errors }
    : { code: refusal.code }
}
