import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { API_ACTOR } from '../sync/decide-run.ts'

const IncidentModel = z
  .object({
    id: z.string(),
    kind: z.string(),
    subject: z.string().openapi({ description: 'What it is about: a SKU, a supplier, a channel' }),
    title: z.string().openapi({ description: 'In Indonesian' }),
    titleEn: z.string(),
    state: z.enum(['OPEN', 'ACKNOWLEDGED', 'RESOLVED']),
    count: z.int(),
    openedAt: z.iso.datetime({ offset: true }),
    resolvedAt: z.iso.datetime({ offset: true }).nullable(),
    acknowledgedBy: z.string().nullable(),
  })
  .openapi('Incident')

/** Troubles that open once and end by themselves. */
export const listIncidents = defineRoute({
  method: 'get',
  path: '/api/admin/incidents',
  id: 'listIncidents',
  tag: 'Operator',
  summary: 'Troubles of the shop',
  description: 'Those that are open, and the latest that are over.',
  access: 'operator',
  headers: 'privateApi',
  answers: {
    200: { description: 'Open ones first', schema: z.object({ incidents: z.array(IncidentModel) }) },
  },
  problems: ['token_required', 'rate_limited'],
  handle: async (_input, { app }) => ok(jsonReply({ incidents: await app.incidents.list() })),
})

/** Notes that somebody takes care of one. */
export const acknowledgeIncident = defineRoute({
  method: 'post',
  path: '/api/admin/incidents/{id}/acknowledge',
  id: 'acknowledgeIncident',
  tag: 'Operator',
  summary: 'Take care of a trouble',
  description: 'It ends by itself, when what is wrong is over. The first who says so is on record.',
  access: 'operator',
  headers: 'privateApi',
  params: z.object({ id: z.uuid() }),
  answers: { 200: { description: 'Noted', schema: z.object({ id: z.string(), acknowledged: z.boolean() }) } },
  problems: ['token_required', 'not_found', 'rate_limited'],
  handle: async ({ params: { id } }, { app }) => {
    const noted = await app.incidents.acknowledge(id, API_ACTOR)
    return noted.ok ? ok(jsonReply({ id, acknowledged: true })) : err({ code: 'not_found' })
  },
})
