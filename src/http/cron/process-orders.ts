import { z } from '@hono/zod-openapi'
import { ok } from '#shared/result.ts'
import { OPERATOR_TIMEOUT_MS } from '../admin/operator-limits.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

const ProcessedModel = z
  .object({ processed: z.int(), succeeded: z.int(), pending: z.int(), failed: z.int() })
  .openapi('ProcessedOrders')

/** Moves every paid order that waits for fulfilment. Safe to call again at any time. */
export function processOrders(method: 'get' | 'post'): Route {
  return defineRoute({
    method,
    path: '/api/orders/process',
    id: `processOrders-${method}`,
    tag: 'Operator',
    summary: 'Fulfil paid orders now',
    access: 'cron',
    headers: 'privateApi',
    timeoutMs: OPERATOR_TIMEOUT_MS,
    query: z.object({
      key: z.string().optional().openapi({ description: 'The cron key, instead of a bearer token' }),
    }),
    answers: {
      200: {
        description: 'What was moved',
        schema: ProcessedModel,
        example: { processed: 3, succeeded: 2, pending: 1, failed: 0 },
      },
    },
    problems: ['token_required', 'rate_limited', 'took_too_long'],
    handle: async (_input, { app }) => ok(jsonReply(await app.operator.processOrders())),
  })
}
