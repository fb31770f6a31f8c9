import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assignStock, importStock, revealDeliveries, rotateSealing } from '../../../src/fulfilment/index.ts'
import type { KeyRing } from '../../../src/platform/sealing.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import {
  codeFile,
  setLineState,
  testKeys,
  writeOrders,
  writeSku,
  type TestLine,
} from './fulfilment-fixture.ts'

const MARKERS = 1_000
const MARKER = 'CANARYMARKER'

let database: TestDatabase
let line: TestLine
const keys = testKeys()

beforeAll(async () => {
  database = await createTestDatabase()
  line = await sellMarkers()
})
afterAll(() => database.drop())

/** Imports the marker codes and sells 100 of them to one line. */
async function sellMarkers(): Promise<TestLine> {
  const sku = await writeSku(database.url, 'STOCK')
  await importStock({ db: database.db, keys }, sku.code, codeFile(MARKERS, MARKER), 'test')
  const [sold] = (await writeOrders(database.url, [[{ sku, quantity: 100 }]], { kind: 'STOCK' })).flat()
  if (sold === undefined) throw new Error('no line')
  await database.db.transaction('test.sell', { role: 'worker' }, (tx) => assignStock(tx, sold, new Date()))
  await setLineState(database.url, [sold.lineId], 'DELIVERED')
  return sold
}

const reveal = (request: Partial<Parameters<typeof revealDeliveries>[1]> = {}, ring: KeyRing = keys) =>
  revealDeliveries({ db: database.db, keys: ring }, { ...line, actor: 'buyer', ...request })

async function countReveals(): Promise<number> {
  const [row] = await queryAs<{ reveals: number }>(
    database.url,
    'select count(*)::int as reveals from reveals',
  )
  return row?.reveals ?? 0
}

test('the buyer gets the codes, and every showing is on record', async () => {
  const before = await countReveals()
  const [delivery] = await reveal()
  expect(delivery).toMatchObject({ lineId: line.lineId, kind: 'CODE' })
  expect(new Set(delivery?.values).size).toBe(100)
  expect(delivery?.values.every((code) => code.startsWith(MARKER))).toBe(true)
  expect(await countReveals()).toBe(before + 1)
})

test('a foreign token, an unknown order and a line that is not settled show nothing and record nothing', async () => {
  const before = await countReveals()
  expect(await reveal({ tokenHash: randomBytes(32) })).toEqual([])
  expect(await reveal({ orderId: '00000000-0000-7000-8000-000000000000' })).toEqual([])
  await setLineState(database.url, [line.lineId], 'PROCESSING')
  expect(await reveal()).toEqual([])
  await setLineState(database.url, [line.lineId], 'DELIVERED')
  expect(await countReveals()).toBe(before)
})

test('row security: the vault sees one order, web and worker no secret at all', async () => {
  const peek = { text: 'select sealed from stock_units' }
  await expect(database.db.once('test.peek', { role: 'worker' }, peek)).rejects.toMatchObject({
    code: '42501',
  })
  await expect(database.db.once('test.peek', { role: 'web' }, peek)).rejects.toMatchObject({ code: '42501' })
  expect(await database.db.once('test.peek', { role: 'vault', tokenHash: randomBytes(32) }, peek)).toEqual([])
  expect(
    await database.db.once('test.peek', { role: 'vault', tokenHash: line.tokenHash }, peek),
  ).toHaveLength(100)
})

/** Damages a sold unit's record by SQL, expects the reveal to fail, and repairs it. */
async function expectRefused(damage: string, ring: KeyRing = keys): Promise<void> {
  const units = await queryAs<{ id: string; sealed: Buffer }>(
    database.url,
    `select id, sealed from stock_units where line_id = $1 order by id limit 2`,
    [line.lineId],
  )
  const [one, two] = units
  await queryAs(
    database.url,
    `update stock_units u set sealed = ${damage} from stock_units o where u.id = $1 and o.id = $2`,
    [one?.id, two?.id],
  )
  await expect(reveal({}, ring)).rejects.toThrow()
  await queryAs(database.url, 'update stock_units set sealed = $2 where id = $1', [one?.id, one?.sealed])
}

