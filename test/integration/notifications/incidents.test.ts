import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { acknowledgeIncident, listIncidents, watchConditions, type Condition } from '#notifications'
import { newId } from '#platform/ids.ts'
import { queryAs } from '../../support/test-database.ts'
import { unguarded } from '../../support/unguarded.ts'
import { startMessageStage, type MessageStage } from './message-stage.ts'

let stage: MessageStage

beforeAll(async () => {
  stage = await startMessageStage()
})
beforeEach(() => stage.reset())
afterEach(async () => expect(await stage.brokenRules()).toEqual([]))
afterAll(() => stage.stop())

const START = new Date('2026-11-21T08:00:00Z')
const after = (minutes: number): Date => new Date(START.getTime() + minutes * 60_000)
const low = (sku: string, count = 3): Condition => ({
  key: `stock_low:${sku}`,
  kind: 'stock_low',
  subject: sku,
  count,
})
const look = (minutes: number, ...found: Condition[]) =>
  watchConditions({ db: stage.database.db, now: after(minutes) }, ['stock_low'], found)

/** What staff read so far. */
async function told(): Promise<string[]> {
  await stage.tell()
  await stage.send()
  return (await stage.inbox()).map(({ text }) => text)
}

test('a trouble is told when it opens and when it is over, and not in between', async () => {
  for (let minute = 0; minute < 30; minute += 1) await look(minute, low('A', 3))
  const opened = await told()
  expect(opened).toHaveLength(1)
  expect(opened[0]).toContain('Stok A tinggal 3')
  for (let minute = 30; minute < 50; minute += 1) await look(minute)
  const both = await told()
  expect(both).toHaveLength(2)
  expect(both[1]).toContain('Masalah selesai')
  expect(await listIncidents(stage.database.db)).toMatchObject([{ state: 'RESOLVED', subject: 'A' }])
})

test('what swings is one incident', async () => {
  for (let minute = 0; minute < 60; minute += 1) await look(minute, ...(minute % 8 < 4 ? [low('A')] : []))
  expect(await told()).toHaveLength(1)
  expect(await listIncidents(stage.database.db)).toHaveLength(1)
})

test('many at once are one message; twenty are two', async () => {
  await look(0, ...Array.from({ length: 12 }, (_, index) => low(`A${index}`)))
  const [text, ...more] = await told()
  expect(more).toEqual([])
  expect(text).toContain('Ada 12 masalah')
  await look(1, ...Array.from({ length: 32 }, (_, index) => low(`A${index}`)))
  expect(await told()).toHaveLength(3)
})

test('a trouble that is over before anybody could be told is told once, at its end', async () => {
  await look(0, low('A'))
  await look(1)
  await look(12)
  expect((await told()).map((text) => text.split('\n')[0])).toEqual(['🟢 Lapak: Masalah selesai'])
})

test('kinds that nobody looked at stay as they are', async () => {
  await look(0, low('A'))
  for (const minute of [20, 40])
    await watchConditions({ db: stage.database.db, now: after(minute) }, ['jobs_dead'], [])
  expect(await listIncidents(stage.database.db)).toMatchObject([{ state: 'OPEN' }])
})

test('somebody takes care of one: it stays silent, and ends like any other', async () => {
  await look(0, low('A'))
  const [incident] = await listIncidents(stage.database.db)
  const note = { id: incident?.id ?? '', by: 'ani', now: after(1) }
  expect(await acknowledgeIncident(stage.database.db, note)).toMatchObject({ ok: true })
  expect(await acknowledgeIncident(stage.database.db, { ...note, by: 'budi' })).toMatchObject({ ok: true })
  expect(await listIncidents(stage.database.db)).toMatchObject([
    { state: 'ACKNOWLEDGED', acknowledgedBy: 'ani' },
  ])
  await look(5, low('A', 1))
  await look(6)
  await look(20)
  expect(await listIncidents(stage.database.db)).toMatchObject([{ state: 'RESOLVED', acknowledgedBy: 'ani' }])
  for (const id of [newId(), 'nothing', incident?.id ?? ''])
    expect(await acknowledgeIncident(stage.database.db, { ...note, id })).toMatchObject({ ok: false })
})

test('ten looks at the same time open one incident and tell one message', async () => {
  await Promise.all(Array.from({ length: 10 }, () => look(0, low('A'), low('B'))))
  expect(await listIncidents(stage.database.db)).toHaveLength(2)
  const ids = (
    await queryAs<{ data: { incidents: string } }>(stage.database.url, 'select data from outbox_events')
  ).flatMap(({ data }) => data.incidents.split(' '))
  expect(ids).toHaveLength(2)
})

test('and would open many without the index that allows one', async () => {
  await queryAs(stage.database.url, 'alter index incidents_one_open rename to incidents_one_open_kept')
  await queryAs(stage.database.url, 'drop index incidents_one_open_kept')
  const { db, met } = unguarded(stage.database.db, [
    { find: "on conflict (key) where state <> 'RESOLVED' do nothing", replace: '' },
  ])
  await Promise.all(
    Array.from({ length: 4 }, () => watchConditions({ db, now: START }, ['stock_low'], [low('A')])),
  )
  expect(met.size).toBe(1)
  expect((await listIncidents(stage.database.db)).length).toBeGreaterThan(1)
  await queryAs(stage.database.url, 'truncate incidents')
  await queryAs(
    stage.database.url,
    "create unique index incidents_one_open on incidents (key) where state <> 'RESOLVED'",
  )
})
