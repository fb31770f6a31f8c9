import { err, ok } from '#shared/result.ts'
import { defined, WRONG_CURSOR } from '../api/services.ts'
import { refuseField } from '../problem-reply.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import {
  ChangeListModel,
  PageQuery,
  RunDetailModel,
  RunListModel,
  RunParams,
  StreamListQuery,
} from './run-schemas.ts'

/** Runs of synchronisations, newest first. */
export const listRuns = defineRoute({
  method: 'get',
  path: '/api/runs',
  id: 'listRuns',
  tag: 'Operator',
  summary: 'Synchronisation runs',
  access: 'operator',
  headers: 'privateApi',
  query: StreamListQuery,
  answers: { 200: { description: 'One page, newest first', schema: RunListModel } },
  problems: ['token_required', 'invalid_request', 'rate_limited'],
  handle: async ({ query }, { app }) => ok(jsonReply(await app.sync.listRuns(defined(query)))),
})

/** One run with where each of its streams stands. */
export const getRun = defineRoute({
  method: 'get',
  path: '/api/runs/{id}',
  id: 'getRun',
  tag: 'Operator',
  summary: 'One synchronisation run',
  description: 'While it goes on, `passes` tell how far each stream is and what it waits for.',
  access: 'operator',
  headers: 'privateApi',
  params: RunParams,
  answers: { 200: { description: 'The run', schema: RunDetailModel } },
  problems: ['token_required', 'not_found', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const run = await app.sync.findRun(params.id)
    return run === undefined ? err({ code: 'not_found' }) : ok(jsonReply(run))
  },
})

/** What a run changed, or a dry run would change. */
export const listRunChanges = defineRoute({
  method: 'get',
  path: '/api/runs/{id}/changes',
  id: 'listRunChanges',
  tag: 'Operator',
  summary: 'What a run changed',
  description: 'For a dry run: what the live run would change. The order is the same for both.',
  access: 'operator',
  headers: 'privateApi',
  params: RunParams,
  query: PageQuery,
  answers: { 200: { description: 'One page', schema: ChangeListModel } },
  problems: ['token_required', 'invalid_request', 'not_found', 'rate_limited'],
  handle: async ({ params, query }, { app }) => {
    if ((await app.sync.findRun(params.id)) === undefined) return err({ code: 'not_found' })
    const page = await app.sync.listChanges(params.id, defined(query))
    return page === undefined ? err(refuseField(WRONG_CURSOR)) : ok(jsonReply(page))
  },
})
