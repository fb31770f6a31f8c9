import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endingSeatsStatement } from '../../../src/fulfilment/shared/seat-holder-view-store.ts'
import { freeUnitsStatement } from '../../../src/fulfilment/stock/stock-store.ts'
import { usableOffersStatement } from '../../../src/fulfilment/supplier/offer-view-store.ts'
import { waitingStatement } from '../../../src/fulfilment/supplier/supplier-overview-store.ts'
import { linkedRefsStatement } from '../../../src/fulfilment/supplier/purchase-store.ts'
import {
  dueStatement,
  neighboursStatement,
  openStatement,
  sentSinceStatement,
} from '../../../src/fulfilment/supplier/purchase-view-store.ts'
import type { Statement } from '../../../src/platform/database.ts'
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts'

const ID = '00000000-0000-7000-8000-000000000001'
const READ_AT = new Date(0)

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(2)
})
afterAll(() => database.drop())

/** The plan as the worker, with sequential scans priced out: an index that can serve the statement then does. */
async function planOf({ text, values = [] }: Statement): Promise<string> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    await client.query('set role lapak_worker; set enable_seqscan = off; set enable_bitmapscan = off')
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values])
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  } finally {
    await client.end()
  }
}

/** The claim's inner statement; the function itself shows no plan. */
const claim: Statement = {
  text: `select u.id from stock_units u
    where u.sku_id = $1 and (u.state = 'AVAILABLE' or (u.state = 'RESERVED' and u.reserved_until < now()))
    order by u.id limit 3 for update skip locked`,
  values: [ID],
}

/** How a message finds the purchase that it names. */
const byReference: Statement = {
  text: `select id from supplier_purchases where supplier = $1 and reference = $2`,
  values: ['digiflazz', ID],
}

test.each([
  ['stock_units_free', claim],
  ['stock_units_free', freeUnitsStatement([ID])],
  ['shared_seats_sku', freeUnitsStatement([ID])],
  ['shared_seats_ending', endingSeatsStatement({ kind: 'membership.ending', days: 3, limit: 100 })],
  ['outbox_events_key', endingSeatsStatement({ kind: 'membership.ending', days: 3, limit: 100 })],
  ['supplier_purchases_due', dueStatement(50)],
  ['supplier_purchases_due', openStatement(50)],
  ['supplier_purchases_sent', sentSinceStatement(ID)],
  ['supplier_purchases_sent', neighboursStatement(ID, READ_AT)],
  ['supplier_offers_sku', usableOffersStatement(ID, 20_000)],
  ['supplier_scores_pkey', usableOffersStatement(ID, 20_000)],
  ['supplier_purchases_open', usableOffersStatement(ID, 20_000)],
  ['supplier_purchases_waiting', waitingStatement()],
  ['supplier_purchases_reference', byReference],
  ['supplier_purchases_ref', linkedRefsStatement('vip-reseller', ['VP1'])],
])('%s serves its statement', async (index, statement) => {
  expect(await planOf(statement)).toMatch(new RegExp(`Index (Only )?Scan using ${index}`))
})