test.each([
  ['moved from another row', 'o.sealed'],
  ['cut by one byte', 'substring(u.sealed from 1 for length(u.sealed) - 1)'],
  ['cut to nothing', `''::bytea`],
  ['cut within its wrapped key', 'substring(u.sealed from 1 for 30)'],
  [
    'flipped in its last bit',
    'set_bit(u.sealed, length(u.sealed) * 8 - 8, 1 - get_bit(u.sealed, length(u.sealed) * 8 - 8))',
  ],
  ['of an unknown format', 'set_byte(u.sealed, 0, 9)'],
])('a seal that was %s does not open', async (_, damage) => {
  await expectRefused(damage)
  expect(await reveal()).toHaveLength(1)
})

test('a wrong or missing key does not open', async () => {
  await expect(reveal({}, { ...testKeys(), fingerprint: keys.fingerprint })).rejects.toThrow()
  await expect(reveal({}, { ...keys, sealing: new Map() })).rejects.toThrow()
})

test('rotation moves every record while buyers look, and the old key is not needed any more', async () => {
  const next: KeyRing = {
    ...keys,
    current: 'k2',
    sealing: new Map([...keys.sealing, ['k2', randomBytes(32)]]),
  }
  const looks = Array.from({ length: 20 }, () => reveal({}, next))
  const [first, second] = await Promise.all([
    rotateSealing({ db: database.db, keys: next }),
    rotateSealing({ db: database.db, keys: next }),
  ])
  expect((await Promise.all(looks)).every(([delivery]) => delivery?.values.length === 100)).toBe(true)
  expect(first.moved + second.moved).toBeGreaterThanOrEqual(MARKERS)
  const left = await queryAs(database.url, `select 1 from stock_units where key_id <> 'k2'`)
  expect(left).toEqual([])
  const onlyNew: KeyRing = { ...next, sealing: new Map([['k2', next.sealing.get('k2') ?? Buffer.alloc(0)]]) }
  expect((await reveal({}, onlyNew))[0]?.values).toHaveLength(100)
  expect(await rotateSealing({ db: database.db, keys: onlyNew })).toEqual({ moved: 0 })
})

/** Every row of every table as text, the way a dump shows them to the cluster's owner; bytes appear in hex. */
async function dump(): Promise<string> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'pgboss')`,
    )
    const parts: string[] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`select t::text as text from ${name} t`)
      parts.push(...rows.map((row) => row.text))
    }
    return parts.join('\n')
  } finally {
    await client.end()
  }
}

test('a dump of all tables holds none of 1,000 marker codes in any encoding', async () => {
  const text = await dump()
  const lower = text.toLowerCase()
  const [unit] = await queryAs<{ id: string; sealed: string }>(
    database.url,
    `select id, encode(sealed, 'hex') as sealed from stock_units where line_id = $1 limit 1`,
    [line.lineId],
  )
  expect(lower).toContain(unit?.id)
  expect(lower).toContain(unit?.sealed)
  const utf16 = Buffer.from(MARKER, 'utf16le').toString('hex')
  expect(lower).not.toContain(MARKER.toLowerCase())
  expect(lower).not.toContain(Buffer.from(MARKER).toString('hex'))
  expect(lower).not.toContain(utf16)
  for (const shift of ['', 'x', 'xx']) {
    const encoded = Buffer.from(`${shift}${MARKER}`).toString('base64')
    // The first four characters carry the shift, the last four may carry what follows.
    expect(text, `base64 at offset ${shift.length}`).not.toContain(encoded.slice(4, 12))
  }
})

test('sabotage: the same search finds a code that was stored in the clear', async () => {
  await queryAs(database.url, `update stock_batches set label = $1`, [`${MARKER}-00001`])
  expect(await dump()).toContain(MARKER)
})
