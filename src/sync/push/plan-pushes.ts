import * as crypto from 'node:crypto'
import type { Tx } from '#platform/database.ts'
import type { PassCounts, TurnEnd } from '../held-pass.ts'
import { isUntouched, resetCounts } from '../pass-store.ts'
import { deletePlanItems, insertPlanItems, savePlanSum, type PlanItem } from '../pull/plan-store.ts'
import { finishPass, type PassEnd } from '../runs/finish-pass.ts'
import { selectAcceptedBody } from './attempts-store.ts'
import { diffBodies } from './diff-bodies.ts'
import { isOutstanding, selectPush, selectWantedPushes } from './push-store.ts'
import { keyOf, WORKER, type PushWork } from './push-work.ts'
import { isDue, readNeed, type Need } from './read-push.ts'

/** Records planned in one transaction. */
const BATCH = 200

const FIRST_ID = '00000000-0000-0000-0000-000000000000'
const SUM_MODULUS = 2n ** 128n
const DIGITS = 32

/** What would be sent, by what a plan's reader is shown and by the fingerprint of the whole content. */
type Planned = PlanItem & { hash: string }

/**
 * Plans what the stream would send, by the same reading and comparing as a live run. A dry run stores the plan and
 * ends the pass. A run that is bound to a plan makes it again without storing it: undefined when it is still the same,
 * else the pass ends as `plan_moved`. Nothing is sent, and no wish, attempt or id is touched.
 */
export async function planPushes(work: PushWork): Promise<TurnEnd | undefined> {
  const { deps, pass, stream } = work
  const key = { runId: pass.runId, stream: stream.name, epoch: pass.epoch }
  const isNew = await deps.db.transaction('sync.begin-push-plan', WORKER, async (tx) => {
    await pass.hold(tx)
    if (!pass.isDry) return await isUntouched(tx, key)
    await deletePlanItems(tx, key)
    await resetCounts(tx, key)
    return true
  })
  if (!isNew) return undefined
  let sum = 0n
  for (let after: string | undefined = FIRST_ID; after !== undefined;) {
    if (pass.signal.aborted) return { kind: 'more' }
    const batch = await planBatch(work, after)
    sum = (sum + batch.sum) % SUM_MODULUS
    after = batch.last
  }
  return await endPlan(work, sum.toString())
}

async function planBatch(work: PushWork, after: string): Promise<{ last: string | undefined; sum: bigint }> {
  const { deps, pass, stream, scope } = work
  return await deps.db.transaction('sync.plan-pushes', WORKER, async (tx) => {
    await pass.hold(tx)
    const localIds = await selectWantedPushes(tx, scope, { after, limit: BATCH })
    const planned: Planned[] = []
    let unchanged = 0
    for (const localId of localIds) {
      const item = await planOne(tx, work, localId)
      if (item === 'unchanged') unchanged += 1
      else if (item !== undefined) planned.push(item)
    }
    if (pass.isDry) {
      await insertPlanItems(tx, { runId: pass.runId, stream: stream.name }, planned)
      await pass.count(tx, countsOf(planned, unchanged))
    }
    const sum = planned.reduce((total, item) => total + digestOf(stream.name, item), 0n)
    return { last: localIds.at(-1), sum }
  })
}

/** What would become of one record; undefined when nothing would, because its parent stands in the way. */
async function planOne(tx: Tx, work: PushWork, localId: string): Promise<Planned | 'unchanged' | undefined> {
  const row = await selectPush(tx, keyOf(work, localId))
  if (row === undefined || !isDue(row, work)) return undefined
  const need = await readNeed(tx, work, localId, row)
  if (need.kind === 'none') return 'unchanged'
  if (need.kind === 'waits' && !(await comesFirst(tx, work, need.parentId))) return undefined
  return {
    op: need.operation,
    externalId: idOf(need) ?? localId,
    fields: await fieldsOf(tx, work, localId, need),
    hash: need.hash,
  }
}

/** Whether a record's parent would be sent by a stream of the same connection. */
async function comesFirst(tx: Tx, work: PushWork, parentId: string): Promise<boolean> {
  const { connection } = work.pass
  const streams = work.deps.connections.get(connection)?.streams ?? []
  const parents = streams.filter((stream) => stream.kind === 'push' && stream.entity === work.stream.parent)
  return await isOutstanding(
    tx,
    connection,
    parents.map((stream) => stream.name),
    parentId,
  )
}

function idOf(need: Exclude<Need, { kind: 'none' }>): string | null {
  return need.kind === 'waits' ? need.externalId : (need.known?.externalId ?? null)
}

/** What an update would change against what was accepted last. */
async function fieldsOf(
  tx: Tx,
  work: PushWork,
  localId: string,
  need: Exclude<Need, { kind: 'none' }>,
): Promise<PlanItem['fields']> {
  if (need.kind === 'waits' || need.operation === 'create') return {}
  const before = await selectAcceptedBody(tx, keyOf(work, localId))
  return diffBodies(before, work.stream.target.toBody(need.value, need.parent)) as PlanItem['fields']
}

function countsOf(planned: readonly Planned[], unchanged: number): Partial<PassCounts> {
  const created = planned.filter((item) => item.op === 'create').length
  return { seen: planned.length + unchanged, created, updated: planned.length - created, unchanged }
}

/** Over the content and not the shown fields: those name the parent's id, which may come into being in between. */
function digestOf(stream: string, item: Planned): bigint {
  const text = JSON.stringify([stream, item.op, item.externalId, item.hash])
  return BigInt(`0x${crypto.hash('sha256', text, 'hex').slice(0, DIGITS)}`)
}

async function endPlan(work: PushWork, sum: string): Promise<TurnEnd | undefined> {
  const { deps, pass, stream } = work
  if (!pass.isDry && sum === (pass.planSum ?? '0')) return undefined
  const end: PassEnd = {
    runId: pass.runId,
    connection: pass.connection,
    stream: stream.name,
    ...(pass.isDry
      ? { state: 'succeeded' as const }
      : {
          state: 'failed' as const,
          error: { code: 'plan_moved', detail: 'what would be sent is not what was planned' },
        }),
  }
  return await deps.db.transaction('sync.end-push-plan', WORKER, async (tx): Promise<TurnEnd> => {
    await pass.hold(tx)
    if (pass.isDry) await savePlanSum(tx, { runId: pass.runId, stream: stream.name }, sum)
    await finishPass(tx, deps, end)
    return { kind: 'finished' }
  })
}
