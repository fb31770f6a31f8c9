import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { plainArray, storableJson, textArray } from '#platform/array-literal.ts'

export type StreamKey = { connection: string; stream: string }
export type NewLetter = { recordKey: string; code: string; detail: string; raw: unknown }

/** An open dead letter to try again. */
export type Letter = { id: string; recordKey: string; payload: unknown; isFromRun: boolean }

/** Detail is for people; a source's whole answer does not belong there. */
const MAX_DETAIL = 500

/** Whether a stream has open dead letters. By sync_dead_letters_list. */
export async function hasOpenLetters(tx: Tx, key: StreamKey): Promise<boolean> {
  const { has } = await tx.one<{ has: boolean }>({
    name: 'sync_has_letters',
    text: `select exists (select from sync_dead_letters
      where connection = $1 and stream = $2 and state = 'open') as has`,
    values: [key.connection, key.stream],
  })
  return has
}

/** Opens dead letters, or counts one more refusal of those that are open. By sync_dead_letters_one_open. */
export async function upsertLetters(
  tx: Tx,
  key: StreamKey,
  runId: string,
  letters: readonly NewLetter[],
): Promise<void> {
  if (letters.length === 0) return
  const unique = new Map(letters.map((letter) => [letter.recordKey, letter]))
  const rows = [...unique.values()].sort((a, b) => (a.recordKey < b.recordKey ? -1 : 1))
  await tx.count({
    name: 'sync_upsert_letters',
    text: `insert into sync_dead_letters as d
        (id, connection, stream, record_key, payload, code, detail, first_run, last_run)
      select u.id, $1, $2, u.record_key, u.payload::jsonb, u.code, u.detail, $3, $3
      from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[])
        as u (id, record_key, payload, code, detail)
      on conflict (connection, stream, record_key) where state = 'open' do update set payload = excluded.payload,
        code = excluded.code, detail = excluded.detail, last_run = excluded.last_run, attempts = d.attempts + 1`,
    values: [
      key.connection,
      key.stream,
      runId,
      plainArray(rows.map(() => newId())),
      textArray(rows.map((row) => row.recordKey)),
      textArray(rows.map((row) => storableJson(row.raw))),
      textArray(rows.map((row) => clean(row.code))),
      textArray(rows.map((row) => clean(row.detail))),
    ],
  })
}

/** Resolves the open letters of records that were applied. Returns how many. By sync_dead_letters_one_open. */
export function resolveLetters(
  tx: Tx,
  key: StreamKey,
  runId: string,
  recordKeys: readonly string[],
): Promise<number> {
  return tx.count({
    text: `update sync_dead_letters set state = 'resolved', closed_at = now(), last_run = $3
      where connection = $1 and stream = $2 and state = 'open' and record_key = any ($4::text[])`,
    values: [key.connection, key.stream, runId, textArray(recordKeys)],
  })
}

/** Resolves letters of a run that tried them again. By the primary key. */
export async function resolveLettersById(tx: Tx, runId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx.count({
    text: `update sync_dead_letters set state = 'resolved', closed_at = now(), last_run = $2
      where id = any ($1::uuid[]) and state = 'open'`,
    values: [plainArray(ids), runId],
  })
}

/** Counts one more refusal of letters that were tried again. By the primary key. */
export async function refuseLetters(
  tx: Tx,
  runId: string,
  refusals: readonly { id: string; code: string; detail: string }[],
): Promise<void> {
  if (refusals.length === 0) return
  await tx.count({
    text: `update sync_dead_letters d set attempts = d.attempts + 1, last_run = $1, code = u.code, detail = u.detail
      from unnest($2::uuid[], $3::text[], $4::text[]) as u (id, code, detail) where d.id = u.id and d.state = 'open'`,
    values: [
      runId,
      plainArray(refusals.map((row) => row.id)),
      textArray(refusals.map((row) => clean(row.code))),
      textArray(refusals.map((row) => clean(row.detail))),
    ],
  })
}

/** Locks and returns the next open letters after an id that this run has not tried yet. By sync_dead_letters_list. */
export function selectUntriedLetters(
  tx: Tx,
  key: StreamKey,
  runId: string,
  page: { after: string; limit: number },
): Promise<Letter[]> {
  return tx.rows<Letter>({
    text: `select id, record_key as "recordKey", payload, false as "isFromRun" from sync_dead_letters
      where connection = $1 and stream = $2 and state = 'open' and last_run is distinct from $3 and id > $4
      order by id limit $5 for update`,
    values: [key.connection, key.stream, runId, page.after, page.limit],
  })
}

/** Locks and returns the next open letters after an id that wait for a parent. By sync_dead_letters_list. */
export function selectOrphanLetters(
  tx: Tx,
  key: StreamKey,
  runId: string,
  page: { after: string; limit: number },
): Promise<Letter[]> {
  return tx.rows<Letter>({
    text: `select id, record_key as "recordKey", payload, last_run is not distinct from $3 as "isFromRun"
      from sync_dead_letters
      where connection = $1 and stream = $2 and state = 'open' and code = 'parent_missing' and id > $4
      order by id limit $5 for update`,
    values: [key.connection, key.stream, runId, page.after, page.limit],
  })
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '').slice(0, MAX_DETAIL)
}
