import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

/**
 * Loads rows the fastest way PostgreSQL knows: COPY into a temporary table, then one insert with `on conflict` into a
 * table with the columns and indexes of `feed_products`. `pieces` are lines of COPY's text form; making them is not
 * part of the time. Returns seconds.
 */
export async function copyLoad(
  databaseUrl: string,
  columns: readonly string[],
  pieces: AsyncIterable<string>,
): Promise<{ seconds: number; rows: number }> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('set role lapak_owner')
    await client.query('drop table if exists bench_products')
    await client.query('create table bench_products (like feed_products including all)')
    const lines: string[] = []
    for await (const piece of pieces) lines.push(piece)
    const list = columns.join(', ')
    const updates = columns
      .filter((column) => column !== 'id')
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')
    const startedAt = performance.now()
    await client.query('begin')
    await client.query('create temp table incoming (like feed_products including defaults) on commit drop')
    await pipeline(Readable.from(lines), client.query(copyFrom(`copy incoming (${list}) from stdin`)))
    const { rowCount } = await client.query(
      `insert into bench_products (${list}) select ${list} from incoming on conflict (id) do update set ${updates}`,
    )
    await client.query('commit')
    return { seconds: (performance.now() - startedAt) / 1_000, rows: rowCount ?? 0 }
  } finally {
    await client.query('set role lapak_owner').catch(() => undefined)
    await client.query('drop table if exists bench_products').catch(() => undefined)
    await client.end()
  }
}
