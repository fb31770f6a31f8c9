import type { Run } from '../../sync/run-view.ts'
import { jsonReply, type Reply } from '../reply.ts'

/** How long a request waits for its run: below the 30 s after which many proxies give up. */
export const RUN_WAIT_MS = 25_000

/** Longest time of a route that waits for a run; the answer is always ready before. */
export const RUN_ROUTE_TIMEOUT_MS = RUN_WAIT_MS + 5_000

/** The run: 200 when it has ended, 202 with its address while it goes on. */
export function runReply(run: Run): Reply {
  const isOver = run.status !== 'queued' && run.status !== 'running'
  return isOver ? jsonReply(run) : jsonReply(run, 202, { location: `/api/runs/${run.runId}` })
}
