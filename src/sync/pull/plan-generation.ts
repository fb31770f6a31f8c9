import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/database.ts'
import type { PullStream, StreamTiming } from '../connection.ts'
import type { HeldPass, TurnEnd } from '../held-pass.ts'
import { setPassGeneration } from '../pass-store.ts'
import type { SyncDeps } from '../sync-deps.ts'
import {
  abandonEnumerated,
  abandonGeneration,
  hasPages,
  insertGeneration,
  insertStream,
  selectGeneration,
  selectOpenGeneration,
  selectWatermark,
  type Generation,
  type GenerationMode,
} from './generations-store.ts'

/** What a generation covers. Windows are [lo, hi], both included; a full enumeration has no lo. */
export type Window = {
  mode: GenerationMode
  lo: Date | null
  hi: Date
  slices: { lo: Date | null; hi: Date }[]
}

const DEFAULTS: StreamTiming = {
  /** More than clocks differ and sources write late. */
  lookbackSeconds: 300,
  safetyLagSeconds: 5,
  /** Ten years: no cutting. */
  maxSpanSeconds: 315_360_000,
}
/** A window is never cut into more slices than this: a source that answers an hour at most gets longer ones instead. */
const MAX_SLICES = 10_000

/** The window that a run covers, and its slices. Pure. */
export function planWindow(
  stream: Pick<PullStream, 'hasChanges' | 'timing'>,
  wish: Pick<HeldPass, 'mode' | 'from' | 'to'>,
  known: { watermark: Date | null; now: Date },
): Window {
  const timing = { ...DEFAULTS, ...stream.timing }
  const lagged = known.now.getTime() - timing.safetyLagSeconds * 1000
  const hi = new Date(Math.max(lagged, known.watermark?.getTime() ?? lagged))
  if (wish.mode === 'range' && stream.hasChanges && wish.from !== null && wish.to !== null)
    return { mode: 'range', lo: wish.from, hi: wish.to, slices: cut(wish.from, wish.to, timing) }
  if (wish.mode !== 'changes' || !stream.hasChanges || known.watermark === null)
    return { mode: 'full', lo: null, hi, slices: [{ lo: null, hi }] }
  const lo = new Date(known.watermark.getTime() - timing.lookbackSeconds * 1000)
  return { mode: 'changes', lo, hi, slices: cut(lo, hi, timing) }
}

function cut(lo: Date, hi: Date, timing: StreamTiming): { lo: Date; hi: Date }[] {
  const length = hi.getTime() - lo.getTime()
  const span = Math.max(timing.maxSpanSeconds * 1000, length / MAX_SLICES, 1)
  const slices: { lo: Date; hi: Date }[] = []
  for (let start = lo.getTime(); slices.length === 0 || start < hi.getTime(); start += span)
    slices.push({ lo: new Date(start), hi: new Date(Math.min(start + span, hi.getTime())) })
  return slices
}

/**
 * The generation that the pass works on: its own, or one that an earlier run left open, or a new one. Commits on its
 * own. A generation that waited for approval and was replaced by a newer one ends the pass.
 */
export async function ensureGeneration(
  deps: SyncDeps,
  pass: HeldPass,
  stream: PullStream,
): Promise<Generation | TurnEnd> {
  const found = await deps.db.transaction('sync.plan-generation', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    const own = pass.generationId === null ? undefined : await selectGeneration(tx, pass.generationId)
    if (own?.state === 'abandoned') return null
    if (own?.state === 'open' || own?.state === 'enumerated') return own
    const generation = (await adopt(tx, pass)) ?? (await open(tx, pass, stream))
    await setPassGeneration(tx, pass, generation.id)
    return generation
  })
  if (found === null)
    return { kind: 'failed', code: 'superseded', detail: 'a newer enumeration has replaced this one' }
  pass.generationId = found.id
  return found
}

async function adopt(tx: Tx, pass: HeldPass): Promise<Generation | undefined> {
  const left = await selectOpenGeneration(tx, pass)
  if (left === undefined) return undefined
  // Without a page there is nothing to continue, and the source would be read twice.
  if (left.mode !== 'range' && (await hasPages(tx, left.id))) return left
  await abandonGeneration(tx, left.id)
  return undefined
}

async function open(tx: Tx, pass: HeldPass, stream: PullStream): Promise<Generation> {
  await insertStream(tx, pass)
  const { slices, ...window } = planWindow(stream, pass, await selectWatermark(tx, pass))
  if (window.mode === 'full') await abandonEnumerated(tx, pass)
  const id = newId()
  await insertGeneration(tx, pass, { id, ...window }, slices)
  const generation = await selectGeneration(tx, id)
  if (generation === undefined) throw new Error('a generation vanished')
  return generation
}
