import fc from 'fast-check'
import type { FakeOptions } from './fake-streams.ts'
import type { WorldChange, WorldOptions } from './provider-world.ts'
import type { KillPlan } from './statement-tap.ts'

/** What happens in a run of the property test, one after the other, `waitMs` apart. */
export type Step = { waitMs: number } & (
  | { do: 'world'; change: WorldChange }
  | { do: 'run'; run: 'live' | 'dry'; mode: 'full' | 'changes' | 'range'; spanSeconds: number }
  | { do: 'deliver'; stream: 'parents' | 'children'; pick: number; times: number }
  | { do: 'push'; pick: number; isChild: boolean; isRefused: boolean }
  | { do: 'kill'; pick: number }
  | { do: 'pause'; pick: number }
  | { do: 'cancel' }
  | { do: 'sever'; pick: number }
  /** Goes on when so many children are in use here. */
  | { do: 'know'; children: number }
)

/** Everything that a seed decides. */
export type Scenario = {
  seed: number
  workers: number
  world: WorldOptions
  options: FakeOptions
  leaseSeconds: number
  /** How long a worker waits for an answer. */
  callTimeoutMs: number
  /** Of each worker: the statement at which each of its lives ends; after the last it lives on. */
  kills: KillPlan[][]
  steps: Step[]
}

const picks = fc.nat({ max: 1_000 })
const entities = fc.constantFrom('parents' as const, 'children' as const, 'children' as const)

const rowChange: fc.Arbitrary<WorldChange> = fc.record({
  op: fc.constantFrom('edit', 'edit', 'edit', 'create', 'create', 'delete', 'spoil', 'heal'),
  entity: entities,
  pick: picks,
  lateMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 20_000 })),
})
const remoteEdit: fc.Arbitrary<WorldChange> = fc.record({
  op: fc.constant('edit'),
  entity: fc.constant('out-parents'),
  pick: picks,
  lateMs: fc.constant(0),
})
const trouble: fc.Arbitrary<WorldChange> = fc.oneof(
  fc.record({
    op: fc.constant('storm'),
    fault: fc.constantFrom('error', 'throttle', 'silence', 'refuse'),
    times: fc.integer({ min: 1, max: 6 }),
  }),
  fc.record({ op: fc.constant('kill_tokens') }),
  fc.record({ op: fc.constant('purge'), share: fc.constantFrom(0.1, 0.5, 1) }),
)

const waitMs = fc.integer({ min: 0, max: 60 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ waitMs, do: fc.constant('world'), change: rowChange }) },
  { weight: 1, arbitrary: fc.record({ waitMs, do: fc.constant('world'), change: remoteEdit }) },
  { weight: 3, arbitrary: fc.record({ waitMs, do: fc.constant('world'), change: trouble }) },
  {
    weight: 4,
    arbitrary: fc.record({
      waitMs,
      do: fc.constant('run'),
      run: fc.constantFrom('live', 'live', 'live', 'live', 'dry'),
      mode: fc.constantFrom('full', 'changes', 'changes', 'range'),
      spanSeconds: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      waitMs,
      do: fc.constant('deliver'),
      stream: fc.constantFrom('parents', 'children'),
      pick: picks,
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      waitMs,
      do: fc.constant('push'),
      pick: fc.nat({ max: 7 }),
      isChild: fc.boolean(),
      isRefused: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ waitMs, do: fc.constant('kill'), pick: picks }) },
  { weight: 2, arbitrary: fc.record({ waitMs, do: fc.constant('pause'), pick: picks }) },
  { weight: 1, arbitrary: fc.record({ waitMs, do: fc.constant('cancel') }) },
  { weight: 1, arbitrary: fc.record({ waitMs, do: fc.constant('sever'), pick: picks }) },
)

const share = fc.constantFrom(0, 0, 0.02, 0.05)
const when = fc.constantFrom('before' as const, 'after' as const)
/** Anywhere in a life, or soon after a process has begun to work on a pass. */
const kill: fc.Arbitrary<KillPlan> = fc.oneof(
  fc.record({ statement: fc.integer({ min: 8, max: 260 }), when }),
  fc.record({ statement: fc.integer({ min: 1, max: 60 }), when, from: fc.constant('sync_hold_pass') }),
)

const scenarios: fc.Arbitrary<Omit<Scenario, 'seed'>> = fc
  .record({
    workers: fc.integer({ min: 1, max: 4 }),
    help: fc.constantFrom('keys' as const, 'keys' as const, 'lookup' as const, 'neither' as const),
    parents: fc.integer({ min: 3, max: 18 }),
    children: fc.integer({ min: 0, max: 40 }),
    pageSize: fc.integer({ min: 3, max: 9 }),
    skewMs: fc.constantFrom(0, 0, -1_500, 1_500),
    grainMs: fc.constantFrom(1, 50, 1_000),
    error: share,
    throttle: share,
    truncate: share,
    silence: fc.constantFrom(0, 0, 0.02),
    slow: fc.constantFrom(0, 0, 0.05),
    duplicatePage: fc.constantFrom(0, 0.2),
    duplicateRow: fc.constantFrom(0, 0.2),
    perSecond: fc.constantFrom(60, 150, 400),
    burst: fc.integer({ min: 3, max: 20 }),
    hasEcho: fc.boolean(),
    maxSpanSeconds: fc.constantFrom(2, 10, 86_400),
    kills: fc.array(fc.array(kill, { maxLength: 2 }), { minLength: 4, maxLength: 4 }),
    steps: fc.array(step, { minLength: 10, maxLength: 24 }),
  })
  .map((drawn) => ({
    workers: drawn.workers,
    callTimeoutMs: 400,
    leaseSeconds: drawn.help === 'keys' ? 0.5 : 1.5,
    world: {
      seed: 0,
      parents: drawn.parents,
      children: drawn.children,
      pageSize: drawn.pageSize,
      skewMs: drawn.skewMs,
      grainMs: drawn.grainMs,
      honoursKeys: drawn.help === 'keys',
      slowMs: 280,
      noise: {
        error: drawn.error,
        throttle: drawn.throttle,
        truncate: drawn.truncate,
        silence: drawn.silence,
        slow: drawn.slow,
        duplicatePage: drawn.duplicatePage,
        duplicateRow: drawn.duplicateRow,
      },
      logsRows: true,
    },
    options: {
      help: drawn.help,
      rate: { key: 'fake', perSecond: drawn.perSecond, burst: drawn.burst },
      hasEcho: drawn.hasEcho,
      maxSpanSeconds: drawn.maxSpanSeconds,
    },
    kills: drawn.kills.slice(0, drawn.workers),
    // Without keys nobody can tell a stopped caller that its call must not go out any more: a fact, not a fault.
    steps: drawn.help === 'keys' ? drawn.steps : drawn.steps.filter((one) => one.do !== 'pause'),
  }))

/** The scenario of a seed; always the same one. */
export function scenarioOf(seed: number): Scenario {
  const [drawn] = fc.sample(scenarios, { seed, numRuns: 1 })
  if (drawn === undefined) throw new Error('nothing was drawn')
  return { ...drawn, seed, world: { ...drawn.world, seed } }
}
