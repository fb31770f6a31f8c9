import { Hono } from 'hono'
import { z } from 'zod'
import { controlError, readControl } from '../control.ts'
import {
  change,
  DEFAULT_PICTURES,
  LIST_NAMES,
  scale,
  seedNumber,
  settingsSchema,
  stamp,
  type Feed,
  type ListName,
  type RowChange,
} from './feed-state.ts'
import { rowIndex } from './row-text.ts'

/** A million rows of each kind and a margin. */
const MAX_ROWS = 2_000_000

const rowsSchema = z
  .object({
    list: z.enum(['resellers', 'products']).optional(),
    share: z.number().min(0).max(1).optional(),
    ids: z.array(z.string()).optional(),
    seed: z.union([z.string(), z.number()]).default(1),
  })
  .refine(({ share, ids }) => (share === undefined) !== (ids === undefined), 'either share or ids')
const scaleSchema = z.object({
  resellers: z.int().min(0).max(MAX_ROWS).optional(),
  products: z.int().min(0).max(MAX_ROWS).optional(),
  pictures: z.int().min(0).max(MAX_ROWS).default(DEFAULT_PICTURES),
})
const pictureSchema = z.object({
  path: z.string().startsWith('/images/'),
  /** How it is broken; null mends it. */
  broken: z
    .enum(['404', 'html', 'truncated', 'bomb', 'svg', 'redirect_private', 'http_500'])
    .nullable()
    .optional(),
  /** Another content under the same address. */
  change: z.boolean().optional(),
})

/** Returns the control routes of the feed sandbox. */
export function createFeedControl(feed: Feed): Hono {
  const app = new Hono()
  app.post('/_sandbox/scale', async (c) => {
    const { pictures, ...counts } = await readControl(c, scaleSchema)
    scale(feed, { ...sizes(feed), ...withoutAbsent(counts) })
    feed.pictures = pictures
    return c.json(sizes(feed))
  })
  app.post('/_sandbox/mutate', async (c) =>
    c.json(changeRows(feed, 'mutate', await readControl(c, rowsSchema))),
  )
  app.post('/_sandbox/late', async (c) => {
    const { byMs, ...wish } = await readControl(
      c,
      z.intersection(rowsSchema, z.object({ byMs: z.int().min(0) })),
    )
    return c.json(changeRows(feed, 'mutate', wish, -byMs))
  })
  app.post('/_sandbox/delete', async (c) =>
    c.json(changeRows(feed, 'delete', await readControl(c, rowsSchema))),
  )
  app.post('/_sandbox/restore', async (c) => {
    const everyRow = z.strictObject({}).transform(() => ({ share: 1, seed: 1 }))
    const wish = await readControl(c, z.union([everyRow, rowsSchema]))
    return c.json(changeRows(feed, 'restore', wish))
  })
  app.post('/_sandbox/kill-tokens', async (c) => {
    const { afterPages } = await readControl(c, z.object({ afterPages: z.int().min(1).optional() }))
    feed.killAfterPages = afterPages
    if (afterPages === undefined) feed.tokenEpoch += 1
    return c.json({ tokenEpoch: feed.tokenEpoch, killAfterPages: feed.killAfterPages ?? null })
  })
  app.post('/_sandbox/token', async (c) => {
    feed.token = (await readControl(c, z.object({ token: z.string().min(1) }))).token
    return c.json({ ok: true })
  })
  app.post('/_sandbox/picture', async (c) => {
    const wish = await readControl(c, pictureSchema)
    if (wish.broken) feed.broken.set(wish.path, wish.broken)
    if (wish.broken === null) feed.broken.delete(wish.path)
    if (wish.change) feed.touched.set(wish.path, (feed.touched.get(wish.path) ?? 0) + 1)
    return c.json({ broken: feed.broken.get(wish.path) ?? null, content: feed.touched.get(wish.path) ?? 0 })
  })
  app.post('/_sandbox/config', async (c) => {
    const wish = await readControl(c, settingsSchema)
    Object.assign(feed.settings, JSON.parse(JSON.stringify(wish)))
    return c.json(feed.settings)
  })
  return app
}

/** Returns how many rows each list has, gone ones included. */
export function sizes(feed: Feed): Record<ListName, number> {
  return { resellers: feed.lists.resellers.count, products: feed.lists.products.count }
}

function withoutAbsent(counts: {
  resellers?: number | undefined
  products?: number | undefined
}): Partial<Record<ListName, number>> {
  return {
    ...(counts.resellers === undefined ? {} : { resellers: counts.resellers }),
    ...(counts.products === undefined ? {} : { products: counts.products }),
  }
}

type RowWish = {
  list?: ListName | undefined
  share?: number | undefined
  ids?: string[] | undefined
  seed: string | number
}

function changeRows(feed: Feed, op: RowChange['op'], wish: RowWish, byMs = 0): Record<ListName, number> {
  const at = stamp(feed, byMs)
  const touched = { resellers: 0, products: 0 }
  for (const list of LIST_NAMES) {
    if (wish.list !== undefined && wish.list !== list) continue
    const rows =
      wish.ids === undefined
        ? { share: wish.share ?? 0, seed: seedNumber(wish.seed) }
        : indexesOf(wish.ids, list)
    touched[list] = change(feed, { list, op, rows, at })
  }
  return touched
}

function indexesOf(ids: readonly string[], list: ListName): number[] {
  const letter = list === 'products' ? 'P' : 'R'
  return ids
    .filter((id) => id.startsWith(letter))
    .map((id) => {
      const index = rowIndex(id)
      if (index === undefined) throw controlError(404, `no row ${id}`)
      return index
    })
}
