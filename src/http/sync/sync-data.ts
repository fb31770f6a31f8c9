import type { z } from '@hono/zod-openapi'
import { systemClock } from '#platform/clock.ts'
import { err, ok } from '#shared/result.ts'
import type { SyncRequest } from '../../app.ts'
import { refuseField } from '../problem-reply.ts'
import { defineRoute } from '../route.ts'
import { FROM_MISSING, refuseSync } from './refuse-sync.ts'
import { RUN_ROUTE_TIMEOUT_MS, RUN_WAIT_MS, runReply } from './run-reply.ts'
import { CronKeyQuery, RunModel, SyncDataBody } from './run-schemas.ts'

/** The connection behind this route: the external API of resellers and products. */
const FEED = 'feed'

/** Pulls resellers and products from the external API, and mirrors their pictures. */
export const syncData = defineRoute({
  method: 'post',
  path: '/api/sync-data',
  id: 'syncData',
  tag: 'Operator',
  summary: 'Pull resellers and products',
  description:
    'The body may be left out. Without `from` everything is compared and what is gone is noticed. An equal run that is still waiting is the answer to both requests.',
  access: 'cron',
  headers: 'privateApi',
  timeoutMs: RUN_ROUTE_TIMEOUT_MS,
  query: CronKeyQuery,
  json: SyncDataBody,
  isBodyOptional: true,
  jsonExample: { dryRun: true, streams: ['products'] },
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
    'malformed_json',
    'unsupported_media_type',
    'body_too_large',
    'unknown_connection',
    'unknown_stream',
    'paused',
    'bad_range',
    'range_not_supported',
    'plan_unknown',
    'plan_not_finished',
    'rate_limited',
    'took_too_long',
  ],
  handle: async ({ body }, { app }) => {
    if (body.to !== undefined && body.from === undefined) return err(refuseField(FROM_MISSING))
    const run = await app.sync.run(requestOf(body), RUN_WAIT_MS)
    return run.ok ? ok(runReply(run.value)) : err(refuseSync(run.error))
  },
})

function requestOf({ dryRun, from, to, streams, planOf }: z.output<typeof SyncDataBody>): SyncRequest {
  const request = { connection: FEED, trigger: 'manual', kind: dryRun ? 'dry' : 'live' } as const
  const range =
    from === undefined
      ? { mode: 'full' as const }
      : {
          mode: 'range' as const,
          from: new Date(from),
          to: to === undefined ? systemClock.now() : new Date(to),
        }
  return {
    ...request,
    ...range,
    ...(streams === undefined ? {} : { streams }),
    ...(planOf === undefined ? {} : { planOf }),
  }
}
