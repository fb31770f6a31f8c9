import type { Database } from '#platform/database.ts'
import { isUuid } from '#platform/ids.ts'
import { pageSize } from '../page-cursor.ts'
import type { Run } from '../sync-run.ts'
import { selectRun, selectRuns } from './runs-store.ts'

/** The run with this id, or undefined. */
export async function findRun(deps: { db: Database }, runId: string): Promise<Run | undefined> {
  return isUuid(runId) ? selectRun(deps.db, runId) : undefined
}

/** Runs, newest first; `cursor` is the `nextCursor` of the page before. */
export async function listRuns(
  deps: { db: Database },
  query: { connection?: string; stream?: string; limit?: number; cursor?: string },
): Promise<{ runs: Run[]; nextCursor: string | null }> {
  const size = pageSize(query.limit)
  const runs = await selectRuns(deps.db, {
    connection: readName(query.connection),
    stream: readName(query.stream),
    after: query.cursor !== undefined && isUuid(query.cursor) ? query.cursor : null,
    limit: size + 1,
  })
  const page = runs.slice(0, size)
  return { runs: page, nextCursor: runs.length > size ? (page.at(-1)?.runId ?? null) : null }
}

function readName(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  return text.replaceAll('\0', '').slice(0, 200)
}
