import { z } from 'zod'
import type { SandboxContext } from '../sandbox.ts'
import { hashText } from '../random.ts'
import { mix } from './mix.ts'

export type ListName = 'resellers' | 'products'
export const LIST_NAMES: readonly ListName[] = ['resellers', 'products']

/** What `/_sandbox/config` may set. */
export const settingsSchema = z
  .object({
    /** `cursor`: pages by token. `laravel`: numbered pages. `plain`, `array`: everything at once, no times. */
    form: z.enum(['cursor', 'laravel', 'plain', 'array']),
    /** No rows at all, as a correct answer. */
    empty: z.boolean(),
    /** 200 with an error body that has no `data`. */
    errorBody: z.boolean(),
    /** Every row has fields that nobody documented. */
    unknownFields: z.boolean(),
    /** Field name → another type of its value. */
    changedTypes: z.record(z.string(), z.enum(['number', 'object', 'array', 'boolean', 'null'])),
    /** `one`: the first row cannot be read. `all`: none can. */
    badRows: z.enum(['none', 'one', 'all']),
    /** `page`: every page comes twice. `rows`: a page repeats its first row, older, at its end. */
    duplicates: z.enum(['none', 'page', 'rows']),
    /** How a dead page token is refused: 410, or 400 with `{"code":"position_lost"}`. */
    lostToken: z.union([z.literal(410), z.literal(400)]),
    /** Added to every time that is stamped from now on: the source's clock is wrong. */
    skewMs: z.int(),
    /** Times are cut to multiples of this, so that many rows share one. */
    tieSeconds: z.int().min(0),
    /** Largest page; more is not given even when asked for. */
    maxLimit: z.int().min(1).max(5_000),
  })
  .partial()

export type Settings = Required<{
  [K in keyof z.infer<typeof settingsSchema>]: NonNullable<z.infer<typeof settingsSchema>[K]>
}>

/** One change to many rows. Replaying them in order gives the state, so only they are kept. */
export type RowChange = {
  list: ListName
  op: 'mutate' | 'delete' | 'restore'
  /** Row indexes, or the share of rows chosen by `seed`. */
  rows: readonly number[] | { share: number; seed: number }
  /** The time that the rows are stamped with. */
  at: number
}

/** How rows differ from what they were generated as: 13 bytes each, only once something has changed. */
export type Overlay = { revision: Uint32Array; changedAt: Float64Array; gone: Uint8Array }

export type RowList = { count: number; overlay: Overlay | undefined }

export type BrokenPicture = '404' | 'html' | 'truncated' | 'bomb' | 'svg' | 'redirect_private' | 'http_500'

/** Answers given for one picture. */
export type PictureCount = { ok: number; notModified: number; other: number }

/** Everything one feed sandbox knows. */
export type Feed = {
  context: SandboxContext
  token: string
  settings: Settings
  lists: Record<ListName, RowList>
  changes: RowChange[]
  /** Rows from this index on have no picture of their own. */
  pictures: number
  /** Page tokens of another epoch are dead. */
  tokenEpoch: number
  /** Pages until the tokens die; undefined: they live. */
  killAfterPages: number | undefined
  broken: Map<string, BrokenPicture>
  /** Content changes of a picture under the same address. */
  touched: Map<string, number>
  pictureCounts: Map<string, PictureCount>
  pages: number
}

/** The token that the sandbox takes unless `FEED_API_TOKEN` says otherwise. */
const DEMO_TOKEN = 'feed-demo-token'
const DEFAULT_COUNTS: Record<ListName, number> = { resellers: 24, products: 120 }
/** A picture for each of more rows would be a workload of its own. */
export const DEFAULT_PICTURES = 500

/** Returns a feed of the default size without changes. */
export function createFeed(context: SandboxContext): Feed {
  return {
    context,
    token: context.env.FEED_API_TOKEN || DEMO_TOKEN,
    settings: defaultSettings(),
    lists: {
      resellers: { count: DEFAULT_COUNTS.resellers, overlay: undefined },
      products: { count: DEFAULT_COUNTS.products, overlay: undefined },
    },
    changes: [],
    pictures: DEFAULT_PICTURES,
    tokenEpoch: 1,
    killAfterPages: undefined,
    broken: new Map(),
    touched: new Map(),
    pictureCounts: new Map(),
    pages: 0,
  }
}

/** Returns the settings of a feed that behaves. */
export function defaultSettings(): Settings {
  return {
    form: 'cursor',
    empty: false,
    errorBody: false,
    unknownFields: false,
    changedTypes: {},
    badRows: 'none',
    duplicates: 'none',
    lostToken: 410,
    skewMs: 0,
    tieSeconds: 0,
    maxLimit: 5_000,
  }
}

/** Sets how many rows there are. Changes made before are forgotten: the rows are as generated. */
export function scale(feed: Feed, counts: Record<ListName, number>): void {
  for (const name of LIST_NAMES) feed.lists[name] = { count: counts[name], overlay: undefined }
  feed.changes = []
}

/** Carries out a change and remembers it. Returns how many rows it touched. */
export function change(feed: Feed, rowChange: RowChange): number {
  feed.changes.push(rowChange)
  return applyChange(feed.lists[rowChange.list], rowChange)
}

/** Carries out a change without remembering it. Returns how many rows it touched. */
export function applyChange(list: RowList, { op, rows, at }: RowChange): number {
  const overlay = (list.overlay ??= emptyOverlay(list.count))
  let touched = 0
  const apply = (index: number) => {
    if (index >= list.count) return
    const isGone = overlay.gone[index] === 1
    if (op === 'restore' ? !isGone : isGone) return
    touched += 1
    if (op === 'mutate') overlay.revision[index] = (overlay.revision[index] ?? 0) + 1
    else overlay.gone[index] = op === 'delete' ? 1 : 0
    overlay.changedAt[index] = at
  }
  if (!('share' in rows)) {
    rows.forEach(apply)
    return touched
  }
  const limit = rows.share * 2 ** 32
  for (let index = 0; index < list.count; index += 1) {
    if (mix(index, rows.seed) < limit) apply(index)
  }
  return touched
}

/** Returns the time that a change made now is stamped with. */
export function stamp(feed: Feed, byMs = 0): number {
  return feed.context.clock.now().getTime() + feed.settings.skewMs + byMs
}

/** Returns the number behind a seed as people give it. */
export function seedNumber(seed: string | number): number {
  return hashText(`feed-${seed}`)
}

function emptyOverlay(count: number): Overlay {
  return {
    revision: new Uint32Array(count),
    changedAt: new Float64Array(count),
    gone: new Uint8Array(count),
  }
}
