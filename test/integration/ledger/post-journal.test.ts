import { afterAll, beforeAll, expect, test } from 'vitest'
import { getBalance, openAccount, postJournal, reverseJournal, tryPostJournal } from '#ledger'
import { newId } from '#platform/ids.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

const worker = { role: 'worker' } as const
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase(40)
})
afterAll(async () => {
  await database.drop()
})

async function newWallet(start: number): Promise<string> {
  const code = `wallet:${newId()}`
  await database.db.transaction('test.wallet', worker, async (tx) => {
    await openAccount(tx, { code, floor: 0 })
    if (start > 0) await postJournal(tx, movement('gateway:midtrans', code, start))
  })
  return code
}

function movement(
  debit: string,
  credit: string,
  amount: number,
  businessKey = `test:${newId()}`,
): Parameters<typeof postJournal>[1] {
  return { id: newId(), businessKey, kind: 'test.move', transfers: [{ debit, credit, amount }] }
}

function balanceOf(code: string): Promise<number> {
  return database.db.transaction('test.balance', worker, (tx) => getBalance(tx, code))
}

function spend(wallet: string, amount: number): Promise<boolean> {
  return database.db
    .transaction('test.spend', worker, (tx) => tryPostJournal(tx, movement(wallet, 'sales', amount)))
    .then((result) => result.ok)
}

async function grandTotal(): Promise<number> {
  const [row] = await queryAs<{ total: string }>(
    database.url,
    'select coalesce(sum(balance), 0) as total from accounts',
  )
  return Number(row?.total)
}

test('a business key posts once, and other content under it is refused', async () => {
  const wallet = await newWallet(0)
  const journal = movement('gateway:midtrans', wallet, 700, `test:once:${wallet}`)
  const post = (amount: number): Promise<string> =>
    database.db.transaction('test.post', worker, (tx) =>
      postJournal(tx, {
        ...journal,
        id: newId(),
        transfers: [{ debit: 'gateway:midtrans', credit: wallet, amount }],
      }),
    )
  expect(await post(700)).toBe('posted')
  expect(await post(700)).toBe('repeated')
  await expect(post(701)).rejects.toThrow('other content')
  expect(await balanceOf(wallet)).toBe(700)
})

test('50 copies of one event in parallel book it once', async () => {
  const wallet = await newWallet(0)
  const key = `test:storm:${wallet}`
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, () =>
      database.db.transaction('test.storm', worker, (tx) =>
        postJournal(tx, movement('gateway:midtrans', wallet, 900, key)),
      ),
    ),
  )
  expect(outcomes.filter((outcome) => outcome === 'posted')).toHaveLength(1)
  expect(await balanceOf(wallet)).toBe(900)
})

test('200 parallel spends take a wallet to its floor and never below', async () => {
  const wallet = await newWallet(1_000_000)
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => spend(wallet, 10_000)))
  expect(outcomes.filter(Boolean)).toHaveLength(100)
  expect(await balanceOf(wallet)).toBe(0)
  expect(await grandTotal()).toBe(0)
})

test('sabotage twin: without the floor the same spends overdraw the wallet', async () => {
  const twin = await createTestDatabase(40)
  try {
    await queryAs(twin.url, 'alter table accounts drop constraint accounts_floor')
    const code = `wallet:${newId()}`
    await twin.db.transaction('test.wallet', worker, async (tx) => {
      await openAccount(tx, { code, floor: 0 })
      await postJournal(tx, movement('gateway:midtrans', code, 100_000))
    })
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        twin.db.transaction('test.spend', worker, (tx) =>
          tryPostJournal(tx, movement(code, 'sales', 10_000)),
        ),
      ),
    )
    expect(outcomes.filter((outcome) => outcome.ok).length).toBeGreaterThan(10)
  } finally {
    await twin.drop()
  }
})

test('sabotage twin: without the unique business key a storm books more than once', async () => {
  const twin = await createTestDatabase(40)
  try {
    await queryAs(
      twin.url,
      `alter table journals drop constraint journals_business_key;
       do $$ declare source text := pg_get_functiondef('post_journal'::regproc); begin
         execute replace(source, 'on conflict (business_key) do nothing', '');
       end $$`,
    )
    const code = `wallet:${newId()}`
    await twin.db.transaction('test.wallet', worker, (tx) => openAccount(tx, { code, floor: 0 }))
    await Promise.all(
      Array.from({ length: 10 }, () =>
        twin.db.transaction('test.storm', worker, (tx) =>
          postJournal(tx, movement('gateway:midtrans', code, 900, `test:${code}`)),
        ),
      ),
    )
    const balance = await twin.db.transaction('test.balance', worker, (tx) => getBalance(tx, code))
    expect(balance).toBeGreaterThan(900)
  } finally {
    await twin.drop()
  }
})

test('money wandering between wallets keeps its total in every snapshot', async () => {
  const wallets = await Promise.all(Array.from({ length: 8 }, () => newWallet(100_000)))
  const seen: number[] = []
  const walk = async (client: number): Promise<void> => {
    for (let step = 0; step < 25; step += 1) {
      const from = wallets[(client * 7 + step * 3) % wallets.length] ?? ''
      const to = wallets[(client * 5 + step + 1) % wallets.length] ?? ''
      if (from !== to) {
        await database.db.transaction('test.walk', worker, (tx) =>
          tryPostJournal(tx, movement(from, to, 1_000 + step)),
        )
      }
    }
  }
  const read = async (): Promise<void> => {
    for (let step = 0; step < 40; step += 1) {
      const [row] = await queryAs<{ total: string }>(
        database.url,
        'select sum(balance) as total from accounts where code = any ($1)',
        [wallets],
      )
      seen.push(Number(row?.total))
    }
  }
  await Promise.all([...Array.from({ length: 20 }, (_, client) => walk(client)), read(), read()])
  expect(new Set(seen)).toEqual(new Set([800_000]))
})

test('50 parallel reversals take a journal back once', async () => {
  const wallet = await newWallet(0)
  const key = `test:refund:${wallet}`
  await database.db.transaction('test.post', worker, (tx) =>
    postJournal(tx, movement('gateway:midtrans', wallet, 4_000, key)),
  )
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, () =>
      database.db.transaction('test.reverse', worker, (tx) => reverseJournal(tx, key)),
    ),
  )
  expect(outcomes.filter((outcome) => outcome.ok && outcome.value === 'posted')).toHaveLength(1)
  expect(await balanceOf(wallet)).toBe(0)
})

test('application roles cannot bend the books', async () => {
  for (const role of ['web', 'worker'] as const) {
    for (const text of [
      "update accounts set balance = 1 where code = 'sales'",
      'delete from transfers',
      'update journals set kind = kind',
      'truncate journals cascade',
      "insert into accounts (code, floor) values ('wallet:mine', null)",
    ]) {
      await expect(database.db.once('test.bend', { role }, { text })).rejects.toThrow('permission denied')
    }
  }
  await expect(queryAs(database.url, 'update journals set kind = kind')).rejects.toThrow('append-only')
})
