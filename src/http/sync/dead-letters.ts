import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { defined } from '../api/services.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { API_ACTOR } from './decide-run.ts'
import { refuseSync } from './refuse-sync.ts'
import { RUN_ROUTE_TIMEOUT_MS, RUN_WAIT_MS, runReply } from './run-reply.ts'
import { ConnectionName, DeadLetterListModel, RunModel, RunParams, StreamListQuery } from './run-schemas.ts'

/** Records that were refused and wait for somebody. */
export const listDeadLetters = defineRoute({
  method: 'get',
  path: '/api/dead-letters',
  id: 'listDeadLetters',
  tag: 'Operator',
  summary: 'Records that were refused',
  access: 'operator',
  headers: 'privateApi',
  query: StreamListQuery,
  answers: { 200: { description: 'One page', schema: DeadLetterListModel } },
  problems: ['token_required', 'invalid_request', 'rate_limited'],
  handle: async ({ query }, { app }) => ok(jsonReply(await app.sync.listDeadLetters(defined(query)))),
})

/** Tries refused records again. */
export const replayDeadLetters = defineRoute({
  method: 'post',
  path: '/api/dead-letters/replay',
  id: 'replayDeadLetters',
  tag: 'Operator',
  summary: 'Try refused records again',
  access: 'operator',
  headers: 'privateApi',
  timeoutMs: RUN_ROUTE_TIMEOUT_MS,
  json: z.strictObject({ connection: ConnectionName, stream: ConnectionName.optional() }),
  jsonExample: { connection: 'feed', stream: 'products' },
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
    'rate_limited',
    'took_too_long',
  ],
  handle: async ({ body: { connection, stream } }, { app }) => {
    const streams = stream === undefined ? {} : { streams: [stream] }
    const asked = { connection, ...streams, trigger: 'replay', kind: 'live', mode: 'replay' } as const
    const run = await app.sync.run(asked, RUN_WAIT_MS)
    return run.ok ? ok(runReply(run.value)) : err(refuseSync(run.error))
  },
})

/** Closes a dead letter without applying it. */
export const discardDeadLetter = defineRoute({
  method: 'post',
  path: '/api/dead-letters/{id}/discard',
  id: 'discardDeadLetter',
  tag: 'Operator',
  summary: 'Give up a refused record',
  description: 'It is not tried again. If the source sends it anew and it is refused anew, a new one opens.',
  access: 'operator',
  headers: 'privateApi',
  params: RunParams,
  answers: { 200: { description: 'Done', schema: z.object({ id: z.string() }) } },
  problems: ['token_required', 'not_found', 'rate_limited'],
  handle: async ({ params: { id } }, { app }) => {
    const done = await app.sync.discardDeadLetter(id, API_ACTOR)
    return done.ok ? ok(jsonReply({ id })) : err({ code: 'not_found' })
  },
})
