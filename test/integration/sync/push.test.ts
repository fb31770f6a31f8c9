import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Fate } from '../../support/push-provider.ts'
import { CONNECTION, PARENTS, startPushBench, STREAM, type PushBench } from './push-fixture.ts'

let bench: PushBench
beforeAll(async () => {
  bench = await startPushBench({ honoursKeys: true, canFind: true })
})
afterAll(() => bench.stop())
beforeEach(async () => {
  bench.provider.decide(() => 'done')
  await bench.settle()
  bench.provider.calls.length = 0
})

async function stateOf(localId: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await bench.query<Record<string, unknown>>(
    `select want_version::int as want, sent_version::int as sent, refused_version::int as refused, needs_review as review
      from sync_pushes where local_id = $1`,
    [localId],
  )
  return row
}

async function countsOf(runId: string, stream = STREAM): Promise<Record<string, unknown> | undefined> {
  const [row] = await bench.query<Record<string, unknown>>(
    `select state, seen::int, created::int, updated::int, unchanged::int, rejected::int, error_code as error
      from sync_passes where run_id = $1 and stream = $2`,
    [runId, stream],
  )
  return row
}

test('a record goes out and its id comes back', async () => {
  const id = await bench.add('one')
  expect(bench.jobs).toContain(`${CONNECTION}/${STREAM}`)
  const runId = await bench.request()
  await bench.turn(PARENTS)
  expect(await bench.turn()).toBe('ended')
  expect(await countsOf(runId)).toMatchObject({ state: 'succeeded', seen: 1, created: 1 })
  const [known] = await bench.query(
    'select external_id, content_hash = pushed_hash as same from sync_records where local_id = $1',
    [id],
  )
  expect(known).toEqual({ external_id: expect.stringMatching(/^ext-/) as string, same: true })
  expect(await bench.query('select op, fields from sync_changes where run_id = $1', [runId])).toEqual([
    { op: 'push', fields: {} },
  ])
})

test('many edits are one push of the newest', async () => {
  const id = await bench.add('first')
  for (const name of ['second', 'third', 'last']) await bench.edit(id, name)
  await bench.settle()
  const sent = bench.provider.calls.filter((call) => call.reference === id)
  expect(sent.map((call) => [call.operation, (JSON.parse(call.body) as { name: string }).name])).toEqual([
    ['create', 'last'],
  ])
  expect(await stateOf(id)).toMatchObject({ want: 4, sent: 4 })
})

test('an edit back to what was sent costs no call', async () => {
  const id = await bench.add('same')
  await bench.settle()
  bench.provider.calls.length = 0
  await bench.edit(id, 'other')
  await bench.edit(id, 'same')
  const runId = await bench.request()
  await bench.turn(PARENTS)
  await bench.turn()
  expect(bench.provider.calls).toEqual([])
  expect(await countsOf(runId)).toMatchObject({ seen: 1, unchanged: 1 })
  expect(await stateOf(id)).toMatchObject({ want: 3, sent: 3 })
})

test('a refused record stops no other, is set aside, and goes out once it is edited', async () => {
  const bad = await bench.add('bad')
  const good = await Promise.all(['a', 'b', 'c'].map((name) => bench.add(name)))
  bench.provider.decide((call) => (call.reference === bad && call.body.includes('bad') ? 422 : 'done'))
  const runId = await bench.request()
  await bench.turn(PARENTS)
  await bench.turn()
  expect(await countsOf(runId)).toMatchObject({ state: 'succeeded', seen: 4, created: 3, rejected: 1 })
  expect(good.map((id) => bench.copies(id))).toEqual([1, 1, 1])
  const letters = await bench.query(
    "select record_key, code, payload->>'name' as name from sync_dead_letters where state = 'open'",
  )
  expect(letters).toEqual([{ record_key: bad, code: 'http_422', name: 'bad' }])
  bench.provider.calls.length = 0
  await bench.request()
  await bench.settle()
  expect(bench.provider.calls, 'not tried again by itself').toEqual([])
  await bench.edit(bad, 'better')
  await bench.settle()
  expect(bench.copies(bad)).toBe(1)
  expect(await bench.query("select 1 from sync_dead_letters where state = 'open'")).toEqual([])
})

test('a replay sends only what had failed', async () => {
  const bad = await bench.add('stubborn')
  bench.provider.decide((call) => (call.reference === bad ? 422 : 'done'))
  await bench.settle()
  const other = await bench.add('waits for the next run')
  bench.provider.calls.length = 0
  await bench.request('replay')
  await bench.turn(PARENTS)
  await bench.turn()
  expect(bench.provider.calls.map((call) => [call.reference, call.fate])).toEqual([[bad, 422]])
  const [letter] = await bench.query("select attempts from sync_dead_letters where state = 'open'")
  expect(letter).toEqual({ attempts: 2 })
  bench.provider.decide(() => 'done')
  bench.provider.calls.length = 0
  const runId = await bench.request('replay')
  await bench.turn(PARENTS)
  await bench.turn()
  expect(bench.provider.calls.map((call) => call.reference)).toEqual([bad])
  expect(await countsOf(runId)).toMatchObject({ seen: 1, created: 1 })
  expect(await stateOf(other)).toMatchObject({ sent: 0 })
  expect(bench.copies(bad)).toBe(1)
})

