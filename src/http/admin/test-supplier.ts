import { z } from '@hono/zod-openapi'
import { ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { DEFAULT_SUPPLIER } from './operator-limits.ts'

/** Whether the supplier answers with our credentials. */
export const testSupplier = defineRoute({
  method: 'get',
  path: '/api/test/vip-connection',
  id: 'testSupplier',
  tag: 'Operator',
  summary: 'Test the connection to VIP-Reseller',
  access: 'operator',
  headers: 'privateApi',
  answers: {
    200: {
      description: 'What the supplier answered',
      schema: z
        .object({ ok: z.boolean(), balance: z.int().optional(), message: z.string() })
        .openapi('SupplierTest'),
      example: { ok: true, balance: 1_500_000, message: 'OK' },
    },
  },
  problems: ['token_required', 'rate_limited', 'took_too_long'],
  handle: async (_input, { app }) => ok(jsonReply(await app.operator.testSupplier(DEFAULT_SUPPLIER))),
})
