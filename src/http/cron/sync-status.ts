import { z } from '@hono/zod-openapi'
import { ok } from '#shared/result.ts'
import { OPERATOR_TIMEOUT_MS } from '../admin/operator-limits.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

const SyncedModel = z
  .object({ checked: z.int(), updated: z.int(), pending: z.int(), failed: z.int() })
  .openapi('SyncedStatus')

/** Asks suppliers for the state of every open purchase. Safe to call again at any time. */
export function syncStatus(method: 'get' | 'post'): Route {
  return defineRoute({
    method,
    path: '/api/admin/sync-status',
    id: `syncStatus-${method}`,
    tag: 'Operator',
    summary: 'Ask for the state of every open order',
    access: 'cron',
    headers: 'privateApi',
    timeoutMs: OPERATOR_TIMEOUT_MS,
    query: z.object({
      action: z.literal('sync-all').optional(),
      key: z.string().optional().openapi({ description: 'The cron key, instead of a bearer token' }),
    }),
    answers: {
      200: {
        description: 'What was asked and what changed',
        schema: SyncedModel,
        example: { checked: 4, updated: 1, pending: 3, failed: 0 },
      },
    },
    problems: ['token_required', 'invalid_request', 'rate_limited', 'took_too_long'],
    handle: async (_input, { app }) => ok(jsonReply(await app.operator.syncStatus())),
  })
}
