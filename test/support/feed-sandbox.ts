import { startSandboxes } from '../../sandboxes/main.ts'
import { createFeed, type Feed, type FeedOptions } from '../../src/providers/feed/feed.ts'

/** A running feed sandbox with the switches that tests use. */
export type FeedSandbox = {
  url: string
  connect(options?: Partial<FeedOptions>): Feed
  control(route: string, body?: unknown): Promise<unknown>
  stop(): Promise<void>
}

/** The token that the sandbox takes. */
export const FEED_DEMO_TOKEN = 'feed-demo-token'

/** Starts the sandbox alone on a free port. */
export async function startFeedSandbox(): Promise<FeedSandbox> {
  const running = await startSandboxes({ port: 0, only: ['feed'] })
  const url = running.urls['feed'] ?? ''
  return {
    url,
    connect: (options) => createFeed({ apiUrl: url, token: FEED_DEMO_TOKEN, ...options }),
    async control(route, body = {}) {
      const response = await fetch(`${url}/_sandbox/${route}`, { method: 'POST', body: JSON.stringify(body) })
      if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`)
      return await response.json()
    },
    stop: running.stop,
  }
}
