import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import type { TaskRefusal } from '../../reports/task-view.ts'
import { defined } from '../api/services.ts'
import type { Refusal } from '../problem-reply.ts'
import type { ProblemCode } from '../problems.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { API_ACTOR } from '../sync/decide-run.ts'
import { NextCursor, PageQuery } from '../sync/run-schemas.ts'
import { OPERATOR_TIMEOUT_MS } from './operator-limits.ts'

/** Longest note of a decision, and most values that one carries. */
const MAX_NOTE = 500
const MAX_VALUES = 10

const TaskModel = z
  .object({
    id: z.string().openapi({ example: 'purchase_manual:01890a5d-ac96-774b-bcce-b302099a8057' }),
    kind: z.enum([
      'purchase_manual',
      'purchase_reversed',
      'refund_manual',
      'payment_exception',
      'invite_manual',
      'overdue',
    ]),
    title: z.string(),
    titleEn: z.string(),
    detail: z.string(),
    todo: z.string(),
    todoEn: z.string(),
    orderNumber: z.string().nullable(),
    amount: z.int().nullable().openapi({ description: 'Rupiah at stake' }),
    since: z.iso.datetime(),
    owner: z.enum(['staff', 'supplier', 'gateway', 'buyer']),
    actions: z.array(
      z.object({
        action: z.string(),
        label: z.string(),
        labelEn: z.string(),
        needs: z.array(z.string()).openapi({ description: 'Names of the values that come with it' }),
      }),
    ),
  })
  .openapi('Task')

const TaskParams = z.object({ id: z.string().regex(/^[a-z_]{1,30}:[0-9a-f-]{36}$/) })

const BODY_PROBLEMS = [
  'token_required',
  'not_found',
  'not_allowed',
  'invalid_request',
  'malformed_json',
  'unsupported_media_type',
  'body_too_large',
  'rate_limited',
  'took_too_long',
] as const satisfies ProblemCode[]

/** What waits for a person. */
export const listTasks = defineRoute({
  method: 'get',
  path: '/api/admin/tasks',
  id: 'listTasks',
  tag: 'Operator',
  summary: 'What waits for a person',
  access: 'operator',
  headers: 'privateApi',
  query: PageQuery,
  answers: {
    200: {
      description: 'One page, longest waiting first',
      schema: z.object({ tasks: z.array(TaskModel), nextCursor: NextCursor }),
    },
  },
  problems: ['token_required', 'invalid_request', 'rate_limited'],
  handle: async ({ query }, { app }) => ok(jsonReply(await app.tasks.list(defined(query)))),
})

/** One task. */
export const getTask = defineRoute({
  method: 'get',
  path: '/api/admin/tasks/{id}',
  id: 'getTask',
  tag: 'Operator',
  summary: 'One task with what may be decided',
  access: 'operator',
  headers: 'privateApi',
  params: TaskParams,
  answers: { 200: { description: 'The task', schema: TaskModel } },
  problems: ['token_required', 'not_found', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const task = await app.tasks.find(params.id)
    return task === undefined ? err({ code: 'not_found' }) : ok(jsonReply(task))
  },
})

/** Carries out a decision about a task. */
export const decideTask = defineRoute({
  method: 'post',
  path: '/api/admin/tasks/{id}/decisions',
  id: 'decideTask',
  tag: 'Operator',
  summary: 'Decide a task',
  description:
    '`action` is one of the task’s own, `values` what that action needs. A task that was decided is gone: a repetition answers 404 and changes nothing.',
  access: 'operator',
  headers: 'privateApi',
  timeoutMs: OPERATOR_TIMEOUT_MS,
  params: TaskParams,
  json: z
    .strictObject({
      action: z.string().min(1).max(40),
      values: z
        .record(z.string().min(1).max(40), z.string().max(MAX_NOTE))
        .refine((values) => Object.keys(values).length <= MAX_VALUES)
        .default({}),
    })
    .openapi('TaskDecision'),
  jsonExample: { action: 'paid', values: { note: 'BCA 21/11 ref 8812' } },
  answers: { 200: { description: 'Done', schema: z.object({ id: z.string() }) } },
  problems: BODY_PROBLEMS,
  handle: async ({ params: { id }, body }, { app }) => {
    const decided = await app.tasks.decide(id, body, API_ACTOR)
    return decided.ok ? ok(jsonReply({ id })) : err(refuseTask(decided.error))
  },
})

/** Opens where a refund by hand goes to. */
export const openTaskAccount = defineRoute({
  method: 'post',
  path: '/api/admin/tasks/{id}/account',
  id: 'openTaskAccount',
  tag: 'Operator',
  summary: 'Show where a refund by hand goes to',
  description: 'Each look is recorded. 404 while the buyer named no account, and for other kinds of tasks.',
  access: 'operator',
  headers: 'privateApi',
  params: TaskParams,
  answers: {
    200: {
      description: 'The account',
      schema: z.object({ bank: z.string(), number: z.string(), holder: z.string() }),
    },
  },
  problems: ['token_required', 'not_found', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const account = await app.tasks.account(params.id, API_ACTOR)
    return account === undefined ? err({ code: 'not_found' }) : ok(jsonReply(account))
  },
})

/** Gives money of a paid order back. */
export const refundOrder = defineRoute({
  method: 'post',
  path: '/api/admin/orders/{number}/refund',
  id: 'refundOrder',
  tag: 'Operator',
  summary: 'Give money of an order back',
  description:
    'Of one line by its number, or of the whole order; everything that is left of it without `amount`. The same wish with the same reason again gives nothing twice.',
  access: 'operator',
  headers: 'privateApi',
  params: z.object({ number: z.string().regex(/^LP-[0-9A-Z]{10}$/) }),
  json: z
    .strictObject({
      line: z.int().min(1).max(100).optional(),
      amount: z.int().min(1).max(10_000_000_000).optional(),
      reason: z.string().min(1).max(MAX_NOTE),
    })
    .openapi('RefundWish'),
  jsonExample: { line: 1, reason: 'Kode sudah terpakai' },
  answers: { 200: { description: 'What goes back, in rupiah', schema: z.object({ amount: z.int() }) } },
  problems: BODY_PROBLEMS,
  handle: async ({ params, body }, { app }) => {
    const given = await app.tasks.refund(params.number, defined(body), API_ACTOR)
    return given.ok ? ok(jsonReply(given.value)) : err(refuseTask(given.error))
  },
})

function refuseTask({ code, detail }: TaskRefusal): Refusal {
  if (code === 'not_found') return { code }
  const error = {
    pointer: '/',
    code,
    detail: `Tidak dijalankan: ${detail}`,
    detailEn: `Not carried out: ${detail}`,
  }
  return { code, errors: [error] }
}
