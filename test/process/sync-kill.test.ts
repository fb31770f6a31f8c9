import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startProvider, type Provider } from './sync/child.ts'
import { requestUntilAnswered } from './sync/play.ts'
import { QUIET, type LogEntry } from './sync/provider-world.ts'
import { createRandom } from './sync/random.ts'
import type { Scenario } from './sync/scenario.ts'
import { setStage, type Stage } from './sync/stage.ts'

/** A million rows in the nightly set; otherwise enough pages for ten deaths. `LAPAK_SYNC_SEED=<n>` repeats a run. */
const NIGHTLY = process.env['LAPAK_NIGHTLY'] === '1'
const LOAD = NIGHTLY
  ? { rows: 1_000_000, pageSize: 2_500, leaseSeconds: 3, deadlineMs: 900_000 }
  : { rows: 20_000, pageSize: 200, leaseSeconds: 0.4, deadlineMs: 60_000 }
const KILLS = 10
/** Statements of a life from the moment it works on the load; few enough that ten lives end before the load does. */
const LONGEST_LIFE = NIGHTLY ? 400 : 80
/** The first statement of whatever is written for the load. */
const WORKING = 'sync_hold_pass'

const seed = Number(process.env['LAPAK_SYNC_SEED'] ?? (NIGHTLY ? Date.now() % 1_000_000 : 7))

let provider: Provider
let stage: Stage

beforeAll(async () => {
  provider = await startProvider()
  stage = await setStage(scenario(), { provider, watches: false })
})
afterAll(async () => {
  await stage.strike()
  await provider.stop()
})

function scenario(): Scenario {
  const random = createRandom(seed)
  const kills = Array.from({ length: KILLS }, () => ({
    statement: 1 + Math.floor(random() * LONGEST_LIFE),
    from: WORKING,
    when: random() < 0.5 ? ('before' as const) : ('after' as const),
  }))
  return {
    seed,
    workers: 1,
    leaseSeconds: LOAD.leaseSeconds,
    callTimeoutMs: 10_000,
    world: {
      seed,
      parents: LOAD.rows,
      children: 0,
      pageSize: LOAD.pageSize,
      skewMs: 0,
      grainMs: 1_000,
      honoursKeys: true,
      slowMs: 0,
      noise: QUIET,
      logsRows: false,
    },
    options: {
      help: 'keys',
      rate: { key: 'fake', perSecond: 100_000, burst: 100_000 },
      hasEcho: false,
      maxSpanSeconds: 86_400,
    },
    kills: [kills],
    steps: [],
  }
}

type Outcome = { status: string; finishedAt: Date | null; created: number; pages: number }

async function outcomeOf(runId: string): Promise<Outcome | undefined> {
  const [outcome] = await stage.owner.rows<Outcome>(
    `select r.status, r.finished_at as "finishedAt", p.created::int, p.pages::int
      from sync_runs r join sync_passes p on p.run_id = r.id and p.stream = 'parents' where r.id = $1`,
    [runId],
  )
  return outcome
}

/** How often each page was asked for, by the position it was asked at. */
function requestsByPage(log: readonly LogEntry[]): Map<string, LogEntry[]> {
  const pages = new Map<string, LogEntry[]>()
  for (const entry of log) {
    if (entry.kind !== 'list' || entry.entity !== 'parents') continue
    const position = entry.token ?? 'first'
    pages.set(position, [...(pages.get(position) ?? []), entry])
  }
  return pages
}

test(
  `a load of ${LOAD.rows} rows is killed ten times and ends complete, each row once (seed ${seed})`,
  async () => {
    const runId = await requestUntilAnswered(stage, { run: 'live', mode: 'full' })
    const outcome = await eventually(
      'the load to end',
      async () => {
        const now = await outcomeOf(runId)
        return now?.status === 'queued' || now?.status === 'running' ? undefined : now
      },
      { deadlineMs: LOAD.deadlineMs, everyMs: 100 },
    )
    expect(outcome).toMatchObject({ status: 'succeeded', created: LOAD.rows })
    expect(stage.crew.deaths(), 'it was killed ten times before it ended').toBe(KILLS)
    const [rows] = await stage.owner
      .rows(`select count(*)::int as rows, count(distinct external_id)::int as ids,
      (select count(*)::int from sync_records) as mapped, (select count(*)::int from sync_dead_letters) as letters
      from test_parents`)
    expect(rows).toEqual({ rows: LOAD.rows, ids: LOAD.rows, mapped: LOAD.rows, letters: 0 })
    expect(stage.crew.unexpected).toEqual([])

    const pages = [...requestsByPage(await provider.log(stage.world)).values()]
    expect(outcome.pages).toBe(Math.ceil(LOAD.rows / LOAD.pageSize))
    expect(pages).toHaveLength(outcome.pages)
    const repeated = pages.filter((requests) => requests.length > 1)
    const again = repeated.reduce((sum, requests) => sum + requests.length - 1, 0)
    expect(again, 'only pages in flight at a kill were fetched again').toBeLessThanOrEqual(KILLS)
    for (const requests of repeated)
      expect(new Set(requests.map(({ worker }) => worker)).size, 'by another process').toBe(requests.length)
  },
  LOAD.deadlineMs + 30_000,
)
