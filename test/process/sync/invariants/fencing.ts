import { PULLED, type Evidence } from '../evidence.ts'
import type { AuditRow, Json, Transaction } from '../history.ts'
import type { LogEntry } from '../provider-world.ts'
import { isSliceMove, text } from './reading.ts'

/** 9. Fencing: nothing is written for a pass by a process whose epoch is over. */
export function invariant9Fencing({ history }: Evidence): string[] {
  const holders = new Map<string, string>()
  const found: string[] = []
  for (const { rows, app, xid } of history) {
    const passes = rows.filter(({ tab, op }) => tab === 'sync_passes' && op === 'UPDATE')
    for (const { was, now } of passes) {
      const key = `${text(now?.['run_id'])}|${text(now?.['stream'])}`
      if (now?.['epoch'] !== was?.['epoch']) holders.set(`${key}|${text(now?.['epoch'])}`, app)
      // Whoever readies, approves or calls off a pass holds nothing of it.
      if (now === null || was?.['state'] !== 'running' || now['epoch'] !== was['epoch']) continue
      const holder = holders.get(`${key}|${text(now['epoch'])}`)
      if (holder !== app)
        found.push(`${app} wrote in transaction ${xid} under an epoch of ${holder ?? 'nobody'} on ${key}`)
    }
    if (passes.length === 0 && rows.some(isSliceMove))
      found.push(`${app} moved a slice without holding its pass`)
  }
  return found
}

/** As the valve of the engine. */
const VALVE_ROWS = 10
const VALVE_SHARE = 0.05

/** 13. Delete safety: nothing is taken out of use by an incomplete enumeration, nor past the valve unless approved. */
export function invariant13DeleteSafety({ history, log }: Evidence): string[] {
  const found: string[] = []
  const slices = new Map<string, Json>()
  const generations = new Map<string, Json>()
  const active = new Map<string, Set<string>>(PULLED.map(({ entity }) => [entity, new Set<string>()]))
  const removedBy = new Map<string, number>()
  for (const transaction of history) {
    const known = new Map([...active].map(([entity, ids]) => [entity, ids.size]))
    for (const row of transaction.rows) remember(row, slices, generations, active)
    for (const { stream, entity } of PULLED) {
      const gone = goneOf(transaction, entity).filter((id) => !toldAbsent(transaction, id, log))
      if (gone.length === 0) continue
      const pass = transaction.rows.find(
        ({ tab, now }) => tab === 'sync_passes' && now?.['stream'] === stream,
      )?.now
      const generation = generations.get(text(pass?.['generation_id']))
      const key = text(generation?.['id'])
      const before = removedBy.get(key) ?? 0
      removedBy.set(key, before + gone.length)
      found.push(...unsafe(generation, [...slices.values()], `${stream} ${gone.join(', ')}`))
      const allowed = Math.max(VALVE_ROWS, Math.ceil(((known.get(entity) ?? 0) + before) * VALVE_SHARE))
      if (before + gone.length > allowed && pass?.['approved_at'] == null)
        found.push(
          `${stream}: ${before + gone.length} records went without approval; the valve is ${allowed}`,
        )
    }
  }
  return found
}

function remember(
  { tab, now }: AuditRow,
  slices: Map<string, Json>,
  generations: Map<string, Json>,
  active: Map<string, Set<string>>,
): void {
  if (now === null) return
  if (tab === 'sync_slices') slices.set(`${text(now['generation_id'])}|${text(now['slice'])}`, now)
  if (tab === 'sync_generations') generations.set(text(now['id']), now)
  if (tab !== 'sync_records') return
  const ids = active.get(text(now['entity']))
  if (now['gone_at'] === null) ids?.add(text(now['external_id']))
  else ids?.delete(text(now['external_id']))
}

function goneOf({ rows }: Transaction, entity: string): string[] {
  return rows
    .filter(
      ({ tab, was, now }) =>
        tab === 'sync_records' && now?.['entity'] === entity && was?.['gone_at'] === null,
    )
    .filter(({ now }) => now?.['gone_at'] !== null)
    .map(({ now }) => text(now?.['external_id']))
}

/** A hook that asked for the record by name and was told that there is none needs no enumeration. */
function toldAbsent({ app, at }: Transaction, id: string, log: readonly LogEntry[]): boolean {
  return log.some(
    (entry) =>
      entry.kind === 'records' &&
      entry.worker === app &&
      entry.at <= at &&
      (entry.asked?.includes(id) ?? false) &&
      !(entry.rows ?? []).some((row) => row.id === id),
  )
}

function unsafe(generation: Json | undefined, slices: readonly Json[], what: string): string[] {
  if (generation === undefined) return [`${what} went without a generation`]
  if (generation['mode'] !== 'full') return [`${what} went though the generation was no full one`]
  const own = slices.filter((slice) => slice['generation_id'] === generation['id'])
  return own.every((slice) => slice['is_done'] === true)
    ? []
    : [`${what} went before the enumeration was complete`]
}
