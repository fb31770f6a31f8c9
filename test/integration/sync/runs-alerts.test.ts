import { afterAll, beforeEach, expect, test } from 'vitest'
import { newId } from '../../../src/platform/ids.ts'
import { approveRun } from '../../../src/sync/runs/approve-run.ts'
import { checkAlerts } from '../../../src/sync/runs/check-alerts.ts'
import { describeConnections } from '../../../src/sync/runs/describe-connections.ts'
import { registerConnections } from '../../../src/sync/runs/register-connections.ts'
import { syncReadings } from '../../../src/sync/runs/sync-readings.ts'
import { createRuns, idlePull, type Runs } from './runs-fixture.ts'

let runs: Runs
const opened: Runs[] = []

beforeEach(async () => {
  runs = await createRuns({ shop: { first: [], second: [] } })
  runs.deps.connections = new Map([
    ...runs.deps.connections,
    [
      'feed',
      {
        name: 'feed',
        streams: [idlePull('products', true) as never],
        schedules: [{ mode: 'changes', everyMinutes: 10 }],
      },
    ],
  ])
  opened.push(runs)
  await registerConnections(runs.deps)
})

afterAll(async () => {
  for (const each of opened) await each.database.drop()
})

async function openAlerts(): Promise<string[]> {
  await checkAlerts(runs.deps)
  const rows = await runs.query<{ name: string }>(
    `select kind || ' ' || connection || '/' || stream as name from sync_alerts where resolved_at is null order by 1`,
  )
  return rows.map((row) => row.name)
}

test('a healthy engine has none', async () => {
  expect(await openAlerts()).toEqual([])
})

test('a late stream opens one alert however often it is looked at, and resolves by itself', async () => {
  await runs.query(
    `update sync_streams set watermark = now() - interval '31 minutes' where stream = 'products'`,
  )
  const found = await Promise.all(Array.from({ length: 4 }, () => checkAlerts(runs.deps)))
  expect(found.reduce((sum, each) => sum + each.opened, 0)).toBe(1)
  expect(await openAlerts()).toEqual(['late feed/products'])
  await runs.query(
    `update sync_streams set watermark = now() - interval '29 minutes' where stream = 'products'`,
  )
  expect(await openAlerts()).toEqual([])
  await runs.query(
    `update sync_streams set watermark = now() - interval '31 minutes' where stream = 'products'`,
  )
  expect(await openAlerts()).toEqual(['late feed/products'])
  expect(await runs.query('select 1 from sync_alerts')).toHaveLength(2)
  await runs.pause('feed', true)
  expect(await openAlerts()).toEqual([])
})

async function refuse(count: number, ago: string, state = 'open'): Promise<void> {
  for (let nth = 0; nth < count; nth += 1)
    await runs.query(
      `insert into sync_dead_letters (id, connection, stream, record_key, payload, code, detail, state, opened_at, closed_at)
        values ($1, 'feed', 'products', $2, '{}', 'bad', 'bad', $4, now() - $3::interval,
          case when $4 <> 'open' then now() end)`,
      [newId(), newId(), ago, state],
    )
}

test('dead letters that grow are an alert, old ones are not', async () => {
  await refuse(30, '2 hours')
  expect(await openAlerts()).toEqual([])
  await refuse(10, '5 minutes')
  expect(await openAlerts()).toEqual(['dead_letters feed/products'])
  await refuse(1, '2 hours', 'resolved')
  expect(await openAlerts()).toEqual([])
})

test('more than two of a hundred refused is an alert until a better run', async () => {
  const refuseIn = async (connection: string, stream: string, rejected: number): Promise<void> => {
    const runId = await runs.request(connection, { streams: [stream] })
    await runs.query(
      `update sync_passes set seen = 100, created = 100 - $2::bigint, rejected = $2::bigint where run_id = $1`,
      [runId, rejected],
    )
    await runs.finish({ connection, runId, stream })
  }
  await refuseIn('feed', 'products', 3)
  expect(await openAlerts()).toEqual(['rejected_share feed/products'])
  await refuseIn('feed', 'products', 2)
  expect(await openAlerts()).toEqual([])
  await refuseIn('shop', 'first', 100)
  expect(await openAlerts()).toEqual([])
})

