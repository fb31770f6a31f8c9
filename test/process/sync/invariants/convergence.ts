import type { ProviderState } from '../child.ts'
import { PULLED, type Evidence, type FinalRows } from '../evidence.ts'
import type { ProviderRow } from '../provider-world.ts'
import { rowsWith, text } from './reading.ts'

/** 1. Convergence: after a full cycle our rows equal the provider's; after one of changes, what changed does. */
export function invariant1Convergence({ phases }: Evidence): string[] {
  const full = phases.converged
  const found = full === null ? ['there was no full cycle'] : differences(full.provider, full.rows, true)
  const fresh = phases.freshened
  if (fresh !== null)
    found.push(...differences(fresh.provider, fresh.rows, false).map((what) => `after changes: ${what}`))
  return found
}

/** How our rows differ from the provider's. Rows that a full cycle alone can miss count only with `isFull`. */
export function differences(provider: ProviderState, rows: FinalRows, isFull: boolean): string[] {
  return PULLED.flatMap(({ stream, table, listed }) => {
    const ours = new Map(
      rows[table].filter((row) => row['is_active'] === true).map((row) => [row['external_id'], row]),
    )
    const theirs = provider.rows[listed]
    const missing = theirs.flatMap((row) => differsFrom(row, ours.get(row.id), rows, stream))
    const known = new Set(theirs.map(({ id }) => id))
    const surplus = isFull ? [...ours.keys()].filter((id) => !known.has(text(id))) : []
    return [...missing, ...surplus.map((id) => `${stream} ${text(id)} is gone there and active here`)]
  })
}

function differsFrom(
  theirs: ProviderRow,
  ours: Record<string, unknown> | undefined,
  rows: FinalRows,
  stream: string,
): string[] {
  const isLettered = rows.sync_dead_letters.some(
    (letter) =>
      letter['stream'] === stream &&
      letter['state'] === 'open' &&
      (letter['payload'] as { id?: unknown })['id'] === theirs.id,
  )
  if (typeof theirs.price !== 'number')
    return isLettered ? [] : [`${stream} ${theirs.id} is bad and has no open dead letter`]
  if (ours === undefined) {
    const isOrphan = stream === 'children' && !hasParent(theirs, rows)
    return isLettered && isOrphan ? [] : [`${stream} ${theirs.id} is missing`]
  }
  const parent = rows.test_parents.find(({ id }) => id === ours['parent_id'])?.['external_id']
  const isSame =
    ours['name'] === theirs.name &&
    ours['price'] === theirs.price &&
    (stream !== 'children' || parent === theirs.parent)
  return isSame ? [] : [`${stream} ${theirs.id} says ${text(ours)} and should say ${text(theirs)}`]
}

function hasParent(child: ProviderRow, rows: FinalRows): boolean {
  return rows.test_parents.some((row) => row['external_id'] === child.parent)
}

/** 4. No duplicate map: one row per external id and per local id, and every domain row has its own. */
export function invariant4NoDuplicateMap({ final }: Evidence): string[] {
  const found: string[] = []
  for (const { entity, table } of PULLED) {
    const map = rowsWith(final.sync_records, 'entity', entity)
    found.push(...twice(map, 'external_id'), ...twice(map, 'local_id'), ...twice(final[table], 'external_id'))
    const mapped = new Set(map.map((row) => row['local_id']))
    found.push(
      ...final[table].filter(({ id }) => !mapped.has(id)).map(({ id }) => `${table} ${text(id)} is unmapped`),
    )
  }
  return found
}

function twice(rows: readonly Record<string, unknown>[], field: string): string[] {
  const known = new Set<unknown>()
  return rows.flatMap((row) => {
    if (known.has(row[field])) return [`${field} ${text(row[field])} twice`]
    known.add(row[field])
    return []
  })
}

/** 6. Idempotence and commutativity: hooks and ranges repeated in any order leave every row as it is. */
export function invariant6Idempotence({ phases }: Evidence): string[] {
  return phases.replayWrites.map((row) => `a repetition wrote ${text(row)}`)
}

/** 7. Unchanged is free: a second run over the same provider writes no domain row, no map row and no change. */
export function invariant7UnchangedIsFree({ phases }: Evidence): string[] {
  return phases.idleWrites.map((row) => `an idle run wrote ${text(row)}`)
}

/** 14. No echo: what was pushed comes back as the same; edits on both sides end in agreement. */
export function invariant14NoEcho({ final, provider, phases, scenario, log }: Evidence): string[] {
  if (!scenario.options.hasEcho) return []
  const found = phases.idleWrites
    .filter((row) => row['tab'] === 'test_pushed' || row['tab'] === 'sync_attempts')
    .map((row) => `an echo wrote ${text(row)}`)
  found.push(...twice(final.test_pushed, 'id'))
  for (const record of rowsWith(final.sync_records, 'entity', 'out-parent')) {
    const ours = rowsWith(final.test_pushed, 'id', record['local_id'])[0]
    const theirs = provider.rows['out-parents'].find(({ id }) => id === record['external_id'])
    if (ours === undefined) found.push(`${text(record['external_id'])} came back as nothing of ours`)
    else if (isWaiting(final, record['local_id']) || text(ours['name']).startsWith('refuse')) continue
    else if (theirs === undefined) found.push(`${text(record['external_id'])} does not exist over there`)
    else if (theirs.name !== ours['name'] || theirs.price !== ours['price'])
      found.push(`no agreement: ours ${text(ours)}, theirs ${text(theirs)}`)
    else if (ours['revision'] === 0 && log.some(({ reference }) => reference === theirs.reference))
      found.push(`${text(record['external_id'])}, which we sent, came back as a new record`)
  }
  return found
}

function isWaiting(final: FinalRows, localId: unknown): boolean {
  return rowsWith(final.sync_pushes, 'local_id', localId)[0]?.['needs_review'] === true
}
