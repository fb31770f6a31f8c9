import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, sqlState } from '#platform/database.ts'
import { err } from '#shared/result.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

const worker = { role: 'worker' } as const
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await queryAs(database.url, 'create table notes (id integer primary key, text text not null)')
  await queryAs(database.url, 'grant select, insert on notes to lapak_worker')
})
afterAll(() => database.drop())

function insertNote(id: number, text: string | null): { text: string; values: unknown[] } {
  return { text: 'insert into notes (id, text) values ($1, $2)', values: [id, text] }
}

async function notes(): Promise<number[]> {
  const rows = await database.db.once<{ id: number }>('test.notes', worker, {
    text: 'select id from notes order by id',
  })
  return rows.map((row) => row.id)
}

test('statements sent together run in order, in one transaction, under its role', async () => {
  const seen = await database.db.transaction('test.together', worker, async (tx) => {
    const first = tx.count(insertNote(1, 'one'))
    const counted = tx.one<{ rows: number; role: string }>({
      text: 'select count(*)::int as rows, current_user as role from notes',
    })
    return [await first, await counted]
  })
  expect(seen).toEqual([1, { rows: 1, role: 'lapak_worker' }])
})

test('a refusal rolls back like an error does', async () => {
  const refused = await database.db.transaction('test.refused', worker, async (tx) => {
    await tx.count(insertNote(2, 'two'))
    return err({ code: 'no' })
  })
  expect(refused.ok).toBe(false)
  await expect(
    database.db.transaction('test.thrown', worker, async (tx) => {
      await tx.count(insertNote(3, 'three'))
      throw new Error('bug')
    }),
  ).rejects.toThrow('bug')
  expect(await notes()).toEqual([1])
})

test('a statement that fails fails the later ones of its packet, and nobody is left unheard', async () => {
  const unheard: unknown[] = []
  const listen = (reason: unknown): number => unheard.push(reason)
  process.on('unhandledRejection', listen)
  try {
    const failing = database.db.transaction('test.packet', worker, async (tx) => {
      const bad = tx.count(insertNote(4, null))
      const later = tx.count(insertNote(5, 'five'))
      await new Promise((resolve) => setImmediate(resolve))
      await later
      await bad
    })
    await expect(failing).rejects.toMatchObject({ code: '23502' })
    expect(unheard).toEqual([])
  } finally {
    process.off('unhandledRejection', listen)
  }
  expect(await notes()).toEqual([1])
})

test('a transaction used after its end throws', async () => {
  const escaped = await database.db.transaction('test.escape', worker, async (tx) => tx)
  await expect(escaped.rows({ text: 'select 1' })).rejects.toThrow('after its end')
})

test('no role or actor stays on a connection that is used by many', async () => {
  const narrow = openDatabase({ url: database.url, connections: 1 })
  try {
    const hash = (byte: number): Buffer => Buffer.alloc(32, byte)
    const seen = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        narrow.once<{ role: string; hash: string | null }>(
          'test.context',
          index % 2 === 0 ? { role: 'web', tokenHash: hash(index) } : worker,
          { text: "select current_user as role, encode(lapak_token_hash(), 'hex') as hash" },
        ),
      ),
    )
    seen.forEach(([row], index) => {
      const expected =
        index % 2 === 0
          ? { role: 'lapak_web', hash: hash(index).toString('hex') }
          : { role: 'lapak_worker', hash: null }
      expect(row).toEqual(expected)
    })
  } finally {
    await narrow.close()
  }
})

test('a deadlock is retried until both have their way', async () => {
  await queryAs(
    database.url,
    "insert into notes values (10, 'a'), (11, 'b'); grant update on notes to lapak_worker",
  )
  const lock = (id: number): { text: string; values: unknown[] } => ({
    text: 'update notes set text = text where id = $1',
    values: [id],
  })
  let arrived = 0
  const both = Promise.withResolvers<void>()
  const cross = (first: number, second: number): Promise<number> =>
    database.db.transaction('test.deadlock', worker, async (tx) => {
      await tx.count(lock(first))
      arrived += 1
      if (arrived === 2) both.resolve()
      await both.promise
      return await tx.count(lock(second))
    })
  expect(await Promise.all([cross(10, 11), cross(11, 10)])).toEqual([1, 1])
  expect(arrived).toBeGreaterThan(2)
})

test('a lock that comes free in time is waited for, also when a later statement was awaited first', async () => {
  const held = Promise.withResolvers<void>()
  const free = Promise.withResolvers<void>()
  const holder = database.db.transaction('test.hold', worker, async (tx) => {
    await tx.count({ text: 'update notes set text = text where id = 10' })
    held.resolve()
    await free.promise
  })
  await held.promise
  let tries = 0
  const waiter = database.db.transaction('test.wait', worker, async (tx) => {
    tries += 1
    if (tries === 2) free.resolve()
    await tx.rows({ text: "select set_config('lock_timeout', '50ms', true)" })
    const first = tx.count({ text: 'update notes set text = text where id = 10' })
    await tx.rows({ text: 'select 1' })
    return await first
  })
  expect(await waiter).toBe(1)
  expect(tries).toBe(2)
  await holder
})

test('a statement beyond its time is stopped', async () => {
  const hasty = openDatabase({ url: database.url, connections: 1, statementTimeoutMs: 50 })
  try {
    const slow = hasty.once('test.slow', worker, { text: 'select pg_sleep(5)' })
    await slow.catch((error: unknown) => expect(sqlState(error)).toBe('57014'))
    await expect(slow).rejects.toThrow('statement timeout')
  } finally {
    await hasty.close()
  }
})
