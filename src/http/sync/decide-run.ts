import { err, ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { runReply } from './run-reply.ts'
import { RunModel, RunParams } from './run-schemas.ts'

/** Who did it, in the records, when the operator's token was shown. */
export const API_ACTOR = 'api:operator'

/** Ends a run early. What it committed stays, and the next run continues there. */
export const cancelRun = defineRoute({
  method: 'post',
  path: '/api/runs/{id}/cancel',
  id: 'cancelRun',
  tag: 'Operator',
  summary: 'Cancel a run',
  description: 'Pages that were applied stay applied; the next run of the connection continues there.',
  access: 'operator',
  headers: 'privateApi',
  params: RunParams,
  answers: { 200: { description: 'The run; it ends at its next page', schema: RunModel } },
  problems: ['token_required', 'not_found', 'run_over', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const cancelled = await app.sync.cancel(params.id)
    if (cancelled.ok) return ok(jsonReply(cancelled.value))
    return err({ code: cancelled.error.code === 'already_over' ? 'run_over' : 'not_found' })
  },
})

/** Lets a run that waits for approval take the missing records out of use. */
export const approveRun = defineRoute({
  method: 'post',
  path: '/api/runs/{id}/approve',
  id: 'approveRun',
  tag: 'Operator',
  summary: 'Approve the deletions of a run',
  description:
    'A run stops before it takes many records out of use at once. Look at `passes[].missing` first: approve only what is really gone.',
  access: 'operator',
  headers: 'privateApi',
  params: RunParams,
  answers: {
    200: { description: 'The run, which has ended', schema: RunModel },
    202: { description: 'The run, which goes on', schema: RunModel },
  },
  problems: ['token_required', 'not_found', 'nothing_to_approve', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const approved = await app.sync.approve(params.id, API_ACTOR)
    return approved.ok ? ok(runReply(approved.value)) : err({ code: approved.error.code })
  },
})
