import { setTimeout as pause } from 'node:timers/promises'
import { newId } from '../../../src/platform/ids.ts'
import { eventually } from '../../support/eventually.ts'
import type { Step } from './scenario.ts'
import type { Stage } from './stage.ts'
import type { WorkerAsk } from './worker-orders.ts'

/** What was promised while faults went on: answered deliveries and requested runs. */
export type Promises = { accepted: string[]; requested: string[] }

/** A paused process comes back when its lease is over for certain. */
const PAUSE_LEASES = 2.2
const ASK_TRIES = 60
/** A first full run, with processes that die in it. */
const KNOWN_DEADLINE_MS = 15_000

/** Asks until somebody answers: a process may die with the question. */
export async function askUntilAnswered(stage: Stage, ask: WorkerAsk): Promise<unknown> {
  for (let tries = 0; tries < ASK_TRIES; tries += 1) {
    const answer = await stage.crew.ask(ask)
    if (answer !== undefined) return answer
    await pause(25)
  }
  throw new Error(`nobody answered ${JSON.stringify(ask)}`)
}

type Requested = { ok: true; value: { runId: string } } | { ok: false; error: { code: string } }

/** Asks for a run and returns its id. */
export async function requestUntilAnswered(
  stage: Stage,
  run: Omit<Extract<WorkerAsk, { kind: 'run' }>, 'kind'>,
): Promise<string> {
  const answer = (await askUntilAnswered(stage, { kind: 'run', ...run })) as Requested
  if (!answer.ok) throw new Error(`a run was refused: ${JSON.stringify(answer.error)}`)
  return answer.value.runId
}

/** Plays the steps of a scenario, faults and all. */
export async function playSteps(stage: Stage, promises: Promises): Promise<void> {
  const pushed = { parents: [] as string[], children: [] as string[] }
  promises.requested.push(await requestUntilAnswered(stage, { run: 'live', mode: 'full' }))
  for (const [index, step] of stage.scenario.steps.entries()) {
    await pause(step.waitMs)
    await playStep(stage, step, index, promises, pushed)
  }
}

async function playStep(
  stage: Stage,
  step: Step,
  index: number,
  promises: Promises,
  pushed: { parents: string[]; children: string[] },
): Promise<void> {
  const { crew, provider, world, scenario } = stage
  switch (step.do) {
    case 'world':
      return await provider.change(world, [step.change])
    case 'run':
      return await requestOnce(stage, step, promises)
    case 'deliver':
      return await deliver(stage, step, index, promises)
    case 'push':
      return await pushEdit(stage, step, index, pushed)
    case 'kill':
      return await crew.kill(step.pick)
    case 'pause':
      crew.pause(step.pick, scenario.leaseSeconds * 1000 * PAUSE_LEASES)
      return
    case 'sever':
      return await stage.owner.severWorkers(step.pick)
    case 'cancel':
      return await cancelRunning(stage)
    case 'know':
      return await untilKnown(stage, step.children)
  }
}

async function untilKnown({ owner }: Stage, children: number): Promise<void> {
  await eventually(
    `${children} children to be known`,
    async () => {
      const [row] = await owner.rows<{ known: number }>(
        `select count(*)::int as known from sync_records where entity = 'child' and gone_at is null`,
      )
      return (row?.known ?? 0) >= children
    },
    { deadlineMs: KNOWN_DEADLINE_MS, everyMs: 20 },
  )
}

async function requestOnce(
  { crew }: Stage,
  step: Extract<Step, { do: 'run' }>,
  promises: Promises,
): Promise<void> {
  const now = Date.now()
  const range =
    step.mode === 'range'
      ? { from: new Date(now - step.spanSeconds * 1000).toISOString(), to: new Date(now).toISOString() }
      : {}
  const answer = await within(crew.ask({ kind: 'run', run: step.run, mode: step.mode, ...range }))
  if (answer !== undefined && (answer as Requested).ok)
    promises.requested.push((answer as Extract<Requested, { ok: true }>).value.runId)
}

/** A paused worker answers late or never; the play goes on meanwhile. */
async function within<T>(answer: Promise<T>): Promise<T | undefined> {
  return await Promise.race([answer, pause(300, undefined, { ref: false })])
}

async function deliver(
  { crew, provider, world }: Stage,
  step: Extract<Step, { do: 'deliver' }>,
  index: number,
  promises: Promises,
): Promise<void> {
  const { rows } = await provider.state(world)
  const row = rows[step.stream][step.pick % Math.max(1, rows[step.stream].length)]
  if (row === undefined) return
  const dedupe = `hook ${index}`
  for (let time = 0; time < step.times; time += 1) {
    const answer = await within(
      crew.ask({ kind: 'deliver', dedupe, stream: step.stream, externalId: row.id }),
    )
    if (answer === 'accepted') promises.accepted.push(dedupe)
  }
}

async function pushEdit(
  { crew, scenario }: Stage,
  step: Extract<Step, { do: 'push' }>,
  index: number,
  pushed: { parents: string[]; children: string[] },
): Promise<void> {
  const own = step.isChild ? pushed.children : pushed.parents
  const parentId = step.isChild
    ? (pushed.parents[step.pick % Math.max(1, pushed.parents.length)] ?? null)
    : null
  if (step.isChild && parentId === null) return
  const localId = own[step.pick] ?? newId()
  const name = `${step.isRefused ? 'refuse' : 'ours'} ${scenario.seed} ${index}`
  const answer = await within(crew.ask({ kind: 'push', localId, parentId, name, price: index + 1 }))
  if (answer === 'saved' && !own.includes(localId)) own.push(localId)
}

async function cancelRunning({ crew, owner }: Stage): Promise<void> {
  const [run] = await owner.rows<{ id: string }>(`select id from sync_runs where status = 'running'`)
  if (run !== undefined) await within(crew.ask({ kind: 'cancel', runId: run.id }))
}
