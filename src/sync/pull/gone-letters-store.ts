import type { Tx } from '#platform/database.ts'
import type { StreamKey } from './letters-store.ts'

/**
 * Discards the open dead letters of records that a complete enumeration did not name and that were refused before it
 * began: the source has no such record any more, so that trying them again would bring it back. If it names the record
 * later, that opens a new letter. Not when rows without a readable id were named, as any record may be among those.
 * One hashed join, whatever the statistics say: `not in` would read all named ids for every letter.
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
        and not exists (select from sync_seen s cross join unnest(s.external_ids) as named (id)
          where s.generation_id = $4 and named.id = d.record_key)`,
    values: [key.connection, key.stream, run.runId, run.generationId],
  })
}

/** The keys of letters that a live run would discard so, for a plan that knows the named ids. */
export async function selectGoneLetters(
  tx: Tx,
  key: StreamKey,
  named: string,
  since: Date,
): Promise<Set<string>> {
  const rows = await tx.rows<{ key: string }>({
    text: `select record_key as key from sync_dead_letters
        where connection = $1 and stream = $2 and state = 'open' and opened_at < $4 and record_key not like 'sha256:%'
      except select unnest from unnest($3::text[])`,
    values: [key.connection, key.stream, named, since],
  })
  return new Set(rows.map((row) => row.key))
}
