import { afterEach, describe, expect, test } from 'vitest'
import type { OutboundTarget } from '../../../src/sync/ports.ts'
import { decidePush } from '../../../src/sync/push/decide-push.ts'
import { createRandom, type Random } from '../../../sandboxes/random.ts'
import type { Fate, Thing } from '../../support/push-provider.ts'
import {
  CONNECTION,
  PARENTS,
  startPushBench,
  STREAM,
  type BenchOptions,
  type PushBench,
} from './push-fixture.ts'

/** Records whose answers are lost, while they are edited. */
const TRIALS = 500
const SEED = process.env['LAPAK_SEED'] ?? 'one-create'
const KEYS = { honoursKeys: true, canFind: false }
const LOOKUP = { honoursKeys: false, canFind: true }
const NEITHER = { honoursKeys: false, canFind: false }

let bench: PushBench
afterEach(() => bench.stop())

/** Lets calls fail in every way, with edits in between and later none; returns how many records there are of each. */
async function trial(options: BenchOptions, seed: string, trials = TRIALS): Promise<number[]> {
  bench = await startPushBench(options)
  const random = createRandom(seed)
  const ids: string[] = []
  for (let place = 0; place < trials; place += 1) ids.push(await bench.add(`thing ${place}`))
  bench.provider.decide(() => fateOf(random))
  await bench.settle(40, async () => {
    await bench.editAll(
      ids.filter(() => random.next() < 0.06),
      `edit ${random.next()}`,
    )
  })
  bench.provider.decide(() => 'done')
  await bench.settle(60)
  return ids.map((id) => bench.copies(id))
}

function fateOf(random: Random): Fate {
  const drawn = random.next()
  if (drawn < 0.3) return 'lost'
  if (drawn < 0.4) return 'dropped'
  if (drawn < 0.45) return 500
  return drawn < 0.47 ? 429 : 'done'
}

/** Names over there and here that differ. */
async function differences(): Promise<unknown[]> {
  const rows = await bench.query<{ id: string; name: string }>('select id, name from things')
  const there = new Map(
    [...bench.provider.records.values()].map(({ reference, content }) => [reference, content['name']]),
  )
  return rows.filter(({ id, name }) => there.get(id) !== name)
}

describe('one create, whatever is lost and edited meanwhile', () => {
  test.each([
    ['repeated keys', KEYS],
    ['lookups', LOOKUP],
  ])(
    `with %s, ${TRIALS} trials, seed ${SEED}`,
    async (_, options) => {
      const copies = await trial(options, SEED)
      expect(copies.filter((count) => count !== 1)).toEqual([])
      const lost = bench.provider.calls.filter((call) => call.operation === 'create' && call.fate === 'lost')
      expect(lost.length, 'enough was lost to mean something').toBeGreaterThan(TRIALS / 5)
      expect(await differences()).toEqual([])
    },
    180_000,
  )

  test('the trial notices a key that depends on the version', async () => {
    const versioned = (target: OutboundTarget<Thing>): OutboundTarget<Thing> => ({
      ...target,
      send: async (request) => {
        const [row] = await bench.query<{ version: string }>(
          'select want_version as version from sync_pushes where local_id = $1',
          [request.reference],
        )
        return await target.send({ ...request, key: `${request.key}:${row?.version}` })
      },
    })
    const copies = await trial({ ...KEYS, wrap: versioned }, SEED, 100)
    expect(copies.some((count) => count > 1)).toBe(true)
  })
})

async function turn(): Promise<void> {
  await bench.request()
  await bench.turn(PARENTS)
  await bench.turn()
  await bench.letTimePass()
}

async function pushOf(localId: string): Promise<{ review: boolean; sent: number; reason: string | null }> {
  const [row] = await bench.query<{ review: boolean; sent: number; reason: string | null }>(
    `select needs_review as review, sent_version::int as sent, review_reason as reason from sync_pushes
      where local_id = $1`,
    [localId],
  )
  return row ?? { review: false, sent: -1, reason: null }
}