test('an open circuit and a failed run are alerts of the connection', async () => {
  await runs.query(
    `update sync_connections set circuit_open_until = now() - interval '1 second', circuit_reason = 'no answer'
      where name = 'shop'`,
  )
  const runId = await runs.request('shop', { streams: ['first'] })
  await runs.finish({ runId, stream: 'first', state: 'failed', error: { code: 'stalled', detail: 'x' } })
  expect(await openAlerts()).toEqual(['circuit_open shop/', 'run_failed shop/'])
  expect(await runs.query(`select detail from sync_alerts where kind = 'run_failed'`)).toEqual([
    { detail: 'first: stalled' },
  ])
  await runs.query(`update sync_connections set circuit_open_until = null`)
  await runs.finish({ runId: await runs.request('shop', { streams: ['first'] }), stream: 'first' })
  expect(await openAlerts()).toEqual([])
})

test('what waits for approval is an alert until somebody decides', async () => {
  const runId = await runs.request('shop', { streams: ['first'] })
  await runs.finish({ runId, stream: 'first', state: 'parked', error: { code: 'too_many', detail: 'x' } })
  expect(await openAlerts()).toEqual(['needs_approval shop/first'])
  await approveRun(runs.deps, runId, 'budi')
  expect(await openAlerts()).toEqual([])
})

test('what waits for approval is over when a later complete run did without', async () => {
  const runId = await runs.request('shop', { streams: ['first'] })
  await runs.finish({ runId, stream: 'first', state: 'parked', error: { code: 'too_many', detail: 'x' } })
  await runs.finish({ runId: await runs.request('shop', { streams: ['first'] }), stream: 'first' })
  expect(await openAlerts()).toEqual([])
})

test('what waits for approval is over when another enumeration took its place', async () => {
  const runId = await runs.request('feed', { streams: ['products'] })
  const end = { connection: 'feed', runId, stream: 'products', state: 'parked' } as const
  await runs.finish({ ...end, error: { code: 'too_many', detail: 'x' } })
  const generation = newId()
  await runs.query(
    `insert into sync_generations (id, connection, stream, mode, hi, state)
      values ($1, 'feed', 'products', 'full', now(), 'enumerated')`,
    [generation],
  )
  await runs.query('update sync_passes set generation_id = $1', [generation])
  expect(await openAlerts()).toEqual(['needs_approval feed/products'])
  await runs.query(`update sync_generations set state = 'abandoned'`)
  expect(await openAlerts()).toEqual([])
})

test('connections are described with their health', async () => {
  await runs.query(
    `update sync_streams set watermark = now() - interval '31 minutes' where stream = 'products'`,
  )
  await refuse(1, '1 minute')
  await runs.pause('shop', true)
  await checkAlerts(runs.deps)
  const [shop, feed] = await describeConnections(runs.deps)
  expect(shop).toMatchObject({
    name: 'shop',
    paused: { by: 'test' },
    streams: [
      { stream: 'first', direction: 'work' },
      { stream: 'second', direction: 'work' },
    ],
    schedules: [{ mode: 'full', everyMinutes: 60, enabled: true }],
  })
  expect(feed).toMatchObject({
    paused: null,
    circuit: null,
    streams: [{ stream: 'products', direction: 'inbound', records: 0, deadLetters: 1 }],
    alerts: [{ kind: 'late', connection: 'feed', stream: 'products' }],
  })
})

test('metrics read every stream', async () => {
  await runs.query(
    `update sync_streams set watermark = now() - interval '31 minutes' where stream = 'products'`,
  )
  const runId = await runs.request('shop', { streams: ['first'] })
  await runs.query(`update sync_passes set seen = 5, created = 3, stale = 2`)
  await runs.finish({ runId, stream: 'first' })
  await checkAlerts(runs.deps)
  const figures: Record<string, { label: string; value: number }[]> = {}
  for (const reading of syncReadings(runs.deps)) figures[reading.name] = await reading.read()
  expect(figures['sync_watermark_age_seconds']).toMatchObject([{ label: 'feed/products' }])
  expect(figures['sync_last_run_created']).toContainEqual({ label: 'shop/first', value: 3 })
  expect(figures['sync_last_run_unchanged']).toContainEqual({ label: 'shop/first', value: 2 })
  expect(figures['sync_open_alerts']).toContainEqual({ label: 'feed/products', value: 1 })
})
