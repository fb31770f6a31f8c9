import { createLog } from '#platform/log.ts'
import type { App } from '../../../src/app.ts'
import {
  createHttp,
  listen,
  type HttpConfig,
  type HttpDeps,
  type ServerLimits,
} from '../../../src/http/index.ts'
import { shopPort } from './shop-port.ts'

export const ADMIN_TOKEN = 'admin-token-of-the-test'
export const CRON_KEY = 'cron-key-of-the-test'
export const APP_URL = 'http://shop.test'
export const SNAP_ORIGIN = 'https://snap.test'

type Options = {
  app?: App
  config?: Partial<HttpConfig>
  deps?: Partial<Omit<HttpDeps, 'app' | 'config'>>
}

/** The HTTP side over the port's answers. Without a network: `http.request(path)`. */
export function httpUnderTest({ app = shopPort(), config = {}, deps = {} }: Options = {}) {
  return createHttp({
    app,
    log: createLog('silent'),
    pages: null,
    assetsDir: null,
    drawArt: (slug) => (slug === 'mobile-legends' ? '<svg xmlns="http://www.w3.org/2000/svg"/>' : undefined),
    ...deps,
    config: {
      appUrl: APP_URL,
      adminToken: ADMIN_TOKEN,
      cronKey: CRON_KEY,
      trustedProxies: [],
      snapOrigin: SNAP_ORIGIN,
      rateLimits: 'off',
      ...config,
    },
  })
}

/** The same on a free port. */
export async function serverUnderTest(options: Options = {}, limits: Partial<ServerLimits> = {}) {
  const { port, close } = await listen(httpUnderTest(options), 0, {
    host: '127.0.0.1',
    limits,
    appUrl: APP_URL,
  })
  return { port, close, url: `http://127.0.0.1:${port}` }
}

/** A POST of JSON. */
export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } }
}

/** A problem as clients read it. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  requestId: string
  errors?: { pointer: string; code: string; detail: string }[]
}

/** The body of a refused request. */
export async function readProblem(response: Response): Promise<Problem> {
  return (await response.json()) as Problem
}
