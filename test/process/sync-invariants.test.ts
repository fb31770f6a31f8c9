import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProvider, type Provider } from './sync/child.ts'
import { findServer, startExternalCluster } from './sync/external-cluster.ts'
import { runSeed, type Verdict } from './sync/run-seed.ts'
import { TWINS, type Twin } from './sync/twins.ts'

/**
 * The seventeen invariants of the synchronisation engine: one to four worker processes, a provider of their own that
 * fails in every way, SIGKILL between any two statements. The seed decides everything that can be decided;
 * `LAPAK_SYNC_SEED=<n>` repeats one, `<n>,<m>` several. `LAPAK_NIGHTLY=1` runs ten times as many.
 */
const NIGHTLY = process.env['LAPAK_NIGHTLY'] === '1'
const SEEDS = NIGHTLY ? 200 : 20
const EXTERNAL_SEEDS = NIGHTLY ? 20 : 3
/** Seeds at once: much of a seed's time is waiting for leases of the dead. */
const AT_ONCE = 5
/** Seeds that a twin is tried with until its fault shows. */
const TWIN_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
/** Longer than any seed on a busy machine; reached only by a fault. */
const SEED_DEADLINE_MS = 30_000

const wanted = process.env['LAPAK_SYNC_SEED']?.split(',').map(Number)
const seeds = wanted ?? Array.from({ length: SEEDS }, (_, index) => index + 1)
const server = await findServer()

let provider: Provider

beforeAll(async () => {
  provider = await startProvider()
})
afterAll(async () => {
  await provider.stop()
})

async function runAll(of: readonly number[], run: (seed: number) => Promise<Verdict>): Promise<Verdict[]> {
  const waiting = [...of]
  const verdicts: Verdict[] = []
  async function runNext(): Promise<void> {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift())
      verdicts.push(await run(seed))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runNext))
  return verdicts.sort((a, b) => a.seed - b.seed)
}

/** What went wrong, each seed with the command that repeats it. */
function failuresOf(verdicts: readonly Verdict[]): string[] {
  return verdicts.flatMap(({ seed, violations }) =>
    violations.length === 0
      ? []
      : [`LAPAK_SYNC_SEED=${seed} npx vitest run test/process/sync-invariants.test.ts`, ...violations],
  )
}

test(
  `the 17 invariants hold for ${seeds.length} seeds`,
  async () => {
    const verdicts = await runAll(seeds, (seed) => runSeed(seed, { provider }))
    expect(failuresOf(verdicts)).toEqual([])
    if (wanted !== undefined) return
    const deaths = verdicts.reduce((sum, verdict) => sum + verdict.deaths, 0)
    expect(deaths, 'processes died meanwhile').toBeGreaterThan(SEEDS)
  },
  seeds.length * SEED_DEADLINE_MS,
)

/** Without a server of the operating system there is nothing to compare the embedded one with. */
const external =
  server === undefined ? 'no PostgreSQL of the operating system here' : `PostgreSQL ${server.version}`

test.skipIf(server === undefined)(
  `the 17 invariants hold on an external server (${external})`,
  async () => {
    if (server === undefined) return
    const cluster = await startExternalCluster(server)
    try {
      const some = seeds.slice(0, EXTERNAL_SEEDS)
      const { createDatabase } = cluster
      const verdicts = await runAll(some, (seed) => runSeed(seed, { provider, createDatabase }))
      expect(failuresOf(verdicts)).toEqual([])
    } finally {
      await cluster.stop()
    }
  },
  (EXTERNAL_SEEDS + 2) * SEED_DEADLINE_MS,
)

/** How the invariant that a twin breaks catches it, under the first seed that makes it show. */
async function findCatch({ breaks, rewrites, provoke }: Twin): Promise<string> {
  for (const seed of TWIN_SEEDS) {
    const { violations, unmet } = await runSeed(seed, {
      provider,
      rewrites,
      ...(provoke === undefined ? {} : { provoke }),
    })
    if (unmet.length > 0) return `the engine has no such statement any more: ${unmet.join(' | ')}`
    const caught = violations.find((violation) => violation.startsWith(`${breaks} `))
    if (caught !== undefined) return caught
  }
  return 'not caught'
}

test.skipIf(wanted !== undefined).concurrent.for(TWINS)(
  'an engine $name is caught by invariant $breaks',
  { timeout: TWIN_SEEDS.length * SEED_DEADLINE_MS },
  async (twin, { expect: expectHere }) => {
    expectHere(await findCatch(twin)).toMatch(new RegExp(`^${twin.breaks} `))
  },
)
