import { unreachable } from '#shared/result.ts'
import type { OrderRefusal, RenewalRefusal } from '../orders/order-view.ts'
import type { Refusal } from './problem-reply.ts'

/** Seconds after which a request that is still running is worth repeating. */
const IN_PROGRESS_RETRY_SECONDS = 1

/** Seconds after which a gateway that did not answer is worth asking again. */
const GATEWAY_RETRY_SECONDS = 10

/** The domain's refusal of an order or a quote as a refusal of the request. */
export function refuseOrder(refusal: OrderRefusal): Refusal {
  switch (refusal.code) {
    case 'invalid_request':
    case 'sku_unknown':
    case 'sku_unavailable':
    case 'payment_method_unavailable':
      return { code: refusal.code, errors: refusal.errors }
    case 'price_changed':
      return { code: refusal.code, members: { current: refusal.current } }
    case 'idempotency_key_missing':
    case 'idempotency_key_reused':
      return { code: refusal.code }
    case 'request_in_progress':
      return { code: refusal.code, retryAfterSeconds: IN_PROGRESS_RETRY_SECONDS }
    case 'gateway_unavailable':
      return {
        code: refusal.code,
        retryAfterSeconds: GATEWAY_RETRY_SECONDS,
        members: { methods: refusal.methods },
      }
    default:
      return unreachable(refusal)
  }
}

/** The domain's refusal to have an order paid anew as a refusal of the request. */
export function refuseRenewal(refusal: RenewalRefusal): Refusal {
  switch (refusal.code) {
    case 'not_found':
    case 'not_renewable':
    case 'price_changed':
    case 'sku_unavailable':
      return { code: refusal.code }
    case 'payment_method_unavailable':
      return { code: refusal.code, members: { methods: refusal.methods } }
    case 'gateway_unavailable':
      return {
        code: refusal.code,
        retryAfterSeconds: GATEWAY_RETRY_SECONDS,
        members: { methods: refusal.methods },
      }
    default:
      return unreachable(refusal)
  }
}
