import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { ConnectionName, DEFAULT_SUPPLIER, OPERATOR_TIMEOUT_MS, RunModel } from './run-schemas.ts'

/** Seconds after which a catalogue run of another caller is usually over. */
const BUSY_RETRY_SECONDS = 15

/** Pulls a supplier's catalogue now. */
export const syncServices = defineRoute({
  method: 'post',
  path: '/api/services',
  id: 'syncServices',
  tag: 'Operator',
  summary: 'Synchronise the supplier catalogue',
  access: 'operator',
  headers: 'privateApi',
  timeoutMs: OPERATOR_TIMEOUT_MS,
  query: z.object({
    action: z.literal('sync'),
    connection: ConnectionName.default(DEFAULT_SUPPLIER),
    dryRun: z.enum(['true', 'false']).default('false'),
  }),
  answers: { 200: { description: 'The finished run', schema: RunModel } },
  problems: [
    'token_required',
    'invalid_request',
    'run_in_progress',
    'connection_unknown',
    'rate_limited',
    'took_too_long',
  ],
  handle: async ({ query }, { app }) => {
    const result = await app.operator.syncCatalogue(query.connection, 'manual', query.dryRun === 'true')
    if (result.ok) return ok(jsonReply(result.value))
    return result.error.code === 'busy'
      ? err({ code: 'run_in_progress', retryAfterSeconds: BUSY_RETRY_SECONDS })
      : err({ code: 'connection_unknown' })
  },
})
