import { PULLED, type Evidence } from '../evidence.ts'
import type { AuditRow, Json, Transaction } from '../history.ts'
import type { LogEntry } from '../provider-world.ts'
import { deltaOf, passRowOf, text, isSliceMove } from './reading.ts'

/** The database as the history has made it so far. */
type Replay = {
  streamOf: Map<string, string>
  generations: Map<string, Json>
  slices: Map<string, Json>
  applied: Map<string, number>
  lettered: Set<string>
}

/** 2. Atomic cursor: a position is committed with exactly the records of the pages before it. */
export function invariant2AtomicCursor({ history, log, scenario }: Evidence): string[] {
  const found: string[] = []
  const replay = emptyReplay()
  for (const transaction of history) {
    for (const row of transaction.rows) follow(replay, row)
    const move = transaction.rows.find(isSliceMove)
    const stream = move === undefined ? '' : (replay.streamOf.get(text(move.now?.['generation_id'])) ?? '')
    const page = move === undefined ? undefined : pageBehind(transaction, move, stream, log)
    if (move !== undefined && page === undefined) {
      found.push(`a slice moved to ${text(move.now?.['position'])}, to where no answer leads`)
      continue
    }
    found.push(...missingOf(replay, stream, page).map((id) => `${stream} moved past ${id} without it`))
    found.push(...strayWrites(transaction, page, log, scenario.options.hasEcho))
  }
  return found
}

function emptyReplay(): Replay {
  return {
    streamOf: new Map(),
    generations: new Map(),
    slices: new Map(),
    applied: new Map(),
    lettered: new Set(),
  }
}

function follow(replay: Replay, { tab, now, was }: AuditRow): void {
  const row = now ?? was
  if (row === null) return
  if (tab === 'sync_generations') replay.streamOf.set(text(row['id']), text(row['stream']))
  if (tab === 'sync_records' && now !== null) {
    const stream = PULLED.find(({ entity }) => entity === now['entity'])?.stream ?? 'echo'
    const version = now['gone_at'] === null ? Date.parse(text(now['version'])) : Infinity
    replay.applied.set(`${stream}|${text(now['external_id'])}`, Number.isNaN(version) ? -Infinity : version)
  }
  if (tab === 'sync_dead_letters') {
    const payload = row['payload'] as Json
    replay.lettered.add(`${text(row['stream'])}|${text(payload['id'] ?? row['record_key'])}`)
  }
}

/** The answer that a moving slice has worked in: the last one of this process that leads from there to here. */
function pageBehind(
  transaction: Transaction,
  move: AuditRow,
  stream: string,
  log: readonly LogEntry[],
): LogEntry | undefined {
  const listed = PULLED.find((one) => one.stream === stream)?.listed ?? 'out-parents'
  const from = (move.was?.['position'] ?? null) as string | null
  const to = (move.now?.['position'] ?? null) as string | null
  return log.findLast(
    (entry) =>
      entry.kind === 'list' &&
      entry.entity === listed &&
      entry.outcome === 'ok' &&
      entry.worker === transaction.app &&
      entry.token === from &&
      entry.next === to &&
      entry.at <= transaction.at,
  )
}

function missingOf(replay: Replay, stream: string, page: LogEntry | undefined): string[] {
  return (page?.rows ?? [])
    .filter(({ id, version }) => {
      const key = `${stream}|${id}`
      return (replay.applied.get(key) ?? -Infinity) < version && !replay.lettered.has(key)
    })
    .map(({ id, version }) => `${id} at ${version}`)
}

/** Domain rows that were written though neither a page, a hook nor a healed dead letter of the transaction names them. */
function strayWrites(
  transaction: Transaction,
  page: LogEntry | undefined,
  log: readonly LogEntry[],
  hasEcho: boolean,
): string[] {
  const named = new Set((page?.rows ?? []).map(({ id }) => id))
  for (const { tab, now } of transaction.rows)
    if (tab === 'sync_dead_letters' && now?.['state'] === 'resolved')
      named.add(text((now['payload'] as Json)['id'] ?? now['record_key']))
  const refreshed = (id: string): boolean =>
    log.some(
      ({ kind, worker, asked, at }) =>
        kind === 'records' &&
        worker === transaction.app &&
        at <= transaction.at &&
        (asked?.includes(id) ?? false),
    )
  if (page?.entity === 'out-parents' && hasEcho) return []
  return transaction.rows.flatMap(({ tab, now }) => {
    if ((tab !== 'test_parents' && tab !== 'test_children') || now?.['is_active'] !== true) return []
    const id = text(now['external_id'])
    return named.has(id) || refreshed(id) ? [] : [`${id} was written without a page that names it`]
  })
}

