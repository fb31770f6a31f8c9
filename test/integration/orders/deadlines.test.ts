import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEADLINES, RESTING_STATES } from '#orders'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

/** No state can be added to a table without saying how long it may last and how it ends. */
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase(1)
})
afterAll(() => database.drop())

const SUBJECTS = {
  orders: 'order',
  order_lines: 'line',
  payments: 'payment',
  supplier_purchases: 'purchase',
  invites: 'invite',
  refunds: 'refund',
  payment_exceptions: 'payment_exception',
  webhook_inbox: 'inbox',
  messages: 'message',
} as const satisfies Record<string, keyof typeof RESTING_STATES>

/** Tables whose state is a setting or a fact that nobody waits for, and why. */
const NO_FLOW: Readonly<Record<string, string>> = {
  products: 'shown or hidden',
  skus: 'shown or hidden',
  stock_units: 'held units come back to the shelf by their own time',
  stock_batches: 'a record',
  provider_accounts: 'health and settings of an account',
  shared_credentials: 'a setting',
  shared_seats: 'held seats come back by their own time',
  incidents: 'are told to a person as they open',
  resellers: 'a setting',
}

async function statesInDatabase(): Promise<Map<string, string[]>> {
  const rows = await queryAs<{ name: string; rule: string }>(
    database.url,
    `select c.relname as name, pg_get_constraintdef(k.oid) as rule
      from pg_constraint k join pg_class c on c.oid = k.conrelid
      where k.contype = 'c' and c.relnamespace = 'public'::regnamespace and k.conname = c.relname || '_state_check'`,
  )
  return new Map(
    rows.map(({ name, rule }) => [
      name,
      [...rule.matchAll(/'([A-Za-z_]+)'::text/g)].map(([, state = '']) => state),
    ]),
  )
}

test('every table with states is looked after, or says why nobody waits for it', async () => {
  const tables = [...(await statesInDatabase()).keys()]
  // Synchronisation has leases, sweeps and alerts of its own.
  const mine = tables.filter((table) => !table.startsWith('sync_'))
  const unknown = mine.filter((table) => !(table in SUBJECTS) && !(table in NO_FLOW))
  expect(unknown, 'give its states deadlines in src/orders/deadlines.ts').toEqual([])
})

test.each(Object.entries(SUBJECTS))(
  'every state of %s has a deadline or is a rest, and never both',
  async (table, subject) => {
    const states = (await statesInDatabase()).get(table) ?? []
    expect(states.length).toBeGreaterThan(1)
    const due = new Set(DEADLINES.filter((row) => row.subject === subject).map(({ state }) => state))
    const resting = new Set<string>(RESTING_STATES[subject])
    expect([...due].filter((state) => resting.has(state))).toEqual([])
    expect([...due, ...resting].toSorted()).toEqual(states.toSorted())
  },
)

test.each(['order', 'line', 'payment', 'purchase', 'invite'])(
  'a state of a %s that is waited in leads somewhere',
  async (subject) => {
    const moves = await queryAs<{ state: string }>(
      database.url,
      'select distinct from_state as state from order_transitions where subject = $1',
      [subject],
    )
    const left = new Set(moves.map(({ state }) => state))
    const waited = DEADLINES.filter((row) => row.subject === subject)
    expect(waited.length).toBeGreaterThan(0)
    expect(waited.filter(({ state }) => !left.has(state))).toEqual([])
  },
)

test('the database holds the same table', async () => {
  const rows = await queryAs(
    database.url,
    `select subject, state, variant, extract(epoch from lasts)::int as lasts, extract(epoch from grace)::int as grace, owner,
      exit, is_listed as "isListed" from deadlines order by subject, state, variant`,
  )
  const seconds = await queryAs<{ seconds: number }>(
    database.url,
    'select extract(epoch from text::interval)::int as seconds from unnest($1::text[]) with ordinality t (text, place) order by place',
    [DEADLINES.flatMap(({ lasts, grace }) => [lasts, grace])],
  )
  const expected = DEADLINES.map((row, index) => ({
    ...row,
    lasts: seconds[2 * index]?.seconds,
    grace: seconds[2 * index + 1]?.seconds,
  }))
  const key = (row: { subject: string; state: string; variant: string }) =>
    `${row.subject} ${row.state} ${row.variant}`
  expect(rows).toEqual(expected.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)))
})

describe('what a person sees', () => {
  test('every state that is a task of its own stands in the list of tasks', async () => {
    const list = await readFile(
      path.join(import.meta.dirname, '../../../src/reports/tasks-view-store.ts'),
      'utf8',
    )
    for (const { subject, state } of DEADLINES.filter(({ isListed }) => isListed)) {
      const table = Object.entries(SUBJECTS).find(([, name]) => name === subject)?.[0] ?? ''
      expect(list, `${table} ${state}`).toMatch(new RegExp(`${table}[\\s\\S]*state = '${state}'`))
    }
  })
})
