import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { noteSuccess } from '../limits/circuit.ts'
import type { SourceFailure } from '../ports.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { SYNC_TIMING } from '../sync-timing.ts'
import { applyRecords, type ApplyJob } from './apply-records.ts'
import { endAfter, mayCall, type CallContext } from './fetch-page.ts'
import { fingerprinter } from './fingerprint.ts'
import { hasOpenLetters, resolveLetters, upsertLetters } from './letters-store.ts'
import { record, toLetter } from './pull-page.ts'
import { readPage } from './read-page.ts'
import { insertRefreshRun, setRefreshCounts } from './refresh-store.ts'

/** What a hint came to. */
export type Refreshed = { created: number; updated: number; unchanged: number; rejected: number }

/** Ids that are asked for in one call. */
const MAX_IDS = 100

/**
 * Reads single records again because a webhook named them, and applies them like those of a page: the hint itself is
 * never believed. What changes nothing leaves no run behind. Records that the source does not have any more stay until
 * a complete enumeration misses them. `unsupported`: the stream or its source has no such call.
 */
export async function refreshRecords(
  deps: SyncDeps,
  connection: string,
  stream: string,
  externalIds: readonly string[],
  signal: AbortSignal,
): Promise<Result<Refreshed, SourceFailure | { code: 'unsupported'; detail: string }>> {
  const definition = deps.connections.get(connection)?.streams.find(({ name }) => name === stream)
  if (definition?.kind !== 'pull' || definition.source.fetchRecords === undefined)
    return err({ code: 'unsupported', detail: `${connection}/${stream} cannot be asked for single records` })
  const pass = { connection, isDry: false, tries: 0, signal }
  const caller: CallContext = { deps, timing: { ...SYNC_TIMING, ...deps.timing }, pass, stream: definition }
  const total: Refreshed = { created: 0, updated: 0, unchanged: 0, rejected: 0 }
  for (let start = 0; start < externalIds.length; start += MAX_IDS) {
    const part = await refreshSome(caller, externalIds.slice(start, start + MAX_IDS))
    if (!part.ok) return part
    total.created += part.value.created
    total.updated += part.value.updated
    total.unchanged += part.value.unchanged
    total.rejected += part.value.rejected
  }
  return ok(total)
}

async function refreshSome(
  caller: CallContext,
  externalIds: readonly string[],
): Promise<Result<Refreshed, SourceFailure>> {
  const { deps, pass, stream } = caller
  const may = await mayCall(caller)
  if ('kind' in may) {
    const wait =
      may.kind === 'later' ? { detail: may.detail, retryAfterMs: may.afterMs } : { detail: 'ended' }
    return err({ code: 'transient', ...wait })
  }
  const rows = (await stream.source.fetchRecords?.(externalIds, pass.signal)) ?? ok([])
  if (!rows.ok) {
    await endAfter(caller, rows.error)
    return rows
  }
  if (may.hasFailed) await noteSuccess(deps.db, pass.connection)
  const runId = newId()
  const { connection } = pass
  const job: ApplyJob = { runId, connection, stream, isDry: false, fingerprint: fingerprinter(stream) }
  const applied = await deps.db.transaction('sync.refresh', { role: 'worker' }, (tx) =>
    applyHint(tx, job, rows.value),
  )
  return ok(applied.ok ? applied.value : applied.error)
}

/** An error only says that nothing came of it, so that the transaction leaves nothing behind. */
async function applyHint(
  tx: Tx,
  job: ApplyJob,
  rows: readonly unknown[],
): Promise<Result<Refreshed, Refreshed>> {
  const { runId, connection } = job
  const run = { runId, connection, stream: job.stream.name }
  const begun = insertRefreshRun(tx, run)
  const letters = hasOpenLetters(tx, run)
  begun.catch(() => undefined)
  letters.catch(() => undefined)
  const content = readPage(job.stream.source, rows)
  const applied = await applyRecords(tx, job, content.candidates, begun)
  const refused = [...content.refused, ...applied.refused]
  const created = applied.created.length
  const { updated, unchanged } = applied
  const refreshed = { created, updated, unchanged, rejected: refused.length }
  const resolved = (await letters) ? await resolveLetters(tx, run, runId, applied.accepted) : 0
  if (created + applied.changes.length + refused.length + resolved === 0) return err(refreshed)
  await Promise.all([
    record(tx, job, applied),
    upsertLetters(tx, run, runId, refused.map(toLetter)),
    setRefreshCounts(tx, run, {
      ...refreshed,
      seen: rows.length,
      stale: applied.stale + content.superseded,
    }),
  ])
  return ok(refreshed)
}
