import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { purgeNews } from '../../../src/jobs/messages.ts'
import { selectRecentIncidents } from '../../../src/notifications/incidents/incidents-store.ts'
import { deleteOldMessages } from '../../../src/notifications/messages-store.ts'
import { planOf } from '../../support/query-plan.ts'
import { queryAs } from '../../support/test-database.ts'
import { startMessageStage, type MessageStage } from './message-stage.ts'

let stage: MessageStage

beforeAll(async () => {
  stage = await startMessageStage()
})
beforeEach(() => stage.reset())
afterEach(async () => expect(await stage.brokenRules()).toEqual([]))
afterAll(() => stage.stop())

/** Lets messages and what moved them be so old. */
async function ageBy(days: number): Promise<void> {
  await queryAs(
    stage.database.url,
    `update messages set created_at = created_at - make_interval(days => $1),
      updated_at = updated_at - make_interval(days => $1)`,
    [days],
  )
}

async function tellDelivery(): Promise<void> {
  const orderId = await stage.order()
  await stage.publish({ kind: 'order.delivered', key: `order.delivered:${newId()}`, orderId })
  await stage.tell()
}

const channels = async () => (await stage.rows()).map(({ state }) => state).toSorted()

test('messages that were over half a year ago are forgotten with their history; open ones stay', async () => {
  await tellDelivery()
  await stage.send()
  await ageBy(179)
  await purgeNews(stage.shop)
  expect(await channels()).toEqual(['SENT', 'SENT'])
  await tellDelivery()
  await ageBy(2)
  await purgeNews(stage.shop)
  expect(await channels()).toEqual(['WAITING', 'WAITING'])
  const rows = await queryAs<{ state: string }>(
    stage.database.url,
    'select to_state as state from message_history',
  )
  expect(rows.map(({ state }) => state)).toEqual(['WAITING', 'WAITING'])
  await ageBy(400)
  await purgeNews(stage.shop)
  expect(await channels()).toEqual(['WAITING', 'WAITING'])
})

test('purging and the list of incidents read what they need, by an index', async () => {
  await queryAs(
    stage.database.url,
    `insert into incidents (id, key, kind, state, opened_at, seen_at, resolved_at)
      select gen_random_uuid(), 'stock_low:' || n, 'stock_low', case when n % 500 = 0 then 'OPEN' else 'RESOLVED' end,
        now() - make_interval(mins => n), now(), case when n % 500 = 0 then null else now() end
      from generate_series(1, 5000) n`,
  )
  await queryAs(
    stage.database.url,
    `insert into messages (id, event_number, business_key, channel, audience, template, locale, state, next_try_at, sent_at, created_at)
      select gen_random_uuid(), n, 'plan:' || n, 'telegram', 'staff', 'incident-opened', 'id', 'SENT', null, now(),
        now() - make_interval(hours => n)
      from generate_series(1, 5000) n`,
  )
  await queryAs(stage.database.url, 'analyze incidents, messages')
  const incidents = await planOf(stage.database.url, (_, db) => selectRecentIncidents(db, 50))
  expect(incidents).toContain('incidents_one_open')
  expect(incidents).toContain('incidents_recent')
  expect(incidents).not.toContain('Seq Scan')
  const purge = await planOf(stage.database.url, (tx) => deleteOldMessages(tx, 180, 100))
  expect(purge).toContain('messages_recent')
  await queryAs(stage.database.url, 'delete from incidents')
  await queryAs(stage.database.url, `delete from messages where business_key like 'plan:%'`)
})
