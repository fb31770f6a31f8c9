import { afterEach, expect, test } from 'vitest'
import { holdPass } from '../../../src/sync/lease-pass.ts'
import { fingerprinter } from '../../../src/sync/pull/fingerprint.ts'
import { refreshRecords } from '../../../src/sync/pull/refresh-records.ts'
import { retryOrphans } from '../../../src/sync/pull/retry-letters.ts'
import { SYNC_TIMING } from '../../../src/sync/sync-timing.ts'
import { setPaused } from '../../../src/sync/runs/set-paused.ts'
import { makeItems } from '../../support/item-provider.ts'
import { createPullStage, type PullStage } from './pull-stage.ts'

let stage: PullStage
afterEach(() => stage.stop())

async function setUp(count: number, options: Parameters<typeof createPullStage>[0] = {}): Promise<PullStage> {
  stage = await createPullStage({ items: makeItems(count), ...options })
  return stage
}

/** Lets waits be over: retries, blocks of calls, the circuit. */
async function letWaitsEnd(): Promise<void> {
  await stage.query(`update sync_passes set retry_at = retry_at - interval '1 day'`)
  await stage.query(`update sync_buckets set blocked_until = blocked_until - interval '1 day'`)
  await stage.query(`update sync_connections set circuit_open_until = circuit_open_until - interval '1 day'`)
}

const letters = (): Promise<{ record_key: string; code: string; attempts: number; state: string }[]> =>
  stage.query('select record_key, code, attempts, state from sync_dead_letters order by record_key, id')

test('one bad record becomes a dead letter, is counted again and resolved when it is applied', async () => {
  await setUp(4)
  const good = stage.provider.items[1]
  stage.provider.items[1] = { id: 'item-0001', name: 'x', price: 'many' }
  expect(await stage.run()).toMatchObject({ status: 'succeeded', seen: 4, created: 3, rejected: 1 })
  await stage.run()
  expect(await letters()).toEqual([
    { record_key: 'item-0001', code: 'bad_price', attempts: 2, state: 'open' },
  ])
  if (good !== undefined) stage.provider.items[1] = good
  expect(await stage.run()).toMatchObject({ created: 1, rejected: 0 })
  expect(await letters()).toMatchObject([{ state: 'resolved' }])
})

test('a page of bad records fails the run and leaves nothing of it; the next run begins there', async () => {
  await setUp(9)
  const good = stage.provider.items
  stage.provider.items = good.map((item, index) =>
    index >= 3 && index < 6 ? { ...item, price: 'gratis' } : item,
  )
  const failed = await stage.run()
  expect(failed).toMatchObject({ status: 'failed', code: 'all_rejected', created: 3, rejected: 0 })
  expect(await letters()).toEqual([])
  stage.provider.items = good
  stage.provider.calls.length = 0
  await stage.run()
  expect(stage.provider.calls[0]?.position).toBe('3')
  expect(await stage.items()).toHaveLength(9)
})

test('a field that changed type in one record does not stop the others; unknown fields do nothing', async () => {
  await setUp(4)
  stage.provider.items[0] = { ...stage.provider.items[0], id: 'item-0000', name: { id: 'nested' } }
  stage.provider.items[2] = { ...stage.provider.items[2], id: 'item-0002', colour: 'red' }
  expect(await stage.run()).toMatchObject({ status: 'succeeded', created: 3, rejected: 1 })
  delete stage.provider.items[2]?.['colour']
  expect(await stage.run()).toMatchObject({ unchanged: 3, updated: 0 })
})

test('text that the database cannot hold is refused and stored in the letter', async () => {
  await setUp(3)
  stage.provider.items[0] = { ...stage.provider.items[0], id: 'item-0000', name: 'nul \0 \uD800' }
  stage.provider.items[1] = { ...stage.provider.items[1], id: 'bad \0 id' }
  expect(await stage.run()).toMatchObject({ status: 'succeeded', created: 1, rejected: 2 })
  expect((await letters()).map((letter) => letter.code).sort()).toEqual(['invalid_id', 'invalid_text'])
})

test('a page token that died restarts the slice; what was done is only compared', async () => {
  await setUp(7)
  stage.provider.fault = (call, index) =>
    call.position === '6' && index < 3 ? { kind: 'status', status: 410 } : undefined
  expect(await stage.run()).toMatchObject({ status: 'succeeded', created: 7, unchanged: 6, pages: 5 })
})

test('a page token that always dies fails the run', async () => {
  await setUp(7)
  stage.provider.fault = (call) => (call.position === '6' ? { kind: 'status', status: 410 } : undefined)
  expect(await stage.run()).toMatchObject({ status: 'failed', code: 'position_lost' })
})

