import { z } from '@hono/zod-openapi'
import { MAX_CURSOR } from '../api/service-schemas.ts'

const Count = z.int().min(0)

export const RunModel = z
  .object({
    runId: z.string(),
    connection: z.string(),
    trigger: z.enum(['manual', 'schedule', 'webhook', 'cli']),
    kind: z.enum(['live', 'dry']),
    status: z.enum(['running', 'succeeded', 'failed', 'refused']),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    streams: z.array(
      z.object({
        stream: z.string(),
        seen: Count,
        created: Count,
        updated: Count,
        unchanged: Count,
        rejected: Count,
        deleted: Count,
        pages: Count,
      }),
    ),
    errors: z.array(z.object({ code: z.string(), detail: z.string(), record: z.string().optional() })),
  })
  .openapi('Run')

export const RunListModel = z
  .object({ runs: z.array(RunModel), nextCursor: z.string().nullable() })
  .openapi('RunList')

/** The name of a configured external system. */
export const ConnectionName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/)

export const RunListQuery = z.object({
  connection: ConnectionName.optional(),
  stream: ConnectionName.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(MAX_CURSOR).optional(),
})

export const RunParams = z.object({ id: z.uuid() })

/** The supplier that is meant when none is named. */
export const DEFAULT_SUPPLIER = 'vip-reseller'

/** Operator work talks to providers page by page; a proxy in front must allow as much. */
export const OPERATOR_TIMEOUT_MS = 120_000
