import type { Evidence } from '../evidence.ts'
import type { LogEntry } from '../provider-world.ts'
import { rowsWith, text } from './reading.ts'

/** 5. One remote create per record under any crash; where nobody can know, a person is asked. */
export function invariant5OneRemoteCreate({ final, provider }: Evidence): string[] {
  const found = Object.entries(provider.created)
    .filter(([, times]) => times > 1)
    .map(([reference, times]) => `${reference} was created ${times} times`)
  found.push(...provider.offences.filter((offence) => offence.startsWith('key ')))
  for (const { id, name, revision } of final.test_pushed) {
    const isMapped = rowsWith(final.sync_records, 'local_id', id).length === 1
    const push = rowsWith(final.sync_pushes, 'local_id', id)[0]
    const isLettered = final.sync_dead_letters.some(
      (letter) => letter['record_key'] === id && letter['state'] === 'open',
    )
    const isExcused = push?.['needs_review'] === true || isLettered || text(name).startsWith('refuse')
    if (revision === 0 || isExcused) continue
    if (waitsForParent(final, id)) continue
    if (!isMapped)
      found.push(
        `${text(id)} has no external id and waits for nobody: ${text(push)} ${text(rowsWith(final.sync_attempts, 'local_id', id))}`,
      )
    else if (provider.created[text(id)] !== 1) found.push(`${text(id)} is mapped and was never created`)
  }
  return found
}

/** A child whose parent is not over there; what the parent waits for is judged with the parent. */
function waitsForParent(final: Evidence['final'], id: unknown): boolean {
  const parentId = rowsWith(final.test_pushed, 'id', id)[0]?.['parent_id']
  return parentId != null && rowsWith(final.sync_records, 'local_id', parentId).length === 0
}

const SENT_KINDS = new Set(['list', 'records', 'create', 'update', 'find'])
/** Floating point of the bucket's arithmetic. */
const EPSILON = 1e-3

/** 10. Rate: grants in any window keep the limit, and there are never more calls than grants. */
export function invariant10Rate({ history, log, scenario }: Evidence): string[] {
  const { perSecond, burst } = scenario.options.rate
  const grants = history.flatMap(({ rows, at }) =>
    rows
      .filter(({ tab, was, now }) => tab === 'sync_buckets' && now !== null && isGrant(was, now))
      .map(({ now }) => ({ granted: Date.parse(text(now?.['refreshed_at'])), at })),
  )
  const found: string[] = []
  const times = grants.map(({ granted }) => granted).sort((a, b) => a - b)
  times.forEach((from, first) => {
    for (let last = first + burst; last < times.length; last += 1) {
      const seconds = ((times[last] ?? 0) - from + 1) / 1000
      if (last - first + 1 > burst + perSecond * seconds + EPSILON) {
        found.push(`${last - first + 1} calls were granted within ${seconds.toFixed(3)} s`)
        return
      }
    }
  })
  const dry = drySpans(history)
  const calls = log
    .filter(({ kind, worker, at }) => SENT_KINDS.has(kind) && !dry.some((span) => isWithin(span, worker, at)))
    .sort((a, b) => a.at - b.at)
  const granted = grants.map(({ at }) => at).sort((a, b) => a - b)
  calls.forEach(({ at }, index) => {
    const before = granted.filter((one) => one <= at + 1).length
    if (before < index + 1) found.push(`call ${index + 1} had only ${before} grants before it`)
  })
  return found.slice(0, 3)
}

type Span = { app: string; from: number; to: number }

/** When which process held the pass of a dry run, which paces itself and takes nothing from the bucket. */
function drySpans(history: Evidence['history']): Span[] {
  const dryRuns = new Set<unknown>()
  const open = new Map<string, Span>()
  const spans: Span[] = []
  for (const { rows, app, at } of history)
    for (const { tab, was, now } of rows) {
      if (tab === 'sync_runs' && now?.['kind'] === 'dry') dryRuns.add(now['id'])
      if (tab !== 'sync_passes' || now === null || !dryRuns.has(now['run_id'])) continue
      const pass = `${text(now['run_id'])}|${text(now['stream'])}`
      if (now['lease_owner'] === was?.['lease_owner']) continue
      const before = open.get(pass)
      // Whoever lost the pass to another process may not know it yet.
      if (before?.app === app) before.to = at
      open.delete(pass)
      if (now['lease_owner'] === null) continue
      const span = { app, from: at, to: Infinity }
      open.set(pass, span)
      spans.push(span)
    }
  return spans
}

function isWithin({ app, from, to }: Span, worker: string, at: number): boolean {
  return worker === app && at >= from && at <= to
}

function isGrant(was: Record<string, unknown> | null, now: Record<string, unknown>): boolean {
  const isBlock = was?.['blocked_until'] !== now['blocked_until']
  return (
    was !== null &&
    !isBlock &&
    (was['tokens'] !== now['tokens'] || was['refreshed_at'] !== now['refreshed_at'])
  )
}

/** 11. Partial success: what was accepted is never sent again once that is known. */
export function invariant11PartialSuccess({ history }: Evidence): string[] {
  const found: string[] = []
  const sent = new Map<string, number>()
  const settled = new Map<string, string>()
  for (const { rows } of history) {
    for (const { tab, op, was, now } of rows) {
      if (now === null) continue
      const record = `${text(now['stream'])}|${text(now['local_id'])}`
      if (tab === 'sync_pushes') sent.set(record, Number(now['sent_version']))
      if (tab !== 'sync_attempts') continue
      const key = text(now['key'])
      const isAgain = now['state'] === 'sending' && (op === 'INSERT' || was?.['state'] !== 'sending')
      if (isAgain && settled.get(key) === 'ok') found.push(`${key} was opened again after it was accepted`)
      if (op === 'INSERT' && Number(now['version']) <= (sent.get(record) ?? 0))
        found.push(`${record}: version ${text(now['version'])} was sent again`)
      settled.set(key, text(now['state']))
    }
  }
  return found
}

/** 15. Dependency: no child is sent before its parent's external id is committed. */
export function invariant15Dependency({ history, log, provider }: Evidence): string[] {
  const committed = new Map<string, number>()
  for (const { rows, at } of history)
    for (const { tab, op, now } of rows)
      if (tab === 'sync_records' && op === 'INSERT' && now?.['entity'] === 'out-parent')
        committed.set(text(now['external_id']), at)
  const early = log
    .filter(({ kind, entity }) => kind === 'create' && entity === 'out-children')
    .filter((entry) => !isCommitted(entry, committed))
    .map(({ reference, parent }) => `${reference ?? ''} was sent before its parent ${parent ?? 'without id'}`)
  return [...early, ...provider.offences.filter((offence) => offence.includes('before its parent'))]
}

function isCommitted({ parent, at }: LogEntry, committed: ReadonlyMap<string, number>): boolean {
  return parent != null && (committed.get(parent) ?? Infinity) <= at
}
