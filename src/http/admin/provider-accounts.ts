import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { API_ACTOR } from '../sync/decide-run.ts'

/** Accounts of one call; a longer list is imported by the command line. */
const MAX_ACCOUNTS = 200
/** Bounds of the import itself; what is beyond them is refused there with a reason. */
const MAX_TEXT = 200
const MAX_CREDENTIAL = 4_000
const MAX_COUNT = 10_000
const MAX_PLANS = 50

const AccountModel = z
  .object({
    id: z.string(),
    provider: z.string(),
    label: z.string(),
    externalId: z.string(),
    plans: z.array(z.string()),
    state: z.enum(['ACTIVE', 'COOLDOWN', 'PAUSED', 'BANNED', 'CREDENTIAL', 'RETIRED']),
    seats: z.int(),
    used: z.int().openapi({ description: 'By members, and by others than buyers of this shop' }),
    held: z.int().openapi({ description: 'By invites under way, and by memberships that are being ended' }),
    invitedToday: z.int().openapi({ description: 'Of this day in Asia/Jakarta' }),
    dailyQuota: z.int(),
    cooldownUntil: z.iso.datetime({ offset: true }).nullable(),
    detail: z.string().nullable(),
  })
  .openapi('ProviderAccount')

const count = z.int().min(1).max(MAX_COUNT)
const text = z.string().min(1).max(MAX_TEXT)

const ImportBody = z.object({
  accounts: z
    .array(
      z.object({
        provider: text,
        label: text,
        externalId: text,
        credential: z.string().min(1).max(MAX_CREDENTIAL),
        plans: z.array(text).min(1).max(MAX_PLANS),
        seats: count,
        dailyQuota: count,
      }),
    )
    .min(1)
    .max(MAX_ACCOUNTS),
})

/** Every account that invites, without its credential. */
export const listProviderAccounts = defineRoute({
  method: 'get',
  path: '/api/admin/provider-accounts',
  id: 'listProviderAccounts',
  tag: 'Operator',
  summary: 'Accounts that invite buyers',
  access: 'operator',
  headers: 'privateApi',
  answers: {
    200: { description: 'All of them', schema: z.object({ accounts: z.array(AccountModel) }) },
  },
  problems: ['token_required', 'rate_limited'],
  handle: async (_input, { app }) => ok(jsonReply({ accounts: await app.invites.accounts() })),
})

/** Adds accounts, and changes those that are known by provider and externalId. */
export const importProviderAccounts = defineRoute({
  method: 'post',
  path: '/api/admin/provider-accounts',
  id: 'importProviderAccounts',
  tag: 'Operator',
  summary: 'Import accounts that invite buyers',
  description:
    'All or none. Known accounts (same provider and externalId) take the new values; credentials are sealed at once and never shown.',
  access: 'operator',
  headers: 'privateApi',
  json: ImportBody,
  answers: {
    200: { description: 'Done', schema: z.object({ added: z.int(), changed: z.int() }) },
  },
  problems: ['token_required', 'invalid_request', 'malformed_json', 'body_too_large', 'rate_limited'],
  handle: async ({ body }, { app }) => {
    const imported = await app.invites.importAccounts(body.accounts, API_ACTOR)
    if (imported.ok) return ok(jsonReply(imported.value))
    const errors = imported.error.errors.map((detail) => ({
      pointer: '/accounts',
      code: 'input_invalid',
      detail,
      detailEn: detail,
    }))
    return err({ code: 'invalid_request', errors })
  },
})

/** Lets an account invite again, holds it still, or takes it out of use. */
export const setProviderAccountState = defineRoute({
  method: 'patch',
  path: '/api/admin/provider-accounts/{id}',
  id: 'setProviderAccountState',
  tag: 'Operator',
  summary: 'Pause, resume or retire an account',
  description: 'Its members stay with it in every case. Doing it twice changes nothing.',
  access: 'operator',
  headers: 'privateApi',
  params: z.object({ id: z.uuid() }),
  json: z.object({ state: z.enum(['ACTIVE', 'PAUSED', 'RETIRED']) }),
  answers: { 200: { description: 'Done', schema: z.object({ id: z.string(), state: z.string() }) } },
  problems: ['token_required', 'not_found', 'invalid_request', 'malformed_json', 'rate_limited'],
  handle: async ({ params: { id }, body: { state } }, { app }) => {
    const moved = await app.invites.setAccountState(id, state, API_ACTOR)
    return moved.ok ? ok(jsonReply({ id, state })) : err({ code: 'not_found' })
  },
})
