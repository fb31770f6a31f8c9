import { afterAll, beforeEach, expect, test } from 'vitest'
import { registerConnections } from '../../../src/sync/runs/register-connections.ts'
import { runDueSchedules } from '../../../src/sync/runs/run-due-schedules.ts'
import { setSchedule } from '../../../src/sync/runs/set-schedule.ts'
import { createRuns, statuses, type Runs } from './runs-fixture.ts'

let runs: Runs
const opened: Runs[] = []

beforeEach(async () => {
  runs = await createRuns({ shop: { first: [] } })
  opened.push(runs)
  await registerConnections(runs.deps)
})

afterAll(async () => {
  for (const each of opened) await each.database.drop()
})

async function makeDue(ago = '1 minute'): Promise<void> {
  await runs.query(`update sync_schedules set next_at = now() - $1::interval`, [ago])
}

test('four processes look at once and one asks for the run', async () => {
  await makeDue()
  const found = await Promise.all(Array.from({ length: 4 }, () => runDueSchedules(runs.deps)))
  expect(found.reduce((sum, each) => sum + each.requested, 0)).toBe(1)
  expect(await statuses(runs)).toEqual(['running'])
  expect(await runs.query('select trigger, mode from sync_runs')).toEqual([
    { trigger: 'schedule', mode: 'full' },
  ])
})

test('a new connection waits a moment before its first run', async () => {
  expect(await runDueSchedules(runs.deps)).toEqual({ requested: 0 })
  const [row] = await runs.query<{ minutes: string }>(
    `select round(extract(epoch from next_at - now()) / 60) as minutes from sync_schedules`,
  )
  expect(Number(row?.minutes)).toBe(10)
})

test('missed times are not made up for, and the next one lies ahead', async () => {
  await makeDue('3 days')
  expect(await runDueSchedules(runs.deps)).toEqual({ requested: 1 })
  expect(await runDueSchedules(runs.deps)).toEqual({ requested: 0 })
  const [row] = await runs.query<{ minutes: string }>(
    `select round(extract(epoch from next_at - now()) / 60) as minutes from sync_schedules`,
  )
  expect(Number(row?.minutes)).toBe(60)
})

test('what is due takes part in what waits', async () => {
  await runs.request('shop')
  await runs.request('shop')
  await makeDue()
  await runDueSchedules(runs.deps)
  expect(await statuses(runs)).toEqual(['running', 'queued'])
})

test('of a full and a partial run that are due together only the full one is asked for', async () => {
  await setSchedule(runs.deps, 'shop', 'changes', 5)
  await makeDue()
  expect(await runDueSchedules(runs.deps)).toEqual({ requested: 1 })
  expect(await runs.query('select mode from sync_runs')).toEqual([{ mode: 'full' }])
})

test('a paused connection is left alone and is due when it goes on', async () => {
  await makeDue()
  await runs.pause('shop', true)
  expect(await runDueSchedules(runs.deps)).toEqual({ requested: 0 })
  await runs.pause('shop', false)
  expect(await runDueSchedules(runs.deps)).toEqual({ requested: 1 })
})

test('an operator changes and ends a schedule; registering again leaves it so', async () => {
  expect(await setSchedule(runs.deps, 'shop', 'full', 15)).toMatchObject({ ok: true })
  await registerConnections(runs.deps)
  expect(await runs.query('select mode, every_minutes, enabled from sync_schedules')).toEqual([
    { mode: 'full', every_minutes: 15, enabled: true },
  ])
  expect(await setSchedule(runs.deps, 'shop', 'full', null)).toMatchObject({ ok: true })
  await makeDue()
  expect(await runDueSchedules(runs.deps)).toEqual({ requested: 0 })
  expect(await runs.query('select every_minutes, enabled from sync_schedules')).toEqual([
    { every_minutes: 15, enabled: false },
  ])
})

test.each([0, -1, 1.5, 44_641, Number.NaN])('an interval of %s minutes is refused', async (minutes) => {
  expect(await setSchedule(runs.deps, 'shop', 'full', minutes)).toEqual({
    ok: false,
    error: { code: 'bad_interval' },
  })
})

test('an unknown connection has no schedule', async () => {
  expect(await setSchedule(runs.deps, 'nowhere', 'full', 5)).toMatchObject({ ok: false })
})
