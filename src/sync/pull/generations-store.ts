import type { Tx } from '#platform/database.ts'
import type { StreamKey } from './letters-store.ts'

export type GenerationMode = 'full' | 'changes' | 'range'

export type Generation = {
  id: string
  mode: GenerationMode
  lo: Date | null
  hi: Date
  state: 'open' | 'enumerated' | 'closed' | 'abandoned'
  startedAt: Date
}

export type Slice = {
  generationId: string
  slice: number
  lo: Date | null
  hi: Date
  position: string | null
  pages: number
  restarts: number
}

const COLUMNS = `id, mode, lo, hi, state, started_at as "startedAt"`

/** A generation by its id. */
export function selectGeneration(tx: Tx, id: string): Promise<Generation | undefined> {
  return tx.maybe<Generation>({
    name: 'sync_generation',
    text: `select ${COLUMNS} from sync_generations where id = $1`,
    values: [id],
  })
}

/** The stream's open generation, locked. By sync_generations_one_open. */
export function selectOpenGeneration(tx: Tx, key: StreamKey): Promise<Generation | undefined> {
  return tx.maybe<Generation>({
    text: `select ${COLUMNS} from sync_generations where connection = $1 and stream = $2 and state = 'open' for update`,
    values: [key.connection, key.stream],
  })
}

/** Makes the stream's row unless it is there. */
export async function insertStream(tx: Tx, key: StreamKey): Promise<void> {
  await tx.count({
    text: `insert into sync_streams (connection, stream) values ($1, $2) on conflict do nothing`,
    values: [key.connection, key.stream],
  })
}

/** Where the stream stands; `now` is the database's time. */
export function selectWatermark(tx: Tx, key: StreamKey): Promise<{ watermark: Date | null; now: Date }> {
  return tx.one<{ watermark: Date | null; now: Date }>({
    text: `select now() as now, (select watermark from sync_streams where connection = $1 and stream = $2) as watermark`,
    values: [key.connection, key.stream],
  })
}

/** Opens a generation with its slices. */
export async function insertGeneration(
  tx: Tx,
  key: StreamKey,
  generation: { id: string; mode: GenerationMode; lo: Date | null; hi: Date },
  slices: readonly { lo: Date | null; hi: Date }[],
): Promise<void> {
  const opened = tx.count({
    text: `insert into sync_generations (id, connection, stream, mode, lo, hi) values ($1, $2, $3, $4, $5, $6)`,
    values: [generation.id, key.connection, key.stream, generation.mode, generation.lo, generation.hi],
  })
  const cut = tx.count({
    text: `insert into sync_slices (generation_id, slice, lo, hi)
      select $1, s.slice, s.lo, s.hi
      from jsonb_to_recordset($2) as s (slice integer, lo timestamptz, hi timestamptz)`,
    values: [generation.id, JSON.stringify(slices.map((slice, index) => ({ slice: index, ...slice })))],
  })
  await opened
  await cut
}

/** The first slice that is not done. By the primary key. */
export function selectNextSlice(tx: Tx, generationId: string): Promise<Slice | undefined> {
  return tx.maybe<Slice>({
    name: 'sync_next_slice',
    text: `select generation_id as "generationId", slice, lo, hi, position, pages, restarts from sync_slices
      where generation_id = $1 and not is_done order by slice limit 1`,
    values: [generationId],
  })
}

/** Gives a generation up; what it had gathered goes. */
export async function abandonGeneration(tx: Tx, id: string): Promise<void> {
  await tx.count({
    text: `update sync_generations set state = 'abandoned', closed_at = now() where id = $1`,
    values: [id],
  })
  await dropGathered(tx, id)
}

/** Gives up the enumerations of a stream that wait for approval: a newer one will tell better. */
export async function abandonEnumerated(tx: Tx, key: StreamKey): Promise<void> {
  const waiting = await tx.rows<{ id: string }>({
    text: `select id from sync_generations where connection = $1 and stream = $2 and state = 'enumerated' for update`,
    values: [key.connection, key.stream],
  })
  for (const { id } of waiting) await abandonGeneration(tx, id)
}

/** Closes a generation that is complete. */
export async function closeGeneration(tx: Tx, id: string): Promise<void> {
  await tx.count({
    text: `update sync_generations set state = 'closed', closed_at = now() where id = $1`,
    values: [id],
  })
  await dropGathered(tx, id)
}

async function dropGathered(tx: Tx, id: string): Promise<void> {
  const seen = tx.count({ text: 'delete from sync_seen where generation_id = $1', values: [id] })
  const missing = tx.count({ text: 'delete from sync_missing where generation_id = $1', values: [id] })
  await seen
  await missing
}

/** Moves the watermark to the frozen end of a complete generation; never back. */
export async function raiseWatermark(tx: Tx, key: StreamKey, generation: Generation): Promise<void> {
  await tx.count({
    text: `update sync_streams set watermark = greatest(watermark, $3),
        enumerated_at = case when $4 then greatest(enumerated_at, $5) else enumerated_at end
      where connection = $1 and stream = $2`,
    values: [key.connection, key.stream, generation.hi, generation.mode === 'full', generation.startedAt],
  })
}

/** Whether any page of a generation was committed. By the slices' primary key. */
export async function hasPages(tx: Tx, generationId: string): Promise<boolean> {
  const row = await tx.one<{ any: boolean }>({
    text: 'select exists (select from sync_slices where generation_id = $1 and pages > 0) as any',
    values: [generationId],
  })
  return row.any
}
