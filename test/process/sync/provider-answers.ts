import { tokensOf, type Entity, type LogEntry, type ProviderRow, type World } from './provider-world.ts'

/** What the provider answers. `silent`: it does what was asked and the answer never arrives. */
export type Answer = {
  status: number
  body: unknown
  headers?: Record<string, string>
  how?: 'cut' | 'silent'
  /** It comes this late. */
  afterMs?: number
}

/** Milliseconds told with 429: short, because the whole test is. */
const RETRY_AFTER_MS = 60

export type ListRequest = {
  entity: Entity
  mode: string
  from: number | null
  to: number
  token: string | null
}

/** A fault drawn for this call, or undefined when it goes well. */
export function drawFault(
  world: World,
): 'error' | 'throttle' | 'truncate' | 'silence' | 'refuse' | undefined {
  const { storm, noise, random } = world
  if (storm !== null && storm.left > 0) {
    storm.left -= 1
    return storm.fault as 'error' | 'throttle' | 'silence' | 'refuse'
  }
  const drawn = random()
  let sum = 0
  for (const fault of ['error', 'throttle', 'truncate', 'silence'] as const) {
    sum += noise[fault]
    if (drawn < sum) return fault
  }
  return undefined
}

const PLAIN_FAULTS: Record<'error' | 'throttle' | 'refuse', Answer> = {
  error: { status: 500, body: { error: 'storm' } },
  throttle: {
    status: 429,
    body: { error: 'slow down' },
    headers: { 'retry-after-ms': String(RETRY_AFTER_MS) },
  },
  refuse: { status: 401, body: { error: 'who are you' } },
}

/** One page: everything by id, or what has a version within the window by version and id. */
export function answerList(world: World, request: ListRequest, entry: LogEntry): Answer {
  const fault = drawFault(world)
  if (fault !== undefined && fault !== 'truncate' && fault !== 'silence') {
    entry.outcome = fault
    return PLAIN_FAULTS[fault]
  }
  const tokens = tokensOf(world)
  const token = request.token === null ? undefined : tokens.get(request.token)
  if (request.token !== null && token === undefined) {
    entry.outcome = 'token died'
    return { status: 410, body: { error: 'unknown token' } }
  }
  const found = rowsAfter(world, request, token?.after ?? null)
  const page = found.slice(0, world.options.pageSize)
  const hasMore = found.length > page.length
  const repeats = hasMore && token?.isRepeat !== true && world.random() < world.noise.duplicatePage
  const next = hasMore ? `k${entry.serial}` : null
  if (next !== null)
    tokens.set(next, {
      entity: request.entity,
      mode: request.mode,
      after: repeats ? (token?.after ?? null) : (page.at(-1) ?? null),
      isRepeat: repeats,
    })
  const rows = withDuplicate(world, page)
  entry.next = next
  if (world.options.logsRows)
    entry.rows = rows.map(({ id, version, price }) => ({ id, version, isBad: typeof price !== 'number' }))
  entry.outcome = fault ?? 'ok'
  const answer: Answer = { status: 200, body: { rows, next } }
  if (fault === undefined && world.random() < world.noise.slow)
    return { ...answer, afterMs: world.options.slowMs }
  if (fault === 'truncate') return { ...answer, how: 'cut' }
  if (fault === 'silence') return { ...answer, how: 'silent' }
  return answer
}

const sortedIds = new WeakMap<Map<string, ProviderRow>, { size: number; rows: ProviderRow[] }>()

function rowsAfter(world: World, request: ListRequest, after: ProviderRow | null): ProviderRow[] {
  const all = world.rows[request.entity]
  if (request.mode !== 'full') {
    return [...all.values()]
      .filter(({ version }) => version >= (request.from ?? -Infinity) && version <= request.to)
      .filter((row) => after === null || byVersion(row, after) > 0)
      .sort(byVersion)
  }
  if (world.options.logsRows)
    return [...all.values()].filter(({ id }) => after === null || id > after.id).sort(byId)
  return unchangingRowsAfter(world, all, after)
}

/** For large loads, whose rows nobody changes: sorted once, one page and a row beyond it are enough. */
function unchangingRowsAfter(
  world: World,
  all: Map<string, ProviderRow>,
  after: ProviderRow | null,
): ProviderRow[] {
  let sorted = sortedIds.get(all)
  if (sorted?.size !== all.size) {
    sorted = { size: all.size, rows: [...all.values()].sort(byId) }
    sortedIds.set(all, sorted)
  }
  let low = 0
  let high = sorted.rows.length
  while (after !== null && low < high) {
    const middle = (low + high) >>> 1
    if ((sorted.rows[middle]?.id ?? '') > after.id) high = middle
    else low = middle + 1
  }
  return sorted.rows.slice(low, low + world.options.pageSize + 1)
}

function byId(a: ProviderRow, b: ProviderRow): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function byVersion(a: ProviderRow, b: ProviderRow): number {
  return a.version - b.version || byId(a, b)
}

/** Now and then a page names a record twice, once as it was before. */
function withDuplicate(world: World, page: readonly ProviderRow[]): ProviderRow[] {
  const rows = [...page]
  const [first] = page
  if (first !== undefined && world.random() < world.noise.duplicateRow)
    rows.push({ ...first, name: `${first.name} (old)`, version: first.version - 1 })
  return rows
}

/** The named records as they are now. */
export function answerRecords(world: World, entity: Entity, ids: readonly string[], entry: LogEntry): Answer {
  entry.asked = ids
  const fault = drawFault(world)
  if (fault !== undefined && fault !== 'truncate' && fault !== 'silence') {
    entry.outcome = fault
    return PLAIN_FAULTS[fault]
  }
  const rows = ids.flatMap((id) => world.rows[entity].get(id) ?? [])
  entry.outcome = fault ?? 'ok'
  entry.rows = rows.map(({ id, version, price }) => ({ id, version, isBad: typeof price !== 'number' }))
  const answer: Answer = { status: 200, body: { rows } }
  if (fault === 'truncate') return { ...answer, how: 'cut' }
  if (fault === 'silence') return { ...answer, how: 'silent' }
  return answer
}
