import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { approveRun } from '../../../src/sync/runs/approve-run.ts'
import { cancelRun } from '../../../src/sync/runs/cancel-run.ts'
import { driveRun } from '../../../src/sync/runs/drive-run.ts'
import { sweepSync } from '../../../src/sync/runs/sweep-sync.ts'
import { workStream } from '../../../src/sync/work-stream.ts'
import { createRuns, type Runs } from './runs-fixture.ts'

const STREAMS = ['first', 'second', 'third'] as const
const PATIENCE_MS = 30_000
const ROUNDS = 10
const AT_ONCE = 12

const opened: Runs[] = []
afterAll(async () => {
  for (const each of opened) await each.database.drop()
})

type Deed =
  | { kind: 'request'; mode: 'full' | 'changes'; streams: readonly string[] }
  | { kind: 'work'; stream: string }
  | { kind: 'cancel' | 'approve'; nth: number }
  | { kind: 'pause'; paused: boolean }
  | { kind: 'sweep' }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    kind: fc.constant('request' as const),
    mode: fc.constantFrom('full' as const, 'changes' as const),
    streams: fc.subarray([...STREAMS]),
  }),
  fc.record({ kind: fc.constant('work' as const), stream: fc.constantFrom(...STREAMS) }),
  fc.record({ kind: fc.constantFrom('cancel' as const, 'approve' as const), nth: fc.nat(5) }),
  fc.record({ kind: fc.constant('pause' as const), paused: fc.boolean() }),
  fc.record({ kind: fc.constant('sweep' as const) }),
)

async function act(runs: Runs, ids: string[], what: Deed): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  switch (what.kind) {
    case 'request':
      return void (await runs.request('shop', { mode: what.mode, streams: what.streams }).then(
        (id) => ids.push(id),
        (error: unknown) => expect(String(error)).toContain('paused'),
      ))
    case 'work':
      return void (await workStream(runs.deps, 'shop', what.stream, signal))
    case 'cancel':
      return void (await cancelRun(runs.deps, ids[what.nth] ?? ''))
    case 'approve':
      return void (await approveRun(runs.deps, ids[what.nth] ?? '', 'test'))
    case 'pause':
      return await runs.pause('shop', what.paused)
    case 'sweep':
      return void (await sweepSync(runs.deps))
  }
}

test('whatever is asked for at once, every run ends and none is lost', async () => {
  const runs = await createRuns({ shop: { first: [], second: ['first'], third: ['first'] } })
  opened.push(runs)
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 40 }), async (deeds) => {
      const ids: string[] = []
      for (let start = 0; start < deeds.length; start += AT_ONCE)
        await Promise.all(deeds.slice(start, start + AT_ONCE).map((what) => act(runs, ids, what)))
      await runs.pause('shop', false)
      for (const id of ids) {
        const run = await driveRun(runs.deps, id, AbortSignal.timeout(PATIENCE_MS))
        expect(['succeeded', 'cancelled']).toContain(run?.status)
        for (const pass of run?.passes ?? [])
          expect(pass).toMatchObject(
            run?.status === 'succeeded' ? { state: 'succeeded', seen: 1 } : { retryAt: null },
          )
      }
      const open = `select 1 from sync_passes p join sync_runs r on r.id = p.run_id
        where p.state in ('waiting', 'ready', 'running') or r.status in ('queued', 'running')`
      expect(await runs.query(open)).toEqual([])
    }),
    { numRuns: ROUNDS },
  )
}, 120_000)
