import { readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'

const FILE = path.join(import.meta.dirname, '..', '..', 'db', 'invariants.sql')

/** A rule of db/invariants.sql: `name` is its heading, for example "I2: the balance of …". */
export type Invariant = { name: string; text: string }

/** A broken rule and the rows that break it, at most twenty. */
export type BrokenInvariant = { name: string; rows: Record<string, unknown>[] }

/** Enough rows to see what is wrong; a broken shop could have millions. */
const SHOWN_ROWS = 20

/** The rules of db/invariants.sql in their order. Throws on a heading without a statement. */
export async function readInvariants(): Promise<Invariant[]> {
  const text = await readFile(FILE, 'utf8')
  const parts = text.split(/^-- (?=[A-Z]\d+[a-z]?: )/m).slice(1)
  return parts.map((part) => {
    const end = part.indexOf('\n')
    const statement = part.slice(end).trim().replace(/;$/, '')
    if (statement === '' || statement.includes(';'))
      throw new Error(`one statement each: ${part.slice(0, end)}`)
    return { name: part.slice(0, end).trim(), text: statement }
  })
}

/** The rules that the database breaks now, all looked at in one snapshot; empty when it is sound. */
export async function checkInvariants(url: string): Promise<BrokenInvariant[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    await client.query('set local role lapak_owner')
    const broken = await listBroken(client)
    await client.query('rollback')
    return broken
  } finally {
    await client.end()
  }
}

/** The same as the client's transaction sees it. */
export async function listBroken(client: pg.Client): Promise<BrokenInvariant[]> {
  const broken: BrokenInvariant[] = []
  for (const { name, text } of await readInvariants()) {
    const { rows } = await client.query<Record<string, unknown>>(
      `select * from (${text}) broken limit ${SHOWN_ROWS}`,
    )
    if (rows.length > 0) broken.push({ name, rows })
  }
  return broken
}