/** 3. Monotone: watermarks, epochs and sent versions never fall; a watermark is the end of a complete generation. */
export function invariant3Monotone({ history }: Evidence): string[] {
  const found: string[] = []
  const replay = emptyReplay()
  for (const { rows } of history) {
    for (const row of rows) {
      if (row.tab === 'sync_generations' && row.now) replay.generations.set(text(row.now['id']), row.now)
      if (row.tab === 'sync_slices' && row.now)
        replay.slices.set(`${text(row.now['generation_id'])}|${text(row.now['slice'])}`, row.now)
      found.push(...fallen(row))
    }
    for (const row of rows)
      if (row.tab === 'sync_streams' && row.now?.['watermark'] !== row.was?.['watermark'])
        found.push(...unearned(replay, row))
  }
  return found
}

const GROWING = [
  ['sync_streams', 'watermark'],
  ['sync_streams', 'enumerated_at'],
  ['sync_passes', 'epoch'],
  ['sync_pushes', 'sent_version'],
  ['sync_pushes', 'want_version'],
  ['sync_slices', 'pages'],
] as const

function fallen({ tab, was, now }: AuditRow): string[] {
  if (was === null || now === null) return []
  return GROWING.filter(([table]) => table === tab).flatMap(([, field]) => {
    const [before, after] = [measure(was[field]), measure(now[field])]
    return after < before ? [`${tab}.${field} fell from ${text(was[field])} to ${text(now[field])}`] : []
  })
}

function measure(value: unknown): number {
  if (value === null || value === undefined) return -Infinity
  return typeof value === 'number' ? value : Date.parse(text(value))
}

function unearned(replay: Replay, { now }: AuditRow): string[] {
  const stream = text(now?.['stream'])
  const watermark = now?.['watermark']
  if (watermark === null) return []
  const earned = [...replay.generations.values()].some(
    (generation) =>
      generation['stream'] === stream &&
      generation['mode'] !== 'range' &&
      generation['state'] === 'closed' &&
      generation['hi'] === watermark &&
      slicesOf(replay, text(generation['id'])).every((slice) => slice['is_done'] === true),
  )
  return earned ? [] : [`${stream}: watermark ${text(watermark)} is not the end of a complete generation`]
}

function slicesOf(replay: Replay, generationId: string): Json[] {
  return [...replay.slices.values()].filter((slice) => slice['generation_id'] === generationId)
}

/** 8. Conservation: what a pass counts is what its transactions did. */
export function invariant8Conservation({ history, final }: Evidence): string[] {
  const found: string[] = []
  for (const pass of final.sync_passes) {
    const sum = ['created', 'updated', 'unchanged', 'stale', 'rejected'].reduce(
      (total, field) => total + Number(pass[field]),
      0,
    )
    if (sum !== pass['seen']) found.push(`${text(pass['stream'])}: seen ${text(pass['seen'])}, sum ${sum}`)
  }
  for (const transaction of history) found.push(...miscounted(transaction))
  return found
}

function miscounted({ rows, xid }: Transaction): string[] {
  const pass = passRowOf(rows)
  const stream = PULLED.find((one) => one.stream === pass?.now?.['stream'])
  if (pass === undefined || stream === undefined) return []
  const ofEntity = rows.filter(({ tab, now }) => tab === 'sync_records' && now?.['entity'] === stream.entity)
  const made = ofEntity.filter(({ op }) => op === 'INSERT').length
  const gone = ofEntity.filter(
    ({ was, now }) => was?.['gone_at'] === null && now?.['gone_at'] !== null,
  ).length
  const moves = rows.filter(isSliceMove).length
  const told = {
    created: deltaOf(rows, 'created'),
    deleted: deltaOf(rows, 'deleted'),
    pages: deltaOf(rows, 'pages'),
  }
  const isDryReset = rows.every(({ tab }) => tab === 'sync_passes' || tab === 'sync_runs')
  if (isDryReset) return []
  if (told.created === made && told.deleted === gone && told.pages === moves) return []
  return [
    `${stream.stream}, transaction ${xid}: told ${JSON.stringify(told)}, did ${JSON.stringify({ made, gone, moves })}`,
  ]
}