describe('a create in doubt at a system that cannot be asked', () => {
  async function doubtful(): Promise<string> {
    bench = await startPushBench(NEITHER)
    const id = await bench.add('doubtful')
    bench.provider.decide(() => 'lost')
    await turn()
    bench.provider.decide(() => 'done')
    return id
  }

  test('is for a person, is never repeated, and not by an edit either', async () => {
    const id = await doubtful()
    await bench.edit(id, 'edited')
    for (let round = 0; round < 3; round += 1) await turn()
    expect(await pushOf(id)).toMatchObject({ review: true, sent: 0, reason: 'outcome_unknown' })
    expect(bench.provider.calls).toHaveLength(1)
    await bench.request('replay')
    await bench.settle()
    expect(bench.provider.calls, 'a replay does not guess').toHaveLength(1)
    const letters = await bench.query("select code, attempts from sync_dead_letters where state = 'open'")
    expect(letters).toEqual([{ code: 'outcome_unknown', attempts: 2 }])
  })

  test('goes on as an update when the person found it', async () => {
    const id = await doubtful()
    const key = { connection: CONNECTION, stream: STREAM, localId: id }
    const [externalId = ''] = bench.provider.records.keys()
    await bench.edit(id, 'found')
    expect(await decidePush(bench.deps, key, { kind: 'exists', externalId })).toMatchObject({ ok: true })
    await bench.settle()
    expect(bench.provider.calls.map((call) => call.operation)).toEqual(['create', 'update'])
    expect([bench.copies(id), await differences()]).toEqual([1, []])
    expect(await bench.query("select 1 from sync_dead_letters where state = 'open'")).toEqual([])
    expect(await decidePush(bench.deps, key, { kind: 'absent' })).toMatchObject({
      error: { code: 'not_in_review' },
    })
  })

  test('is created anew when the person found nothing', async () => {
    bench = await startPushBench(NEITHER)
    const id = await bench.add('dropped')
    bench.provider.decide(() => 'dropped')
    await turn()
    bench.provider.decide(() => 'done')
    await decidePush(bench.deps, { connection: CONNECTION, stream: STREAM, localId: id }, { kind: 'absent' })
    await bench.settle()
    expect(bench.copies(id)).toBe(1)
    expect(new Set(bench.provider.calls.map((call) => call.key)).size).toBe(2)
  })
})

test('an update in doubt at such a system is replaced by the next one, once it is quiet', async () => {
  bench = await startPushBench(NEITHER)
  const id = await bench.add('old')
  await bench.settle()
  bench.provider.decide(() => 'lost')
  await bench.edit(id, 'new')
  await turn()
  bench.provider.decide(() => 'done')
  await bench.settle()
  expect(await pushOf(id)).toMatchObject({ review: false, sent: 2 })
  expect(await differences()).toEqual([])
})

test('that nothing is found counts only after a while', async () => {
  bench = await startPushBench(LOOKUP)
  const id = await bench.add('slow to show')
  bench.provider.decide(() => 'dropped')
  await bench.request()
  await bench.turn(PARENTS)
  await bench.turn()
  bench.provider.decide(() => 'done')
  await bench.query('update sync_pushes set next_at = now() where local_id = $1', [id])
  await bench.query('update sync_passes set retry_at = null')
  await bench.turn()
  expect(bench.provider.calls.map((call) => call.operation)).toEqual(['create', 'find'])
  await bench.letTimePass()
  await bench.settle()
  expect(bench.provider.calls.map((call) => call.operation)).toEqual(['create', 'find', 'find', 'create'])
  expect(bench.copies(id)).toBe(1)
})

test('lookups that keep failing end with a person', async () => {
  bench = await startPushBench(LOOKUP)
  const id = await bench.add('nobody answers')
  bench.provider.decide((call) => (call.operation === 'find' ? 500 : 'lost'))
  await bench.settle()
  expect(await pushOf(id)).toMatchObject({ review: true, sent: 0 })
  expect(bench.provider.calls.filter((call) => call.operation === 'create')).toHaveLength(1)
  bench.provider.decide(() => 'done')
  await bench.request('replay')
  await bench.settle()
  expect([bench.copies(id), await pushOf(id)]).toMatchObject([1, { review: false, sent: 1 }])
})

test('an id that belongs to another record is for a person', async () => {
  bench = await startPushBench({
    ...KEYS,
    wrap: (target) => ({
      ...target,
      send: async () => await Promise.resolve({ kind: 'accepted', externalId: 'ext-1' }),
    }),
  })
  const ids = [await bench.add('first'), await bench.add('second')]
  await bench.settle()
  const states = await Promise.all(ids.map(pushOf))
  expect(new Set(states.map((state) => state.reason))).toEqual(new Set(['external_id_taken', null]))
})
