import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { DEFAULT_SUPPLIER } from '../admin/operator-limits.ts'
import { defineRoute } from '../route.ts'
import { refuseSync } from './refuse-sync.ts'
import { RUN_ROUTE_TIMEOUT_MS, RUN_WAIT_MS, runReply } from './run-reply.ts'
import { ConnectionName, RunModel } from './run-schemas.ts'

/** Pulls a supplier's catalogue now. */
export const syncServices = defineRoute({
  method: 'post',
  path: '/api/services',
  id: 'syncServices',
  tag: 'Operator',
  summary: 'Synchronise the supplier catalogue',
  description: 'An equal run that is still waiting is the answer to both requests.',
  access: 'operator',
  headers: 'privateApi',
  timeoutMs: RUN_ROUTE_TIMEOUT_MS,
  query: z.object({
    action: z.literal('sync'),
    connection: ConnectionName.default(DEFAULT_SUPPLIER),
    dryRun: z.enum(['true', 'false']).default('false'),
  }),
  answers: {
    200: { description: 'The run, which has ended; look at its `status`', schema: RunModel },
    202: {
      description: 'The run as it stands: it goes on, `Location` tells where to look',
      schema: RunModel,
    },
  },
  problems: [
    'token_required',
    'invalid_request',
    'unknown_connection',
    'paused',
    'rate_limited',
    'took_too_long',
  ],
  handle: async ({ query }, { app }) => {
    const { connection, dryRun } = query
    const kind = dryRun === 'true' ? 'dry' : 'live'
    const asked = { connection, trigger: 'manual', kind, mode: 'full' } as const
    const run = await app.sync.run(asked, RUN_WAIT_MS)
    return run.ok ? ok(runReply(run.value)) : err(refuseSync(run.error))
  },
})
