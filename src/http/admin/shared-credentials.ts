import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { defined } from '../api/services.ts'
import { refuseField } from '../problem-reply.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { API_ACTOR } from '../sync/decide-run.ts'
import { SkuParams } from './price-schemas.ts'

/** Bounds of the use cases themselves. */
const MAX_LABEL = 120
const MAX_SECRET = 4_000
const MAX_SEATS = 1_000

const Sku = SkuParams.shape.sku
const Secret = z
  .string()
  .min(1)
  .max(MAX_SECRET)
  .openapi({ description: 'What the buyers read; sealed at once and never answered' })
const End = z.iso.datetime({ offset: true })
const Params = z.object({ id: z.uuid() })

const CredentialModel = z
  .object({
    id: z.string(),
    sku: z.string(),
    label: z.string(),
    state: z.enum(['ACTIVE', 'PAUSED', 'RETIRED']),
    seats: z.int(),
    taken: z.int().openapi({ description: 'Seats sold whose time is not over' }),
    held: z.int().openapi({ description: 'Seats held for unpaid orders' }),
    version: z.int().openapi({ description: 'Grows with every new secret' }),
    rotatedAt: z.iso.datetime({ offset: true }).nullable(),
    expiresAt: z.iso.datetime({ offset: true }).nullable(),
  })
  .openapi('SharedCredential')

const BODY_PROBLEMS = [
  'token_required',
  'not_found',
  'invalid_request',
  'malformed_json',
  'unsupported_media_type',
  'body_too_large',
  'rate_limited',
] as const

const BAD_SECRET = refuseField({
  pointer: '/secret',
  code: 'input_invalid',
  detail: 'Rahasia ini kosong, berisi tanda kendali, atau sudah dipakai akun lain SKU ini.',
  detailEn: 'The secret is empty, holds control signs, or is that of another account of this SKU.',
})

const BAD_END = refuseField({
  pointer: '/expiresAt',
  code: 'out_of_range',
  detail: 'Waktu ini sudah lewat atau terlalu jauh.',
  detailEn: 'That time is past, or too far away.',
})

/** Accounts that several buyers share, without their secrets. */
export const listSharedCredentials = defineRoute({
  method: 'get',
  path: '/api/admin/shared-credentials',
  id: 'listSharedCredentials',
  tag: 'Operator',
  summary: 'Accounts that several buyers share',
  access: 'operator',
  headers: 'privateApi',
  query: z.object({ sku: Sku.optional() }),
  answers: {
    200: {
      description: 'All of them, or those of one SKU',
      schema: z.object({ credentials: z.array(CredentialModel) }),
    },
  },
  problems: ['token_required', 'invalid_request', 'rate_limited'],
  handle: async ({ query: { sku } }, { app }) =>
    ok(jsonReply({ credentials: await app.sharedStock.list(sku) })),
})

/** Adds an account with its seats. */
export const addSharedCredential = defineRoute({
  method: 'post',
  path: '/api/admin/shared-credentials',
  id: 'addSharedCredential',
  tag: 'Operator',
  summary: 'Add an account that several buyers share',
  description: 'All its seats are free. The same secret is taken once per SKU, so a repetition is refused.',
  access: 'operator',
  headers: 'privateApi',
  json: z
    .strictObject({
      sku: Sku,
      label: z.string().trim().min(1).max(MAX_LABEL),
      secret: Secret,
      seats: z.int().min(1).max(MAX_SEATS),
      expiresAt: End.optional().openapi({ description: 'No seat is sold that would outlast it' }),
    })
    .openapi('NewSharedCredential'),
  jsonExample: { sku: 'DISNEY-PROFIL-30D', label: 'Akun 1', secret: 'surel dan kata sandi', seats: 4 },
  answers: { 200: { description: 'Added', schema: CredentialModel } },
  problems: [...BODY_PROBLEMS, 'not_shared'],
  handle: async ({ body: { sku, ...credential } }, { app }) => {
    const added = await app.sharedStock.add(sku, defined(credential), API_ACTOR)
    if (added.ok) return ok(jsonReply(added.value))
    switch (added.error.code) {
      case 'sku_unknown':
        return err({ code: 'not_found' })
      case 'not_shared':
        return err({ code: 'not_shared' })
      case 'end_invalid':
        return err(BAD_END)
      case 'invalid_request':
        return err(BAD_SECRET)
    }
  },
})

/** Puts a new secret in place. */
export const rotateSharedCredential = defineRoute({
  method: 'post',
  path: '/api/admin/shared-credentials/{id}/rotate',
  id: 'rotateSharedCredential',
  tag: 'Operator',
  summary: 'Give an account a new secret',
  description:
    'Everybody who holds a seat sees it at once and is told. The same secret again changes nothing.',
  access: 'operator',
  headers: 'privateApi',
  params: Params,
  json: z.strictObject({ secret: Secret }),
  answers: {
    200: {
      description: 'Done',
      schema: z.object({ id: z.string(), told: z.int().openapi({ description: 'Lines that are told' }) }),
    },
  },
  problems: BODY_PROBLEMS,
  handle: async ({ params: { id }, body: { secret } }, { app }) => {
    const rotated = await app.sharedStock.rotate(id, secret, API_ACTOR)
    if (rotated.ok) return ok(jsonReply({ id, ...rotated.value }))
    return err(rotated.error.code === 'not_found' ? { code: 'not_found' } : BAD_SECRET)
  },
})

/** Moves the end of an account. */
export const endSharedCredential = defineRoute({
  method: 'post',
  path: '/api/admin/shared-credentials/{id}/end',
  id: 'endSharedCredential',
  tag: 'Operator',
  summary: 'Change when an account ends',
  description: 'Sold seats stay as they are. Doing it twice changes nothing.',
  access: 'operator',
  headers: 'privateApi',
  params: Params,
  json: z.strictObject({ expiresAt: End.nullable().openapi({ description: '`null`: it does not end' }) }),
  answers: {
    200: {
      description: 'Done',
      schema: z.object({
        id: z.string(),
        expiresAt: z.string().nullable(),
        outlasting: z.int().openapi({ description: 'Sold seats that last longer than that' }),
      }),
    },
  },
  problems: BODY_PROBLEMS,
  handle: async ({ params: { id }, body: { expiresAt } }, { app }) => {
    const moved = await app.sharedStock.setEnd(id, expiresAt, API_ACTOR)
    if (moved.ok) return ok(jsonReply({ id, expiresAt, ...moved.value }))
    return err(moved.error.code === 'not_found' ? { code: 'not_found' } : BAD_END)
  },
})

/** Lets an account be sold from, or not. */
export const setSharedCredentialState = defineRoute({
  method: 'post',
  path: '/api/admin/shared-credentials/{id}/state',
  id: 'setSharedCredentialState',
  tag: 'Operator',
  summary: 'Pause, resume or retire an account that is shared',
  description: 'Those who hold a seat keep it. Doing it twice changes nothing.',
  access: 'operator',
  headers: 'privateApi',
  params: Params,
  json: z.strictObject({ state: z.enum(['ACTIVE', 'PAUSED', 'RETIRED']) }),
  answers: { 200: { description: 'Done', schema: z.object({ id: z.string(), state: z.string() }) } },
  problems: BODY_PROBLEMS,
  handle: async ({ params: { id }, body: { state } }, { app }) => {
    const moved = await app.sharedStock.setState(id, state, API_ACTOR)
    return moved.ok ? ok(jsonReply({ id, state })) : err({ code: 'not_found' })
  },
})
