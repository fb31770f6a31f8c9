import { QUIET } from './provider-world.ts'
import type { Scenario, Step } from './scenario.ts'
import type { Rewrite } from './statement-tap.ts'

/**
 * An engine that goes without one of its guards, and the invariant that must notice. `provoke` makes the scenario of a
 * seed one in which the guard matters.
 */
export type Twin = {
  name: string
  breaks: number
  rewrites: readonly Rewrite[]
  provoke?: (scenario: Scenario) => Scenario
}

const EDITS: readonly Step[] = [0, 1, 2].map((pick) => ({
  waitMs: 10,
  do: 'world',
  change: { op: 'edit', entity: 'parents', pick, lateMs: 0 },
}))

/** Answers take longer than a lease and processes stop for longer than that, again and again. */
function withLostLeases(scenario: Scenario): Scenario {
  const round = (pick: number): Step[] => [
    ...EDITS,
    { waitMs: 0, do: 'run', run: 'live', mode: 'full', spanSeconds: 1 },
    { waitMs: 20 + ((scenario.seed + pick * 13) % 40), do: 'pause', pick },
    { waitMs: 30, do: 'pause', pick: pick + 1 },
  ]
  return {
    ...scenario,
    workers: 3,
    leaseSeconds: 0.15,
    callTimeoutMs: 2_000,
    kills: [[], [], []],
    world: {
      ...scenario.world,
      parents: 30,
      children: 0,
      pageSize: 3,
      slowMs: 700,
      noise: { ...QUIET, slow: 0.35 },
    },
    options: { ...scenario.options, help: 'keys', rate: { key: 'fake', perSecond: 400, burst: 20 } },
    steps: [0, 1, 2, 3, 4, 5].flatMap(round),
  }
}

function withFewTokens(scenario: Scenario): Scenario {
  return { ...scenario, options: { ...scenario.options, rate: { key: 'fake', perSecond: 5, burst: 2 } } }
}

function withPurge(scenario: Scenario): Scenario {
  return {
    ...scenario,
    world: { ...scenario.world, children: 40, pageSize: 9, noise: QUIET },
    steps: [
      { waitMs: 0, do: 'know', children: 30 },
      ...scenario.steps,
      { waitMs: 0, do: 'world', change: { op: 'purge', share: 0.9 } },
    ],
  }
}

function withBadRecords(scenario: Scenario): Scenario {
  const spoil = (pick: number): Step => ({
    waitMs: 30,
    do: 'world',
    change: { op: 'spoil', entity: 'children', pick, lateMs: 0 },
  })
  const world = { ...scenario.world, children: 20, pageSize: 9 }
  return { ...scenario, world, steps: [spoil(1), spoil(5), spoil(9), ...scenario.steps] }
}

const WITHOUT_FENCE: Rewrite = {
  find: "where run_id = $1 and stream = $2 and epoch = $3 and state = 'running' returning",
  replace: "where run_id = $1 and stream = $2 and $3::bigint > 0 and state = 'running' returning",
}
/** Guards that are switched off one at a time, by sending a statement without them. */
export const TWINS: readonly Twin[] = [
  { name: 'without the fence', breaks: 9, rewrites: [WITHOUT_FENCE], provoke: withLostLeases },
  {
    name: 'with the newest version seen as the watermark',
    breaks: 3,
    rewrites: [
      {
        find: 'set watermark = greatest(watermark, $3)',
        replace:
          'set watermark = coalesce((select max(r.version) from sync_records r where r.connection = $1), $3)',
      },
    ],
  },
  {
    name: 'without the safety valve',
    breaks: 13,
    provoke: withPurge,
    rewrites: [{ find: 'select count(*) as known', replace: 'select 1000000 + count(*) as known' }],
  },
  {
    name: 'without the comparison of contents',
    breaks: 7,
    rewrites: [
      {
        find: 'where r.local_id is null or r.gone_at is not null',
        replace: 'where true or r.gone_at is not null',
      },
    ],
  },
  {
    name: 'without waiting for tokens',
    breaks: 10,
    provoke: withFewTokens,
    rewrites: [
      { find: 'where key = $1 and blocked_until <= statement_timestamp() and', replace: 'where key = $1 or' },
    ],
  },
  {
    name: 'without dead letters',
    breaks: 2,
    provoke: withBadRecords,
    rewrites: [
      {
        find: 'as u (id, record_key, payload, code, detail) on conflict',
        replace: 'as u (id, record_key, payload, code, detail) where false on conflict',
      },
    ],
  },
]
