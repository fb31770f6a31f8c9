import type { Tx } from '#platform/database.ts'
import { isUuid } from '#platform/ids.ts'
import type { RunChange } from '../run-view.ts'
import type { SyncDeps } from '../sync-deps.ts'
import {
  selectChanged,
  selectCreated,
  selectPlanned,
  selectRunStreams,
  type ChangePosition,
  type ChangeRow,
} from './changes-view-store.ts'
import { pageSize } from './page-size.ts'

/** In the order in which they are listed. */
const OPS = ['create', 'delete', 'kept', 'push', 'return', 'update'] as const
/** The largest page: a few hundred kilobytes of small differences. */
const MAX_CHANGES = 1_000
/** Longer cursors are not ours. */
const MAX_CURSOR = 1_000

/**
 * What a run changed, or a dry run would change, ordered by stream, operation and external id. The order is fixed, so
 * a plan and the run that carries it out list the same. Empty for an unknown run; undefined for a cursor that was never
 * given out, because a list that silently began anew would run its reader in circles.
 */
export async function listChanges(
  deps: Pick<SyncDeps, 'db'>,
  runId: string,
  query: { limit?: number; cursor?: string },
): Promise<{ changes: RunChange[]; nextCursor: string | null } | undefined> {
  const start = query.cursor === undefined ? undefined : readCursor(query.cursor)
  if (query.cursor !== undefined && start === undefined) return undefined
  if (!isUuid(runId)) return { changes: [], nextCursor: null }
  const size = pageSize(query.limit, MAX_CHANGES)
  const found = await deps.db.transaction('sync.list-changes', { role: 'worker' }, (tx) =>
    collect(tx, runId, start, size + 1),
  )
  const page = found.slice(0, size)
  const last = page.at(-1)
  return {
    changes: page.map(({ stream, op, externalId, fields }) => ({ stream, op, externalId, fields })),
    nextCursor: found.length > size && last !== undefined ? writeCursor(last) : null,
  }
}

type Found = RunChange & ChangePosition

async function collect(
  tx: Tx,
  runId: string,
  start: ChangePosition | undefined,
  limit: number,
): Promise<Found[]> {
  const run = await selectRunStreams(tx, runId)
  const found: Found[] = []
  for (const stream of run?.streams ?? []) {
    for (const op of OPS) {
      const isBefore =
        start !== undefined && (stream < start.stream || (stream === start.stream && op < start.op))
      if (isBefore || found.length >= limit) continue
      const after = start?.stream === stream && start.op === op ? start : undefined
      const group = { runId, stream, op, isDry: run?.kind === 'dry' }
      const rows = await selectGroup(tx, group, after, limit - found.length)
      found.push(...rows.map((row) => ({ ...row, stream, op })))
    }
  }
  return found
}

async function selectGroup(
  tx: Tx,
  group: { runId: string; stream: string; op: RunChange['op']; isDry: boolean },
  after: ChangePosition | undefined,
  limit: number,
): Promise<ChangeRow[]> {
  const externalId = after?.externalId ?? ''
  if (group.isDry) return await selectPlanned(tx, group, externalId, limit)
  if (group.op === 'create') return await selectCreated(tx, group, externalId, limit)
  return await selectChanged(tx, group, { externalId, id: after?.id ?? null }, limit)
}

function writeCursor({ stream, op, externalId, id }: ChangePosition): string {
  return Buffer.from(JSON.stringify([stream, op, externalId, id])).toString('base64url')
}

/** The position in a cursor; undefined for one that `writeCursor` cannot have written. */
function readCursor(cursor: string): ChangePosition | undefined {
  if (cursor.length > MAX_CURSOR) return undefined
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(parts) || parts.length !== 4 || !parts.every((part) => typeof part === 'string'))
      return undefined
    const [stream = '', given, externalId = '', id = ''] = parts
    const op = OPS.find((known) => known === given)
    return op === undefined || externalId.includes('\0') || (id !== '' && !isUuid(id))
      ? undefined
      : { stream, op, externalId, id }
  } catch {
    return undefined
  }
}