test('a child waits until the id of its parent is committed', async () => {
  const parent = await bench.addOwner('parent')
  const child = await bench.add('child', parent)
  bench.provider.decide((call) => (call.reference === parent ? 422 : 'done'))
  await bench.settle()
  expect(bench.copies(child)).toBe(0)
  expect(await stateOf(child)).toMatchObject({ sent: 0 })
  bench.provider.decide(() => 'done')
  await bench.request('replay')
  await bench.settle()
  const order = bench.provider.calls.filter((call) => call.fate === 'done').map((call) => call.reference)
  expect(order).toEqual([parent, child])
  const [known] = await bench.query<{ id: string }>(
    'select external_id as id from sync_records where local_id = $1',
    [parent],
  )
  expect(bench.provider.records.get(await externalIdOf(child))?.content['parent']).toBe(known?.id)
})

test('an edit during the call is sent afterwards', async () => {
  const id = await bench.add('before')
  let edits = 0
  bench.provider.decide(async (): Promise<Fate> => {
    if (edits++ === 0) await bench.edit(id, 'during')
    return 'done'
  })
  await bench.request()
  await bench.turn(PARENTS)
  await bench.turn()
  const sent = bench.provider.calls.map((call) => [
    call.operation,
    (JSON.parse(call.body) as { name: string }).name,
  ])
  expect(sent).toEqual([
    ['create', 'before'],
    ['update', 'during'],
  ])
  expect(await stateOf(id)).toMatchObject({ want: 2, sent: 2 })
})

test('an update back to the old content after a lost answer is sent', async () => {
  const id = await bench.add('old')
  await bench.settle()
  let isFirst = true
  bench.provider.decide(() => {
    const fate = isFirst ? ('lost' as const) : ('done' as const)
    isFirst = false
    return fate
  })
  await bench.edit(id, 'new')
  await bench.request()
  await bench.turn(PARENTS)
  await bench.turn()
  await bench.edit(id, 'old')
  await bench.letTimePass()
  await bench.settle()
  expect(bench.provider.records.get(await externalIdOf(id))?.content['name']).toBe('old')
})

test('too many calls: the record waits without a mark, and everything goes out later', async () => {
  const ids = await Promise.all(['x', 'y', 'z'].map((name) => bench.add(name)))
  bench.provider.decide(() => 429)
  await bench.request()
  await bench.turn(PARENTS)
  expect(await bench.turn()).toBe('later')
  expect(bench.provider.calls).toHaveLength(1)
  expect(
    await bench.query('select distinct state from sync_attempts where local_id = any ($1)', [ids]),
  ).toEqual([{ state: 'withdrawn' }])
  bench.provider.decide(() => 'done')
  await bench.letTimePass()
  await bench.settle()
  expect(ids.map((id) => bench.copies(id))).toEqual([1, 1, 1])
})

test('a partial outage: what is accepted stays, the next run sends only the rest', async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, (_, place) => bench.add(`part ${place}`)))
  const down = new Set(ids.filter((_, place) => place % 3 === 0))
  bench.provider.decide((call) => (down.has(call.reference) ? 500 : 'done'))
  for (let round = 0; round < 6; round += 1) {
    await bench.request()
    await bench.turn(PARENTS)
    await bench.turn()
    await bench.letTimePass()
  }
  expect(ids.filter((id) => bench.copies(id) === 1)).toHaveLength(8)
  bench.provider.decide(() => 'done')
  bench.provider.calls.length = 0
  await bench.settle()
  expect(new Set(bench.provider.calls.map((call) => call.reference))).toEqual(down)
  expect(ids.every((id) => bench.copies(id) === 1)).toBe(true)
})

test('refused credentials end the pass at once and leave nothing in doubt', async () => {
  const id = await bench.add('locked out')
  bench.provider.decide(() => 401)
  const runId = await bench.request()
  await bench.turn(PARENTS)
  expect(await bench.turn()).toBe('ended')
  expect(await countsOf(runId)).toMatchObject({ state: 'failed', error: 'credentials_refused' })
  expect(await bench.query("select 1 from sync_attempts where state in ('sending', 'unknown')")).toEqual([])
  bench.provider.decide(() => 'done')
  await bench.letTimePass()
  await bench.settle()
  expect(bench.copies(id)).toBe(1)
})

async function externalIdOf(localId: string): Promise<string> {
  const [row] = await bench.query<{ id: string }>(
    'select external_id as id from sync_records where local_id = $1',
    [localId],
  )
  return row?.id ?? ''
}

test('a system that wants to be left alone for days is asked again within the hour', async () => {
  await bench.add('lamp')
  const retryAfterMs = 10 * 86_400_000
  const { send } = bench.target
  bench.target.send = async () => ({
    kind: 'not_done',
    failure: { code: 'throttled', detail: '429', retryAfterMs },
  })
  await bench.request()
  await bench.turn(PARENTS)
  expect(await bench.turn()).toBe('later')
  bench.target.send = send
  expect(
    await bench.query(`select state from sync_passes where retry_at < now() + interval '61 minutes'`),
  ).toHaveLength(1)
})
