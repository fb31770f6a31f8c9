import { createRandom, type Random } from './random.ts'

/** What the provider lists and takes. The first two are only pulled; the others are pushed to it, and listed too. */
export type Entity = 'parents' | 'children' | 'out-parents' | 'out-children'

/** A record of the provider. A `price` that is a text is a record gone bad. */
export type ProviderRow = {
  id: string
  version: number
  name: string
  price: number | string
  parent: string | null
  reference: string | null
}

/** Shares of answers that go wrong by themselves, in [0, 1]. */
export type Noise = {
  error: number
  throttle: number
  truncate: number
  silence: number
  /** Answers that come after a short lease is over, though in time for the caller. */
  slow: number
  duplicatePage: number
  duplicateRow: number
}

export const QUIET: Noise = {
  error: 0,
  throttle: 0,
  truncate: 0,
  silence: 0,
  slow: 0,
  duplicatePage: 0,
  duplicateRow: 0,
}

export type WorldOptions = {
  seed: number
  parents: number
  children: number
  pageSize: number
  /** The provider's clock minus ours. */
  skewMs: number
  /** Versions are cut to this grain, so that many records share one. */
  grainMs: number
  honoursKeys: boolean
  /** How late a slow answer comes. */
  slowMs: number
  noise: Noise
  /** Without it answers are logged without their rows: a large load would fill the memory. */
  logsRows: boolean
}

/** What happens at the provider between two calls. `pick` chooses a record. */
export type WorldChange =
  | { op: 'edit' | 'create' | 'delete' | 'spoil' | 'heal'; entity: Entity; pick: number; lateMs: number }
  | { op: 'purge'; share: number }
  | { op: 'storm'; fault: 'error' | 'throttle' | 'silence' | 'refuse'; times: number }
  | { op: 'kill_tokens' }
  /** Heals every bad record but one child. */
  | { op: 'mend' }
  | { op: 'quiet' }

/** One request as the provider saw it. `at` is our time, not the provider's skewed one. */
export type LogEntry = {
  serial: number
  at: number
  worker: string
  kind: 'list' | 'records' | 'create' | 'update' | 'find'
  entity: Entity
  outcome: string
  mode?: string
  from?: number | null
  to?: number
  token?: string | null
  next?: string | null
  rows?: { id: string; version: number; isBad: boolean }[]
  /** The ids that were asked for by name. */
  asked?: readonly string[]
  reference?: string
  key?: string
  revision?: number
  parent?: string | null
}

export type World = {
  options: WorldOptions
  random: Random
  rows: Record<Entity, Map<string, ProviderRow>>
  noise: Noise
  storm: { fault: string; left: number } | null
  log: LogEntry[]
  /** What must never be asked of the provider, in words. */
  offences: string[]
  createdOf: Map<string, number>
  nextId: number
}

/** A provider as it is before anybody asks it anything. */
export function createWorld(options: WorldOptions): World {
  const world: World = {
    options,
    random: createRandom(options.seed),
    rows: {
      parents: new Map(),
      children: new Map(),
      'out-parents': new Map(),
      'out-children': new Map(),
    },
    noise: options.noise,
    storm: null,
    log: [],
    offences: [],
    createdOf: new Map(),
    nextId: 1,
  }
  const born = grained(world, providerNow(world) - 60_000)
  for (let made = 0; made < options.parents; made += 1) addRow(world, 'parents', born)
  for (let made = 0; made < options.children; made += 1) addRow(world, 'children', born)
  return world
}

function providerNow(world: World): number {
  return Date.now() + world.options.skewMs
}

function grained(world: World, time: number): number {
  return Math.floor(time / world.options.grainMs) * world.options.grainMs
}

function addRow(world: World, entity: Entity, version: number): ProviderRow {
  const number = world.nextId
  world.nextId += 1
  // Not in the order of creation: an enumeration by id meets new records before and behind its place.
  const id = `${entity[0]}${(Math.imul(number, 2_654_435_761) >>> 0).toString(36).padStart(7, '0')}`
  const row: ProviderRow = {
    id,
    version,
    name: `${entity} ${number}`,
    price: number * 100,
    parent: entity === 'children' ? (pickRow(world, 'parents', number * 7)?.id ?? null) : null,
    reference: null,
  }
  world.rows[entity].set(id, row)
  return row
}

function pickRow(world: World, entity: Entity, pick: number): ProviderRow | undefined {
  const rows = [...world.rows[entity].values()]
  return rows[pick % Math.max(1, rows.length)]
}

/** Carries out what happens at the provider. A record's version never goes back; a late one is older than its arrival. */
export function changeWorld(world: World, change: WorldChange): void {
  switch (change.op) {
    case 'storm':
      world.storm = { fault: change.fault, left: change.times }
      return
    case 'quiet':
      world.storm = null
      world.noise = QUIET
      return
    case 'mend':
      mend(world)
      return
    case 'kill_tokens':
      killTokens(world)
      return
    case 'purge':
      purge(world, change.share)
      return
    default:
      changeRow(world, change)
  }
}

const tokens = new WeakMap<World, Map<string, PageToken>>()

/** Where a page begins, as the provider remembers it for a token. */
export type PageToken = { entity: Entity; mode: string; after: ProviderRow | null; isRepeat: boolean }

/** The live page tokens of a provider. */
export function tokensOf(world: World): Map<string, PageToken> {
  const known = tokens.get(world) ?? new Map<string, PageToken>()
  tokens.set(world, known)
  return known
}

function killTokens(world: World): void {
  tokensOf(world).clear()
}

function mend(world: World): void {
  for (const entity of ['parents', 'children'] as const) {
    const bad = [...world.rows[entity].values()].filter(({ price }) => typeof price !== 'number')
    for (const row of entity === 'children' ? bad.slice(1) : bad)
      world.rows[entity].set(row.id, {
        ...row,
        price: world.nextId++ * 10,
        version: Math.max(row.version, grained(world, providerNow(world))),
      })
  }
}

function purge(world: World, share: number): void {
  const children = [...world.rows.children.values()]
  for (const row of children.slice(0, Math.ceil(children.length * share))) world.rows.children.delete(row.id)
}

function changeRow(world: World, change: Extract<WorldChange, { pick: number }>): void {
  const now = grained(world, providerNow(world) - change.lateMs)
  if (change.op === 'create') {
    if (change.entity === 'parents' || change.entity === 'children') addRow(world, change.entity, now)
    return
  }
  const row = pickRow(world, change.entity, change.pick)
  if (row === undefined) return
  if (change.op === 'delete') {
    removeRow(world, change.entity, row)
    return
  }
  const edited = { ...row, version: Math.max(row.version, now) }
  if (change.op === 'edit') edited.name = `${row.name.split('~')[0]}~${world.nextId++}`
  if (change.op === 'spoil') edited.price = 'not a number'
  if (change.op === 'heal' || (change.op === 'edit' && typeof row.price === 'number'))
    edited.price = world.nextId++ * 10
  world.rows[change.entity].set(row.id, edited)
}

function removeRow(world: World, entity: Entity, row: ProviderRow): void {
  if (entity === 'out-parents' || entity === 'out-children') return
  world.rows[entity].delete(row.id)
  if (entity !== 'parents') return
  for (const child of world.rows.children.values())
    if (child.parent === row.id) world.rows.children.delete(child.id)
}
