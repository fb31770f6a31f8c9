import type { Tx } from '#platform/database.ts'
import type { DeadLetter } from '../run-view.ts'

/** Open dead letters in the order in which they were opened. By sync_dead_letters_list when a stream is named. */
export function selectDeadLetters(
  tx: Tx,
  query: { connection: string | null; stream: string | null; after: string | null; limit: number },
): Promise<DeadLetter[]> {
  return tx.rows<DeadLetter>({
    text: `select id, connection, stream, record_key as record, code, detail, attempts,
        to_json(opened_at) as "openedAt", payload
      from sync_dead_letters where state = 'open' and ($1::text is null or connection = $1)
        and ($2::text is null or stream = $2) and ($3::uuid is null or id > $3) order by id limit $4`,
    values: [query.connection, query.stream, query.after, query.limit],
  })
}

/** Closes an open dead letter without applying it; false when there is none. */
export async function closeDeadLetter(tx: Tx, id: string): Promise<boolean> {
  const closed = await tx.count({
    text: `update sync_dead_letters set state = 'discarded', closed_at = now() where id = $1 and state = 'open'`,
    values: [id],
  })
  return closed === 1
}
