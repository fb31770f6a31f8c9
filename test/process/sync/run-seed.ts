import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../support/eventually.ts'
import type { Evidence, Phases } from './evidence.ts'
import { fingerprintTables, readDeeds, readPlan, readRows } from './final-rows.ts'
import { LOOKBACK_SECONDS } from './fake-streams.ts'
import { byTransaction, historyMark, readAudit, type Json } from './history.ts'
import { startWatch } from './instants.ts'
import { judge } from './invariants/index.ts'
import { askUntilAnswered, playSteps, requestUntilAnswered, type Promises } from './play.ts'
import type { Owner } from './owner.ts'
import { createRandom } from './random.ts'
import { scenarioOf } from './scenario.ts'
import { setStage, type Stage, type StageOptions } from './stage.ts'

/** What became of a seed. */
export type Verdict = {
  seed: number
  violations: string[]
  deaths: number
  /** Instants that were looked at. */
  looks: number
  /** Statements of a twin that were never met. */
  unmet: string[]
  ms: number
}

const SETTLE_DEADLINE_MS = 30_000
/** What an idle or repeated run may write: about itself, and that a bad record was refused once more. */
const ABOUT_RUNS = new Set([
  'sync_runs',
  'sync_passes',
  'sync_generations',
  'sync_slices',
  'sync_streams',
  'sync_buckets',
  'sync_dead_letters',
])
/** What a dry run may write. */
const ABOUT_DRY_RUNS = new Set(['sync_runs', 'sync_passes', 'sync_plan_items', 'test_jobs', 'test_audit'])

/** Plays the scenario of a seed with real processes and real kills, lets it come to rest, and judges it. */
export async function runSeed(seed: number, options: StageOptions): Promise<Verdict> {
  const began = performance.now()
  const { provoke = (scenario) => scenario } = options
  const stage = await setStage(provoke(scenarioOf(seed)), options)
  const watch = await startWatch(stage.url, () => stage.provider.log(stage.world))
  const phases: Phases = {
    converged: null,
    freshened: null,
    idleWrites: [],
    replayWrites: [],
    dryTouched: [],
    planned: [],
    carriedOut: [],
    settledMs: 0,
  }
  const promises: Promises = { accepted: [], requested: [] }
  const stuck: string[] = []
  try {
    await playSteps(stage, promises)
    await playQuietPhases(stage, promises, phases)
  } catch (error) {
    stuck.push(`17 liveness: ${String(error)}`)
  }
  try {
    const { looks, violations: seenMeanwhile } = await watch.stop()
    const deaths = stage.crew.deaths()
    await stage.crew.stop()
    const evidence: Evidence = {
      scenario: stage.scenario,
      history: byTransaction(await readAudit(stage.owner)),
      log: await stage.provider.log(stage.world),
      provider: await stage.provider.state(stage.world),
      final: await readRows(stage.owner),
      phases,
      seenMeanwhile,
      ...promises,
      unexpected: stage.crew.unexpected,
    }
    const violations = [...stuck, ...judge(evidence)]
    const unmet = (options.rewrites ?? [])
      .map(({ find }) => find)
      .filter((find) => !stage.crew.rewritten.has(find))
    return { seed, violations, deaths, looks, unmet, ms: Math.round(performance.now() - began) }
  } finally {
    await stage.strike()
  }
}

async function playQuietPhases(stage: Stage, promises: Promises, phases: Phases): Promise<void> {
  await stage.provider.change(stage.world, [{ op: 'quiet' }, { op: 'mend' }])
  await stage.crew.calm()
  await letSilenceEnd(stage.owner)
  const began = performance.now()
  await settle(stage)
  phases.settledMs = Math.round(performance.now() - began)
  promises.requested.push(await fullCycle(stage))
  phases.converged = await look(stage)
  phases.freshened = await freshen(stage)
  Object.assign(phases, await rehearse(stage))
  await fullCycle(stage)
  phases.idleWrites = await writesOf(stage, () => fullCycle(stage))
  phases.replayWrites = await writesOf(stage, () => replay(stage, promises))
}

async function look({ owner, provider, world }: Stage): Promise<NonNullable<Phases['converged']>> {
  return { provider: await provider.state(world), rows: await readRows(owner) }
}

