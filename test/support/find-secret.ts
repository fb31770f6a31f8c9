import pg from 'pg'

/** How a text may look in a log, a dump or a URL. */
type Spelling = { name: string; text: string }

/** A place where a secret was found, and in which spelling. */
export type Leak = { place: string; spelling: string }

/** Every spelling of `secret` that this suite looks for, in lower case. */
export function spellingsOf(secret: string): Spelling[] {
  const utf8 = Buffer.from(secret, 'utf8')
  const utf16 = Buffer.from(secret, 'utf16le')
  const swapped = Buffer.from(utf16).swap16()
  const spellings = [
    { name: 'plain', text: secret },
    { name: 'URL-escaped', text: encodeURIComponent(secret) },
    { name: 'form-escaped', text: new URLSearchParams({ x: secret }).toString().slice(2) },
    { name: 'JSON-escaped twice', text: JSON.stringify(JSON.stringify(secret)).slice(3, -3) },
    { name: 'HTML-escaped', text: secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;') },
    { name: 'UTF-16', text: [...secret].join('\u0000') },
    { name: 'reversed', text: [...secret].toReversed().join('') },
    ...(['hex', 'UTF-16 hex', 'UTF-16 big-endian hex'] as const).map((name, index) => ({
      name,
      text: ([utf8, utf16, swapped][index] ?? utf8).toString('hex'),
    })),
    ...[utf8, utf16, swapped].flatMap((bytes) => base64Spellings(bytes)),
  ]
  return spellings.map(({ name, text }) => ({ name, text: text.toLowerCase() }))
}

/** The part of a base64 text that stays the same whatever stands before the secret, for each of the three offsets. */
function base64Spellings(bytes: Buffer): Spelling[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const kept = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
    const safe = kept.replaceAll('+', '-').replaceAll('/', '_')
    return [
      { name: `base64 at ${offset}`, text: kept },
      { name: `base64url at ${offset}`, text: safe },
    ]
  })
}

/** The spellings of `secret` that occur in a text, case ignored. */
export function findInText(place: string, text: string, secret: string): Leak[] {
  const low = text.toLowerCase()
  return spellingsOf(secret)
    .filter((spelling) => low.includes(spelling.text))
    .map(({ name }) => ({ place, spelling: name }))
}

/** Looks through every row of every table of the database, the queue's tables included, each row as text. `rows` is what it saw. */
export async function findInDatabase(
  url: string,
  secret: string,
): Promise<{ rows: Record<string, number>; leaks: Leak[] }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
    )
    const leaks: Leak[] = []
    const seen: Record<string, number> = {}
    for (const { name } of tables) {
      const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${name}`)
      seen[name] = rows[0]?.count ?? 0
      leaks.push(...(await findInTable(client, name, secret)))
    }
    return { rows: seen, leaks }
  } finally {
    await client.end()
  }
}

async function findInTable(client: pg.Client, table: string, secret: string): Promise<Leak[]> {
  const { rows } = await client.query<{ spelling: number }>(
    `select distinct s.position::int as spelling
      from ${table} t, lateral (select lower(t::text) as row) r,
        unnest($1::text[]) with ordinality s (text, position)
      where strpos(r.row, s.text) > 0`,
    [spellingsOf(secret).map(({ text }) => text.replaceAll('\u0000', ''))],
  )
  const spellings = spellingsOf(secret)
  return rows.map(({ spelling }) => ({ place: table, spelling: spellings[spelling - 1]?.name ?? '' }))
}
