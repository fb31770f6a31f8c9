import { z } from '@hono/zod-openapi'
import { ok } from '#shared/result.ts'
import { jsonReply, textReply } from '../reply.ts'
import { defineRoute } from '../route.ts'

/** Whether the process runs. */
export const healthz = defineRoute({
  method: 'get',
  path: '/healthz',
  id: 'healthz',
  tag: 'System',
  summary: 'The process runs',
  access: 'public',
  headers: 'privateApi',
  answers: { 200: { description: 'It does', schema: z.object({ ok: z.boolean() }), example: { ok: true } } },
  problems: [],
  handle: async () => ok(jsonReply({ ok: true })),
})

const ReadyModel = z.object({ database: z.boolean(), queue: z.boolean() }).openapi('Readiness')

/** A check that has no answer by then counts as failed: load balancers ask every few seconds. */
const READY_TIMEOUT_MS = 3000

/** Whether database and queue answer. */
export const readyz = defineRoute({
  method: 'get',
  path: '/readyz',
  id: 'readyz',
  tag: 'System',
  summary: 'Database and queue answer',
  access: 'public',
  headers: 'privateApi',
  timeoutMs: READY_TIMEOUT_MS,
  answers: {
    200: { description: 'Ready', schema: ReadyModel, example: { database: true, queue: true } },
    503: { description: 'Not ready', schema: ReadyModel, example: { database: false, queue: false } },
  },
  problems: [],
  handle: async (_input, { app }) => {
    const state = await app.health.ready().catch(() => ({ database: false, queue: false }))
    return ok(jsonReply(state, state.database && state.queue ? 200 : 503))
  },
})

/** Figures for Prometheus: for the machine itself, or with the operator token. */
export const metrics = defineRoute({
  method: 'get',
  path: '/metrics',
  id: 'metrics',
  tag: 'System',
  summary: 'Figures for Prometheus',
  access: 'loopback',
  headers: 'privateApi',
  answers: { 200: { description: 'Prometheus text', contentType: 'text/plain' } },
  problems: ['token_required', 'rate_limited'],
  handle: async (_input, { app }) =>
    ok(textReply(await app.health.metrics(), 'text/plain; version=0.0.4; charset=utf-8')),
})