test('a run after one whose page token always died begins the slice anew, without the dead token', async () => {
  await setUp(7)
  const { provider } = stage
  provider.fault = (call) => (call.position === '6' ? { kind: 'status', status: 410 } : undefined)
  await stage.run()
  provider.fault = (call, index) =>
    call.position === '6' && provider.calls[index - 1]?.position !== '3'
      ? { kind: 'status', status: 410 }
      : undefined
  provider.calls.length = 0
  expect(await stage.run()).toMatchObject({ status: 'succeeded' })
  expect(provider.calls[0]?.position).toBe(null)
  expect(await stage.items()).toHaveLength(7)
})

test('refused credentials fail the run at once, keep the checkpoint and open the circuit', async () => {
  await setUp(7)
  stage.provider.fault = (_call, index) => (index === 1 ? { kind: 'status', status: 401 } : undefined)
  expect(await stage.run()).toMatchObject({ status: 'failed', code: 'credentials_refused', created: 3 })
  const again = await stage.run()
  expect(again).toMatchObject({ state: 'running', code: 'circuit_open', tries: 0 })
  expect(stage.provider.calls).toHaveLength(2)
  await letWaitsEnd()
  await stage.turn()
  expect(await stage.pass(again.runId)).toMatchObject({ status: 'succeeded', created: 4, seen: 11 })
  expect(stage.provider.calls[2]?.position).toBe('3')
  expect(await stage.query('select circuit_open_until from sync_connections')).toEqual([
    { circuit_open_until: null },
  ])
})

test('429 postpones the pass as long as it says, for every worker, and is no failed try', async () => {
  await setUp(4, { stream: { rate: { key: 'shop', perSecond: 1_000, burst: 1_000 } } })
  stage.provider.fault = (_call, index) =>
    index === 1 ? { kind: 'status', status: 429, headers: { 'retry-after': '120' } } : undefined
  const pass = await stage.run()
  expect(pass).toMatchObject({ state: 'running', code: 'throttled', tries: 0, created: 3 })
  expect(await stage.turn()).toEqual({ kind: 'later' })
  const [block] = await stage.query<{ seconds: number }>(
    'select extract(epoch from blocked_until - now())::int as seconds from sync_buckets',
  )
  expect(block?.seconds).toBeGreaterThan(100)
  expect(stage.jobs.at(-1)?.startAfter).toBeInstanceOf(Date)
  await letWaitsEnd()
  await stage.turn()
  expect(await stage.pass(pass.runId)).toMatchObject({ status: 'succeeded', created: 4 })
})

test('a storm of 5xx opens the circuit, one probe goes through when its time is over', async () => {
  await setUp(4)
  let isDown = true
  stage.provider.fault = () => (isDown ? { kind: 'status', status: 503 } : undefined)
  const runId = await stage.begin()
  for (let index = 0; index < 8; index += 1) {
    await stage.turn()
    await stage.query(`update sync_passes set retry_at = now() - interval '1 second'`)
  }
  expect(stage.provider.calls).toHaveLength(5)
  expect(await stage.pass(runId)).toMatchObject({ state: 'running', code: 'circuit_open', tries: 5 })
  await letWaitsEnd()
  await stage.turn()
  await stage.query(`update sync_passes set retry_at = now() - interval '1 second'`)
  await stage.turn()
  expect(stage.provider.calls).toHaveLength(6)
  isDown = false
  await letWaitsEnd()
  await stage.turn()
  expect(await stage.pass(runId)).toMatchObject({ status: 'succeeded', created: 4, tries: 0 })
})

test('a hint that is the probe of an open circuit closes it', async () => {
  await setUp(4)
  await stage.run()
  await stage.query(
    `update sync_connections set circuit_failures = 5, circuit_since = now(), circuit_open_until = now(), circuit_reason = 'x'`,
  )
  const hint = await refreshRecords(stage.deps, 'shop', 'items', ['item-0001'], AbortSignal.timeout(5_000))
  expect(hint).toMatchObject({ ok: true })
  expect(await stage.query('select circuit_open_until, circuit_failures from sync_connections')).toEqual([
    { circuit_open_until: null, circuit_failures: 0 },
  ])
})

test('without progress for too long a pass fails as stalled', async () => {
  await setUp(4)
  stage.provider.fault = () => ({ kind: 'cut' })
  const runId = await stage.begin()
  await stage.turn()
  await stage.query(`update sync_passes set started_at = started_at - interval '1 day', retry_at = null`)
  expect(await stage.turn()).toEqual({ kind: 'ended' })
  expect(await stage.pass(runId)).toMatchObject({ status: 'failed', code: 'stalled' })
})

