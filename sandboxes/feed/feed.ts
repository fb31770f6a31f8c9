import { Hono } from 'hono'
import type { Sandbox, SandboxContext, SandboxDefinition } from '../sandbox.ts'
import { createFeedApi } from './api-routes.ts'
import { createFeedControl, sizes } from './control-routes.ts'
import {
  applyChange,
  createFeed,
  scale,
  type BrokenPicture,
  type Feed,
  type ListName,
  type RowChange,
} from './feed-state.ts'
import { renderHomePage } from './home-page.ts'
import { createPictures } from './picture-routes.ts'

/** The resellers-and-products feed; the API is under `/apis`. */
export const feedSandbox: SandboxDefinition = {
  name: 'feed',
  title: 'Feed reseller dan produk',
  portOffset: 6,
  create: createFeedSandbox,
}

type Saved = {
  counts: Record<ListName, number>
  pictures: number
  changes: RowChange[]
  token: string
  broken: [string, BrokenPicture][]
  touched: [string, number][]
}

function createFeedSandbox(context: SandboxContext): Sandbox {
  const feed = createFeed(context)
  const app = new Hono()
  app.get('/', (c) => c.html(renderHomePage(feed, new URL(c.req.url).origin)))
  app.route('/', createFeedApi(feed))
  app.route('/', createPictures(feed))
  app.route('/', createFeedControl(feed))
  return {
    app,
    state: () => ({
      settings: feed.settings,
      rows: sizes(feed),
      changes: feed.changes.length,
      pages: feed.pages,
      broken: Object.fromEntries(feed.broken),
      pictures: Object.fromEntries(feed.pictureCounts),
    }),
    save: (): Saved => ({
      counts: sizes(feed),
      pictures: feed.pictures,
      changes: feed.changes,
      token: feed.token,
      broken: [...feed.broken],
      touched: [...feed.touched],
    }),
    restore: (saved) => restore(feed, saved as Saved),
    reset: () => void Object.assign(feed, createFeed(context)),
  }
}

function restore(feed: Feed, saved: Saved): void {
  scale(feed, saved.counts)
  feed.changes = saved.changes
  for (const rowChange of saved.changes) applyChange(feed.lists[rowChange.list], rowChange)
  feed.pictures = saved.pictures
  feed.token = saved.token
  feed.broken = new Map(saved.broken)
  feed.touched = new Map(saved.touched)
}
