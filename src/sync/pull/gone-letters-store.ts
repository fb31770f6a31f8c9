import type { Tx } from '#platform/database.ts'
import type { StreamKey } from './letters-store.ts'

/**
 * Discards the open dead letters of records that a complete enumeration did not name and that were refused before it
 * began: the source has no such record any more, so that trying them again would bring it back. If it names the record
 * later, that opens a new letter. Not when rows without a readable id were named: any record may be among those.
 */
export async function discardGoneLetters(
  tx: Tx,
  key: StreamKey,
  run: { runId: string; generationId: string },
): Promise<void> {
  await tx.count({
    text: `update sync_dead_letters d set state = 'discarded', closed_at = now(), last_run = $3
      from sync_generations g
      where g.id = $4 and g.nameless = 0 and d.connection = $1 and d.stream = $2 and d.state = 'open'
        and d.opened_at < g.started_at and d.record_key not like 'sha256:%'
        and d.record_key not in (select unnest(external_ids) from sync_seen where generation_id = $4)`,
    values: [key.connection, key.stream, run.runId, run.generationId],
  })
}
