import { err, ok } from '#shared/result.ts'
import { defined } from '../api/services.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { RunListModel, RunListQuery, RunModel, RunParams } from './run-schemas.ts'

/** Runs of synchronisations, newest first. */
export const listRuns = defineRoute({
  method: 'get',
  path: '/api/runs',
  id: 'listRuns',
  tag: 'Operator',
  summary: 'Synchronisation runs',
  access: 'operator',
  headers: 'privateApi',
  query: RunListQuery,
  answers: { 200: { description: 'One page', schema: RunListModel } },
  problems: ['token_required', 'invalid_request', 'rate_limited'],
  handle: async ({ query }, { app }) => ok(jsonReply(await app.operator.listRuns(defined(query)))),
})

/** One run. */
export const getRun = defineRoute({
  method: 'get',
  path: '/api/runs/{id}',
  id: 'getRun',
  tag: 'Operator',
  summary: 'One synchronisation run',
  access: 'operator',
  headers: 'privateApi',
  params: RunParams,
  answers: { 200: { description: 'The run', schema: RunModel } },
  problems: ['token_required', 'not_found', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const run = await app.operator.findRun(params.id)
    return run === undefined ? err({ code: 'not_found' }) : ok(jsonReply(run))
  },
})
