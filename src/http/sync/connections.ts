import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { refuseField } from '../problem-reply.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import { API_ACTOR } from './decide-run.ts'
import { ConnectionListModel, ConnectionParams } from './run-schemas.ts'

/** A connection that runs more rarely than once in 31 days is better paused. */
const MAX_MINUTES = 44_640

/** Every configured external system with its streams, schedules and health. */
export const listConnections = defineRoute({
  method: 'get',
  path: '/api/sync/connections',
  id: 'listConnections',
  tag: 'Operator',
  summary: 'Connections, their schedules and alerts',
  access: 'operator',
  headers: 'privateApi',
  answers: { 200: { description: 'All of them', schema: ConnectionListModel } },
  problems: ['token_required', 'rate_limited'],
  handle: async (_input, { app }) => ok(jsonReply({ connections: await app.sync.connections() })),
})

/** Holds a connection still, or lets it go on. Doing it twice changes nothing. */
export function pauseConnection(word: 'pause' | 'resume'): Route {
  const isPause = word === 'pause'
  return defineRoute({
    method: 'post',
    path: `/api/sync/connections/{name}/${word}`,
    id: `${word}Connection`,
    tag: 'Operator',
    summary: isPause ? 'Pause a connection' : 'Resume a connection',
    description: isPause
      ? 'No run of it starts until somebody resumes it; one that runs stops at its next page.'
      : 'Its schedules apply again from now on.',
    access: 'operator',
    headers: 'privateApi',
    params: ConnectionParams,
    answers: { 200: { description: 'Done', schema: z.object({ name: z.string(), paused: z.boolean() }) } },
    problems: ['token_required', 'not_found', 'unknown_connection', 'rate_limited'],
    handle: async ({ params: { name } }, { app }) => {
      const done = await app.sync.setPaused(name, isPause, API_ACTOR)
      return done.ok ? ok(jsonReply({ name, paused: isPause })) : err({ code: 'unknown_connection' })
    },
  })
}

const ScheduleBody = z.strictObject({
  mode: z.enum(['full', 'changes']),
  everyMinutes: z
    .int()
    .min(1)
    .max(MAX_MINUTES)
    .nullable()
    .openapi({ description: 'Null switches this schedule off' }),
})

const BAD_INTERVAL = {
  pointer: '/everyMinutes',
  code: 'interval_invalid',
  detail: `Isi 1 sampai ${MAX_MINUTES} menit, atau null.`,
  detailEn: `Give 1 to ${MAX_MINUTES} minutes, or null.`,
}

/** Changes how often a connection runs by itself. */
export const setSchedule = defineRoute({
  method: 'put',
  path: '/api/sync/connections/{name}/schedule',
  id: 'setSchedule',
  tag: 'Operator',
  summary: 'Change how often a connection runs by itself',
  access: 'operator',
  headers: 'privateApi',
  params: ConnectionParams,
  json: ScheduleBody,
  jsonExample: { mode: 'changes', everyMinutes: 15 },
  answers: { 200: { description: 'Done', schema: ScheduleBody.extend({ name: z.string() }) } },
  problems: [
    'token_required',
    'invalid_request',
    'malformed_json',
    'unsupported_media_type',
    'body_too_large',
    'not_found',
    'unknown_connection',
    'rate_limited',
  ],
  handle: async ({ params: { name }, body: { mode, everyMinutes } }, { app }) => {
    const done = await app.sync.setSchedule(name, mode, everyMinutes)
    if (done.ok) return ok(jsonReply({ name, mode, everyMinutes }))
    return err(
      done.error.code === 'bad_interval' ? refuseField(BAD_INTERVAL) : { code: 'unknown_connection' },
    )
  },
})
