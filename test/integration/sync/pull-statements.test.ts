import { afterAll, beforeAll, expect, test } from 'vitest'
import { classifyStatement, incomingArrays } from '../../../src/sync/pull/records-store.ts'
import { discardGoneLetters } from '../../../src/sync/pull/gone-letters-store.ts'
import { gatherMissing } from '../../../src/sync/pull/missing-store.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

const RECORDS = 100_000
const GENERATION = '01900000-0000-7000-8000-000000000001'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await queryAs(database.url, `insert into sync_connections (name) values ('shop')`)
  await queryAs(database.url, `insert into sync_streams (connection, stream) values ('shop', 'items')`)
  await queryAs(
    database.url,
    `insert into sync_records (connection, entity, external_id, local_id, content_hash)
      select 'shop', 'item', 'item-' || lpad(i::text, 9, '0'), gen_random_uuid(), md5(i::text)::uuid
      from generate_series(1, ${RECORDS}) i`,
  )
})
afterAll(() => database.drop())

/** A thousand records spread over the table, a tenth of them changed and one new. */
function incoming(): ReturnType<typeof incomingArrays> {
  return incomingArrays(
    Array.from({ length: 1_000 }, (_, index) => ({
      externalId: `item-${String(index * 100 + (index === 999 ? 1_000 : 1)).padStart(9, '0')}`,
      version: null,
      hash: '0'.repeat(32),
    })),
  )
}

type PlanNode = { 'Node Type': string; 'Relation Name'?: string; 'Index Name'?: string; Plans?: PlanNode[] }

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

async function planOfClassify(): Promise<PlanNode[]> {
  const { text, values } = classifyStatement({ connection: 'shop', entity: 'item' }, incoming())
  return await database.db.transaction('test.explain', { role: 'worker' }, async (tx) => {
    const [row] = await tx.rows<{ 'QUERY PLAN': { Plan: PlanNode }[] }>({
      text: `explain (format json) ${text}`,
      values: values ?? [],
    })
    const plan = row?.['QUERY PLAN'][0]?.Plan
    return plan === undefined ? [] : nodesOf(plan)
  })
}

test.for([['never analysed', 'select 1'] as const, ['analysed', 'analyze sync_records'] as const])(
  'comparing a batch reads by the primary key on a table that was %s',
  async ([, prepare]) => {
    await queryAs(database.url, prepare)
    const scans = (await planOfClassify()).filter((node) => node['Relation Name'] === 'sync_records')
    expect(scans.map((node) => [node['Node Type'], node['Index Name']])).toEqual([
      ['Index Scan', 'sync_records_pkey'],
    ])
  },
)

test('what is missing is found by one set operation, without a nested loop', async () => {
  await queryAs(
    database.url,
    `insert into sync_generations (id, connection, stream, mode, hi, started_at)
      values ('${GENERATION}', 'shop', 'items', 'full', now(), now() + interval '1 minute')`,
  )
  await queryAs(
    database.url,
    `insert into sync_seen (generation_id, slice, page, external_ids)
      select '${GENERATION}', 0, (i - 1) / 1000, array_agg('item-' || lpad(i::text, 9, '0'))
      from generate_series(1, ${RECORDS}) i where i % 50 > 0 group by (i - 1) / 1000`,
  )
  const found = await database.db.transaction('test.missing', { role: 'worker' }, (tx) =>
    gatherMissing(tx, { connection: 'shop', entity: 'item' }, GENERATION, 1_000),
  )
  expect(found).toEqual({ missing: RECORDS / 50, known: RECORDS, seenAny: true, nameless: 0 })
  const batches = await queryAs<{ size: number }>(
    database.url,
    'select cardinality(external_ids) as size from sync_missing order by batch',
  )
  expect(batches).toEqual([{ size: 1_000 }, { size: 1_000 }])
})

test('letters of gone records are found by one set operation on analysed tables too', async () => {
  await queryAs(database.url, `delete from sync_seen`)
  await queryAs(
    database.url,
    `insert into sync_seen (generation_id, slice, page, external_ids)
      select '${GENERATION}', 0, i, array(select 'seen-' || i || '-' || j from generate_series(1, 1000) j)
      from generate_series(1, 200) i`,
  )
  await queryAs(
    database.url,
    `insert into sync_dead_letters (id, connection, stream, record_key, payload, code, detail)
      select gen_random_uuid(), 'shop', 'items', case when i > 400 then 'seen-' || i - 400 || '-1000' else 'gone-' || i end,
        '{}', 'parent_missing', '' from generate_series(1, 600) i`,
  )
  await queryAs(database.url, 'analyze')
  const run = { runId: '01900000-0000-7000-8000-000000000002', generationId: GENERATION }
  await queryAs(
    database.url,
    `insert into sync_runs (id, connection, trigger, kind, status) values ('${run.runId}', 'shop', 'manual', 'live', 'running')`,
  )
  await database.db.transaction('test.discard', { role: 'worker' }, async (tx) => {
    await tx.count({ text: `set local statement_timeout = '3s'` })
    await discardGoneLetters(tx, { connection: 'shop', stream: 'items' }, run)
  })
  const states = await queryAs<{ state: string; letters: number }>(
    database.url,
    'select state, count(*)::int as letters from sync_dead_letters group by state order by state',
  )
  expect(states).toEqual([
    { state: 'discarded', letters: 400 },
    { state: 'open', letters: 200 },
  ])
})
