import { afterEach, describe, expect, test } from 'vitest'
import type { OutboundTarget } from '../../../src/sync/ports.ts'
import type { Fate, Thing } from '../../support/push-provider.ts'
import {
  CONNECTION,
  PARENTS,
  startPushBench,
  STREAM,
  type BenchOptions,
  type PushBench,
} from './push-fixture.ts'
import { runPushProcess } from './push-process.ts'

const KINDS: [string, Omit<BenchOptions, 'wrap'>][] = [
  ['keys', { honoursKeys: true, canFind: false }],
  ['lookups', { honoursKeys: false, canFind: true }],
]

let bench: PushBench
afterEach(() => bench.stop())

class Crash extends Error {}

/** Dies once, before or after the call. */
function dying(when: 'before' | 'after'): (target: OutboundTarget<Thing>) => OutboundTarget<Thing> {
  let isAlive = true
  return (target) => ({
    ...target,
    async send(request) {
      const dies = isAlive
      isAlive = false
      if (dies && when === 'before') throw new Crash()
      const outcome = await target.send(request)
      if (dies) throw new Crash()
      return outcome
    },
  })
}

async function states(): Promise<unknown[]> {
  return (await bench.query('select state from sync_attempts order by created_at')).map((row) => row['state'])
}

describe.each(KINDS)('a process that dies, with %s', (_, options) => {
  test.each(['before', 'after'] as const)('%s the call', async (when) => {
    bench = await startPushBench({ ...options, wrap: dying(when) })
    const id = await bench.add('mortal')
    await bench.request()
    await bench.turn(PARENTS)
    await bench.turn()
    expect(await states()).toEqual(['sending'])
    await bench.edit(id, 'edited after the crash')
    await bench.letTimePass()
    await bench.settle()
    expect(bench.copies(id)).toBe(1)
    expect([...bench.provider.records.values()].map((record) => record.content['name'])).toEqual([
      'edited after the crash',
    ])
  })

  test.each([
    'sync.prepare-push.before',
    'sync.prepare-push.inside',
    'sync.prepare-push.after',
    'push-provider.call',
    'push-provider.answered',
    'sync.record-push.before',
    'sync.record-push.inside',
    'sync.record-push.after',
    'sync.end-push.inside',
    'sync.end-push.after',
  ])('killed at %s', async (failpoint) => {
    bench = await startPushBench(options)
    const ids = [await bench.add('one'), await bench.add('two')]
    await bench.request()
    await bench.turn(PARENTS)
    const ended = await runPushProcess({
      databaseUrl: bench.database.url,
      providerUrl: bench.provider.url,
      ...options,
      failpoint,
    })
    expect(ended).toBe('SIGKILL')
    await bench.query("update sync_passes set lease_until = '-infinity'")
    await bench.edit(ids[0] ?? '', 'edited')
    await bench.letTimePass()
    await bench.settle()
    expect(ids.map((id) => bench.copies(id))).toEqual([1, 1])
    const names = [...bench.provider.records.values()].map((record) => String(record.content['name']))
    expect(new Set(names)).toEqual(new Set(['edited', 'two']))
    expect(await bench.query("select 1 from sync_attempts where state in ('sending', 'unknown')")).toEqual([])
  })
})

describe('two processes', () => {
  test('at once: one of them works', async () => {
    bench = await startPushBench({ honoursKeys: false, canFind: false })
    const ids = await Promise.all(Array.from({ length: 20 }, (_, place) => bench.add(`thing ${place}`)))
    await bench.request()
    await bench.turn(PARENTS)
    const turns = await Promise.all([bench.turn(), bench.turn(), bench.turn()])
    expect(turns.filter((turn) => turn === 'ended')).toHaveLength(1)
    expect(ids.map((id) => bench.copies(id))).toEqual(ids.map(() => 1))
  })

  test.each(KINDS)(
    'one sleeps through its lease during the call, with %s: it writes nothing',
    async (_, options) => {
      bench = await startPushBench(options)
      const id = await bench.add('slept')
      let taken: string | undefined
      bench.provider.decide(async (call): Promise<Fate> => {
        if (call.operation === 'create' && taken === undefined) {
          taken = ''
          await bench.query("update sync_passes set lease_until = '-infinity' where stream = $1", [STREAM])
          await bench.letTimePass()
          // The second process finds the attempt open and settles it, while the first still waits for its answer.
          if (options.honoursKeys) taken = await bench.turn()
          else await bench.query('update sync_passes set epoch = epoch + 1 where stream = $1', [STREAM])
        }
        return 'done'
      })
      await bench.request()
      await bench.turn(PARENTS)
      expect(await bench.turn()).toBe('busy')
      if (options.honoursKeys) expect(taken).toBe('ended')
      await bench.query("update sync_passes set lease_until = '-infinity' where state = 'running'")
      await bench.letTimePass()
      await bench.settle()
      expect(bench.copies(id)).toBe(1)
      expect(
        await bench.query('select sent_version::int as sent from sync_pushes where local_id = $1', [id]),
      ).toEqual([{ sent: 1 }])
      const accepted = await bench.query("select 1 from sync_changes where op = 'push' and local_id = $1", [
        id,
      ])
      expect(accepted.length).toBe(1)
    },
  )
})

test('a connection without a run gets one for what wants to be sent, and only one', async () => {
  bench = await startPushBench({ honoursKeys: true, canFind: true })
  const id = await bench.add('alone')
  await bench.settle()
  expect(bench.copies(id)).toBe(1)
  const runs = await bench.query('select trigger, status from sync_runs where connection = $1', [CONNECTION])
  expect(runs).toEqual([{ trigger: 'webhook', status: 'succeeded' }])
})
