import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import { API_ACTOR } from './decide-run.ts'
import { ConnectionName } from './run-schemas.ts'

/** Longest id that the map of external ids holds. */
const MAX_EXTERNAL_ID = 200

const LockBody = z.strictObject({
  connection: ConnectionName,
  stream: ConnectionName,
  externalId: z.string().min(1).max(MAX_EXTERNAL_ID),
  field: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/),
})

/** Keeps a field of one record away from synchronisation, or gives it back. Doing it twice changes nothing. */
export function lockField(method: 'put' | 'delete'): Route {
  const isLock = method === 'put'
  return defineRoute({
    method,
    path: '/api/sync/field-locks',
    id: isLock ? 'lockField' : 'unlockField',
    tag: 'Operator',
    summary: isLock ? 'Keep a field from synchronisation' : 'Give a field back to synchronisation',
    access: 'operator',
    headers: 'privateApi',
    json: LockBody,
    jsonExample: { connection: 'feed', stream: 'products', externalId: 'P-7', field: 'name' },
    answers: { 200: { description: 'Done', schema: LockBody.extend({ locked: z.boolean() }) } },
    problems: [
      'token_required',
      'invalid_request',
      'malformed_json',
      'unsupported_media_type',
      'body_too_large',
      'not_found',
      'field_unknown',
      'rate_limited',
    ],
    handle: async ({ body }, { app }) => {
      const done = await app.sync.setFieldLock(body, isLock, API_ACTOR)
      if (done.ok) return ok(jsonReply({ ...body, locked: isLock }))
      return err({ code: done.error.code === 'unknown_field' ? 'field_unknown' : 'not_found' })
    },
  })
}