/** Waits until nothing is under way; runs that wait for approval are approved. */
async function settle(stage: Stage): Promise<void> {
  const { owner } = stage
  // Deliveries whose reader was killed come back when their claim ends, which is longer than a test.
  await owner.rows(`update webhook_inbox set next_try_at = now() where state in ('RECEIVED', 'PARKED')`)
  await eventually(
    'all runs and deliveries to be over',
    async () => {
      const [open] = await owner.rows<{
        open: number
        parked: string[] | null
      }>(`select (select count(*) from sync_runs where status in ('queued', 'running'))::int
            + (select count(*) from webhook_inbox where state in ('RECEIVED', 'PARKED'))::int as open,
          (select array_agg(id::text) from sync_runs where status = 'needs_approval') as parked`)
      if (open?.open !== 0) return false
      const [runId] = open.parked ?? []
      if (runId === undefined) return true
      await askUntilAnswered(stage, { kind: 'approve', runId })
      return false
    },
    { deadlineMs: SETTLE_DEADLINE_MS, everyMs: 20 },
  ).catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(await openWork(owner))}`, { cause: error })
  })
}

/** A lost answer of a system without keys is settled only after minutes of silence: they pass at once. */
async function letSilenceEnd(owner: Owner): Promise<void> {
  await owner.rows(`with older as (update sync_attempts set created_at = created_at - interval '5 minutes',
        sent_at = sent_at - interval '5 minutes' where state in ('sending', 'unknown'))
      update sync_pushes set next_at = least(next_at, now())`)
}

/** What is still under way, for whoever reads the failure. */
async function openWork(owner: Owner): Promise<Json[]> {
  return await owner.rows<Json>(`select r.kind || ' ' || r.mode || ' ' || r.status as run, p.stream || ' ' || p.state as pass, p.epoch, p.retry_at,
        p.error_code, p.error_detail,
        (select jsonb_agg(jsonb_build_object('want', u.want_version, 'sent', u.sent_version, 'tries', u.tries,
            'next', u.next_at, 'review', u.needs_review)) from sync_pushes u
          where u.stream = p.stream and u.sent_version < u.want_version) as pushes,
        (select jsonb_agg(jsonb_build_object('op', a.operation, 'state', a.state, 'tries', a.tries, 'sent', a.sent_at,
            'detail', a.detail)) from sync_attempts a
          where a.stream = p.stream and a.state in ('sending', 'unknown')) as attempts
      from sync_runs r left join sync_passes p on p.run_id = r.id and p.state not in ('succeeded', 'failed')
      where r.status in ('queued', 'running')`)
}

async function fullCycle(stage: Stage): Promise<string> {
  const runId = await requestUntilAnswered(stage, { run: 'live', mode: 'full' })
  await settle(stage)
  return runId
}

/** A run of changes alone brings what changed since, and what arrived late within the look-back. */
async function freshen(stage: Stage): Promise<Phases['freshened']> {
  const { provider, world, scenario } = stage
  if (scenario.world.skewMs > 0) return null
  const lateMs = (LOOKBACK_SECONDS * 1000) / 4
  await provider.change(world, [
    { op: 'edit', entity: 'parents', pick: 1, lateMs: 0 },
    { op: 'edit', entity: 'parents', pick: 2, lateMs },
    { op: 'create', entity: 'parents', pick: 0, lateMs },
    { op: 'create', entity: 'children', pick: 0, lateMs: 0 },
    { op: 'edit', entity: 'children', pick: 3, lateMs: 0 },
  ])
  await requestUntilAnswered(stage, { run: 'live', mode: 'changes' })
  await settle(stage)
  return await look(stage)
}

/** A dry run, what it touched and said, and a live run bound to it. */
async function rehearse(stage: Stage): Promise<Pick<Phases, 'dryTouched' | 'planned' | 'carriedOut'>> {
  const { provider, world, owner } = stage
  await provider.change(world, [
    { op: 'edit', entity: 'parents', pick: 3, lateMs: 0 },
    { op: 'create', entity: 'children', pick: 0, lateMs: 0 },
    { op: 'delete', entity: 'children', pick: 1, lateMs: 0 },
    { op: 'heal', entity: 'children', pick: 2, lateMs: 0 },
  ])
  const before = await fingerprintTables(owner)
  const calls = (await provider.log(world)).length
  const dryId = await requestUntilAnswered(stage, { run: 'dry', mode: 'full' })
  await settle(stage)
  const after = await fingerprintTables(owner)
  const changed = [...after].filter(([table, sum]) => before.get(table) !== sum && !ABOUT_DRY_RUNS.has(table))
  const sent = (await provider.log(world, calls)).filter(({ kind }) => kind === 'create' || kind === 'update')
  const liveId = await requestUntilAnswered(stage, { run: 'live', mode: 'full', planOf: dryId })
  await settle(stage)
  return {
    dryTouched: [...changed.map(([table]) => table), ...sent.map(({ kind }) => `the provider: ${kind}`)],
    planned: await readPlan(owner, dryId),
    carriedOut: await readDeeds(owner, liveId),
  }
}

/** Everything once more, in another order and as often as it comes. */
async function replay(stage: Stage, promises: Promises): Promise<void> {
  const { rows } = await stage.provider.state(stage.world)
  const random = createRandom(stage.scenario.seed)
  const hints = (['parents', 'children'] as const).flatMap((stream) =>
    rows[stream].flatMap(({ id }) => [{ stream, id, at: random() }]),
  )
  for (const { stream, id } of hints.sort((a, b) => a.at - b.at).slice(0, REPLAYED)) {
    const dedupe = `replay ${stream} ${id}`
    await askUntilAnswered(stage, { kind: 'deliver', dedupe, stream, externalId: id })
    promises.accepted.push(dedupe)
  }
  const now = Date.now()
  const range = { from: new Date(now - 20_000).toISOString(), to: new Date(now).toISOString() }
  await requestUntilAnswered(stage, { run: 'live', mode: 'range', ...range })
  await settle(stage)
}

const REPLAYED = 8

async function writesOf(stage: Stage, work: () => Promise<unknown>): Promise<Json[]> {
  const mark = await historyMark(stage.owner)
  await work()
  await pause(0)
  return (await readAudit(stage.owner, mark))
    .filter(({ tab }) => !ABOUT_RUNS.has(tab))
    .map((row) => ({ ...row }))
}
