import pg from 'pg'
import type { Database, Statement, Tx } from '#platform/database.ts'
import { createTestDatabase, queryAs, type TestDatabase } from './test-database.ts'

/** Enough that reading all of them would be the dearer way. */
const PAYMENTS = 5_000

/** What a function of a store is given. */
export type StoreCall = (tx: Tx, db: Database) => Promise<unknown>

/** A database with a few thousand orders and their payments, analysed. */
export async function createFilledDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase(2)
  await queryAs(database.url, FILL, [PAYMENTS])
  await queryAs(database.url, 'analyze payments, orders')
  return database
}

/** Paid orders of the past, and one in a hundred that waits. */
const FILL = `with numbers as (select n, gen_random_uuid() as id from generate_series(1, $1::int) n), placed as (
    insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
        payment_method, expires_at)
      select id, 'LP-' || n, sha256(id::text::bytea), case n % 100 when 0 then 'WAITING_PAYMENT' else 'SUCCESS' end,
        'Budi', 'budi@example.com', '+628123456789', 10000, 10000, 'midtrans', now()
      from numbers returning id)
  insert into payments (id, order_id, gateway, method, reference, amount, state, received, paid_at, next_poll_at, expires_at)
    select gen_random_uuid(), id, case n % 2 when 0 then 'midtrans' else 'tokopay' end, 'midtrans', 'LP-' || n || '-1', 10000,
      case n % 100 when 0 then 'PENDING' else 'PAID' end, case n % 100 when 0 then null else 10000 end,
      case n % 100 when 0 then null else now() - make_interval(days => n % 400) end,
      now() + make_interval(mins => n), now()
    from numbers`

/** The statement that a function of a store sends. */
async function sentBy(work: StoreCall): Promise<Statement> {
  const sent: Statement[] = []
  const note = async (statement: Statement): Promise<never[]> => {
    sent.push(statement)
    return []
  }
  const tx = { rows: note, maybe: note, one: note, count: note } as unknown as Tx
  const db = {
    once: (_name: string, _actor: unknown, statement: Statement) => note(statement),
  } as unknown as Database
  await work(tx, db)
  const [statement] = sent
  if (statement === undefined) throw new Error('nothing was sent')
  return statement
}

/** The plan that the worker's role gets for what a function of a store sends. */
export async function planOf(url: string, work: StoreCall): Promise<string> {
  const { text, values = [] } = await sentBy(work)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('set role lapak_worker')
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values])
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  } finally {
    await client.end()
  }
}
