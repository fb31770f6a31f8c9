import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import { API_ACTOR } from '../sync/decide-run.ts'

const SupplierParams = z.object({ id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/) })

const SupplierListModel = z
  .object({
    suppliers: z.array(
      z.object({
        id: z.string(),
        balance: z.int().nullable(),
        balanceAt: z.iso.datetime({ offset: true }).nullable(),
        lowBalance: z.int().nullable().openapi({ description: 'Below it the supplier rests' }),
        pausedBy: z
          .enum(['operator', 'low_balance'])
          .nullable()
          .openapi({ description: '`low_balance` ends by itself' }),
        waiting: z.int().openapi({ description: 'Units that are not sent yet' }),
        circuits: z.array(
          z.object({ family: z.string(), until: z.iso.datetime({ offset: true }), reason: z.string() }),
        ),
        lately: z.object({ ended: z.int(), delivered: z.int(), p95Seconds: z.int().nullable() }),
      }),
    ),
  })
  .openapi('SupplierList')

/** Every configured supplier with its balance and record. */
export const listSuppliers = defineRoute({
  method: 'get',
  path: '/api/admin/suppliers',
  id: 'listSuppliers',
  tag: 'Operator',
  summary: 'Suppliers, their balances and records',
  access: 'operator',
  headers: 'privateApi',
  answers: { 200: { description: 'All of them', schema: SupplierListModel } },
  problems: ['token_required', 'rate_limited'],
  handle: async (_input, { app }) => ok(jsonReply({ suppliers: await app.suppliers.list() })),
})

/** Stops buying from a supplier. Doing it twice changes nothing. */
export const pauseSupplier: Route = defineRoute({
  method: 'post',
  path: '/api/admin/suppliers/{id}/pause',
  id: 'pauseSupplier',
  tag: 'Operator',
  summary: 'Pause a supplier',
  description: 'What is paid and not sent yet goes to another supplier, or waits.',
  access: 'operator',
  headers: 'privateApi',
  params: SupplierParams,
  answers: { 200: { description: 'Done', schema: z.object({ id: z.string(), paused: z.boolean() }) } },
  problems: ['token_required', 'not_found', 'rate_limited'],
  handle: async ({ params: { id } }, { app }) => {
    const done = await app.suppliers.pause(id, API_ACTOR)
    return done.ok ? ok(jsonReply({ id, paused: true })) : err({ code: 'not_found' })
  },
})

/** Lets a supplier go on and sends what waited. */
export const resumeSupplier: Route = defineRoute({
  method: 'post',
  path: '/api/admin/suppliers/{id}/resume',
  id: 'resumeSupplier',
  tag: 'Operator',
  summary: 'Resume a supplier',
  description: 'Reads its balance, lets it sell again whoever paused it, and sends at once what waited.',
  access: 'operator',
  headers: 'privateApi',
  params: SupplierParams,
  answers: { 200: { description: 'Done', schema: z.object({ id: z.string(), resumed: z.int() }) } },
  problems: ['token_required', 'not_found', 'supplier_unreachable', 'rate_limited'],
  handle: async ({ params: { id } }, { app }) => {
    const done = await app.suppliers.resume(id, API_ACTOR)
    if (done.ok) return ok(jsonReply({ id, ...done.value }))
    return err({ code: done.error.code === 'not_found' ? 'not_found' : 'supplier_unreachable' })
  },
})