test('a long pause is no lack of progress', async () => {
  await setUp(4)
  stage.provider.fault = (_call, index) => (index > 0 ? { kind: 'cut' } : undefined)
  const runId = await stage.begin()
  await stage.turn()
  await setPaused(stage.deps, 'shop', true, 'sari')
  await stage.query(
    `update sync_passes set started_at = started_at - interval '1 day', progressed_at = progressed_at - interval '1 day'`,
  )
  await setPaused(stage.deps, 'shop', false, 'sari')
  expect(await stage.turn()).toEqual({ kind: 'later' })
  expect(await stage.pass(runId)).toMatchObject({ status: 'running', code: 'transient', created: 3 })
})

test('an answer that is not the documented one fails the run at the third time', async () => {
  await setUp(4)
  stage.provider.fault = () => ({ kind: 'status', status: 200, body: '<html>' })
  const runId = await stage.begin()
  for (let index = 0; index < 3; index += 1) {
    await stage.turn()
    await stage.query('update sync_passes set retry_at = null')
  }
  expect(await stage.pass(runId)).toMatchObject({ status: 'failed', code: 'malformed' })
})

test('an answer that was lost is fetched again and applied once', async () => {
  await setUp(4)
  stage.provider.fault = (_call, index) => (index === 1 ? { kind: 'cut' } : undefined)
  const pass = await stage.run()
  expect(pass).toMatchObject({ state: 'running', code: 'transient', tries: 1 })
  await letWaitsEnd()
  await stage.turn()
  expect(await stage.pass(pass.runId)).toMatchObject({ status: 'succeeded', seen: 4, created: 4 })
  expect(stage.provider.calls.map((call) => call.position)).toEqual([null, '3', '3'])
})

test('a record whose parent comes later waits and is healed at the end of the pass', async () => {
  await setUp(0, { pageSize: 2 })
  const [a, b, c, d] = makeItems(4)
  if (!a || !b || !c || !d) throw new Error('no items')
  stage.provider.items = [
    { ...a, parent: 'item-0003' },
    b,
    { ...c, parent: 'nobody' },
    { ...d, parent: 'item-0001' },
  ]
  const pass = await stage.run()
  expect(pass).toMatchObject({ status: 'succeeded', seen: 4, created: 3, rejected: 1 })
  expect(await letters()).toMatchObject([
    { record_key: 'item-0000', state: 'resolved' },
    { record_key: 'item-0002', code: 'parent_missing', state: 'open', attempts: 1 },
  ])
  expect(await stage.query('select 1 from test_items where parent_id is not null')).toHaveLength(2)
})

test('a turn that ends among waiting records tries the rest all the same, as the next would begin anew', async () => {
  await setUp(450, { pageSize: 450 })
  stage.provider.items.forEach((item, index) => index > 0 && (item['parent'] = 'nobody'))
  await stage.run()
  await stage.begin()
  const [stream] = stage.deps.connections.get('shop')?.streams ?? []
  const signal = AbortSignal.timeout(30_000)
  const lease = await holdPass(stage.deps.db, 'shop', 'items', SYNC_TIMING, signal)
  if (lease.kind !== 'held' || stream?.kind !== 'pull') throw new Error('no pass')
  let asked = 0
  const pass = { ...lease.pass, isTurnOver: () => (asked += 1) > 1 }
  const { runId, connection, isDry } = pass
  const job = { runId, connection, isDry, stream, fingerprint: fingerprinter(stream) }
  expect(await retryOrphans(stage.deps, pass, job)).toBe(false)
})

test('a replay reads the stored letters again, each once, and asks the source nothing', async () => {
  await setUp(5)
  stage.provider.items = stage.provider.items.map((item, index) =>
    index < 2 ? { ...item, price: 'x' } : item,
  )
  await stage.run()
  await stage.query(
    `update sync_dead_letters set payload = jsonb_set(payload, '{price}', '12') where record_key = 'item-0000'`,
  )
  stage.provider.calls.length = 0
  expect(await stage.run({ mode: 'replay' })).toMatchObject({
    status: 'succeeded',
    seen: 2,
    created: 1,
    rejected: 1,
  })
  expect(await letters()).toMatchObject([{ state: 'resolved' }, { state: 'open', attempts: 2 }])
  expect(stage.provider.calls).toEqual([])
})

test('a run after one that did not get its first page reads the source once', async () => {
  await setUp(9)
  stage.provider.fault = () => ({ kind: 'status', status: 401 })
  expect(await stage.run()).toMatchObject({ status: 'failed', code: 'credentials_refused' })
  stage.provider.fault = () => undefined
  await letWaitsEnd()
  stage.provider.calls.length = 0
  expect(await stage.run()).toMatchObject({ status: 'succeeded', seen: 9, pages: 3 })
  expect(stage.provider.calls.map((call) => call.position)).toEqual([null, '3', '6'])
})
