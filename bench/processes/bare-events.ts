import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { serveParent } from '../support/child.ts'

/** What a page holds open: told by number, sent at once. The least that an event can cost. */
const pages = new Map<string, (data: string) => void>()
const app = new Hono()

app.get('/events/:page', (c) =>
  streamSSE(c, async (stream) => {
    await stream.writeSSE({ event: 'order', data: '{}', id: '1' })
    const gone = Promise.withResolvers<void>()
    stream.onAbort(gone.resolve)
    pages.set(c.req.param('page'), (data) => void stream.writeSSE({ event: 'order', data, id: '2' }))
    await gone.promise
  }),
)

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  serveParent(
    `http://127.0.0.1:${port}`,
    {
      tell: ({ page, data }: { page: string; data: string }) => pages.get(page)?.(data),
      usage() {
        const { user, system } = process.cpuUsage()
        return { rssBytes: process.memoryUsage.rss(), cpuMicroseconds: user + system }
      },
    },
    () => {
      server.close()
      // Streams stay open for ever; the process is done with them.
      process.exit(0)
    },
  )
})
