import { z } from '@hono/zod-openapi'
import { MAX_CURSOR } from '../api/service-schemas.ts'

/** Entries of a list when none is asked for, and at most. */
const DEFAULT_PAGE = 20
const MAX_PAGE = 100

/** Streams of one request; no connection has as many. */
const MAX_STREAMS = 20

const Count = z.int().min(0)
const Time = z.iso.datetime({ offset: true })

/** The name of a configured external system, or of a stream of it. */
export const ConnectionName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .openapi({ example: 'feed' })

/** Where a list goes on, and how much of it. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z
    .string()
    .min(1)
    .max(MAX_CURSOR)
    .optional()
    .openapi({ description: '`nextCursor` of the page before' }),
})

/** The same for lists whose cursor is an id. A cursor that is none would begin the list anew and run in circles. */
export const IdPageQuery = PageQuery.extend({
  cursor: z.uuid().optional().openapi({ description: '`nextCursor` of the page before' }),
})

export const StreamListQuery = IdPageQuery.extend({
  connection: ConnectionName.optional(),
  stream: ConnectionName.optional(),
})

export const RunParams = z.object({ id: z.uuid() })
export const ConnectionParams = z.object({ name: ConnectionName })

/** Cron services can often send nothing but an address. */
export const CronKeyQuery = z.object({
  key: z.string().optional().openapi({ description: 'The cron key, instead of a bearer token' }),
})

/** The end of a list is a `nextCursor` of null. */
export const NextCursor = z.string().nullable()

const StreamCounts = {
  stream: z.string(),
  seen: Count,
  created: Count,
  updated: Count,
  unchanged: Count,
  rejected: Count,
  deleted: Count,
  pages: Count,
}

const Reason = z.object({ code: z.string(), detail: z.string() })

const RUN_MEMBERS = {
  runId: z.string(),
  connection: z.string(),
  trigger: z.enum(['manual', 'schedule', 'webhook', 'cli', 'replay']),
  kind: z.enum(['live', 'dry']),
  status: z
    .enum(['queued', 'running', 'succeeded', 'failed', 'refused', 'needs_approval', 'cancelled'])
    .openapi({ description: '`queued` and `running` go on; the others are the end' }),
  startedAt: Time,
  finishedAt: Time.nullable(),
  streams: z.array(z.object(StreamCounts)),
  errors: z.array(Reason.extend({ record: z.string().optional() })),
}

export const RunModel = z.object(RUN_MEMBERS).openapi('Run')

const PassModel = z
  .object({
    ...StreamCounts,
    state: z.enum(['waiting', 'ready', 'running', 'succeeded', 'failed', 'parked', 'cancelled']),
    stale: Count,
    missing: Count.openapi({ description: 'Records the source no longer names, waiting for approval' }),
    startedAt: Time.nullable(),
    finishedAt: Time.nullable(),
    retryAt: Time.nullable(),
    error: Reason.nullable(),
  })
  .openapi('Pass')

export const RunDetailModel = z
  .object({
    ...RUN_MEMBERS,
    mode: z.enum(['full', 'changes', 'range', 'replay']),
    from: Time.nullable(),
    to: Time.nullable(),
    planOf: z.string().nullable(),
    passes: z.array(PassModel),
  })
  .openapi('RunDetail')

export const RunListModel = z.object({ runs: z.array(RunModel), nextCursor: NextCursor }).openapi('RunList')

export const ChangeListModel = z
  .object({
    changes: z.array(
      z.object({
        stream: z.string(),
        op: z.enum(['create', 'update', 'delete', 'return', 'kept', 'push']),
        externalId: z.string(),
        fields: z
          .record(z.string(), z.array(z.unknown()).length(2))
          .openapi({ description: 'Field to `[before, after]`; creations carry none' }),
      }),
    ),
    nextCursor: NextCursor,
  })
  .openapi('ChangeList')

/** What may be asked of a run of the feed. */
export const SyncDataBody = z.strictObject({
  dryRun: z.boolean().default(false).openapi({ description: 'Plan only: nothing is changed' }),
  from: z.iso
    .datetime({ offset: true })
    .optional()
    .openapi({ description: 'Only what changed since; without it everything is compared' }),
  to: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Until then; now if left out' }),
  streams: z.array(ConnectionName).min(1).max(MAX_STREAMS).optional(),
  planOf: z.uuid().optional().openapi({ description: 'Carry out this dry run’s plan and nothing else' }),
})

export const ConnectionListModel = z
  .object({
    connections: z.array(
      z.object({
        name: z.string(),
        paused: z.object({ by: z.string(), at: Time }).nullable(),
        circuit: z.object({ openUntil: Time, reason: z.string() }).nullable(),
        streams: z.array(
          z.object({
            stream: z.string(),
            direction: z.enum(['inbound', 'outbound', 'work']),
            watermark: Time.nullable(),
            enumeratedAt: Time.nullable(),
            records: Count,
            deadLetters: Count,
          }),
        ),
        schedules: z.array(
          z.object({
            mode: z.enum(['full', 'changes']),
            everyMinutes: z.int().min(1),
            enabled: z.boolean(),
            nextAt: Time,
          }),
        ),
        alerts: z.array(
          z.object({
            id: z.string(),
            connection: z.string(),
            stream: z.string(),
            kind: z.string(),
            detail: z.string(),
            openedAt: Time,
          }),
        ),
      }),
    ),
  })
  .openapi('ConnectionList')

export const DeadLetterListModel = z
  .object({
    deadLetters: z.array(
      z.object({
        id: z.string(),
        connection: z.string(),
        stream: z.string(),
        record: z.string(),
        code: z.string(),
        detail: z.string(),
        attempts: Count,
        openedAt: Time,
        payload: z.unknown(),
      }),
    ),
    nextCursor: NextCursor,
  })
  .openapi('DeadLetterList')
