import { Writable } from 'node:stream'
import pino from 'pino'
import { expect, test } from 'vitest'
import { ADMIN_TOKEN, CRON_KEY, httpUnderTest } from './http-under-test.ts'
import { shopPort, TOKEN } from './shop-port.ts'

/** What a server with these answers writes to its log. */
async function logOf(
  ask: (http: ReturnType<typeof httpUnderTest>) => Promise<unknown>,
  app = shopPort(),
): Promise<string> {
  let text = ''
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk)
      done()
    },
  })
  const pages = async () => new Response('page', { headers: { 'cache-control': 'no-store' } })
  await ask(httpUnderTest({ app, deps: { log: pino({ base: null }, stream), pages } }))
  return text
}

test('one line per request names the route, never a token, a key, a query or an address', async () => {
  const text = await logOf(async (http) => {
    await http.request(`/api/track/${TOKEN}?t=${TOKEN}`)
    await http.request(`/track/${TOKEN}`)
    await http.request(`/invoice/LP-7K2M9Q4XA0?t=${TOKEN}`)
    await http.request(`/api/orders/process?key=${CRON_KEY}`)
    await http.request('/api/runs', { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
    await http.request('/api/services?q=private+search')
  })
  const lines = text
    .trim()
    .split('\n')
    .map((line): { route: string } => JSON.parse(line))
  expect(lines.map(({ route }) => route)).toEqual([
    '/api/track/{token}',
    '/track/:token',
    '/invoice/:orderNumber',
    '/api/orders/process',
    '/api/runs',
    '/api/services',
  ])
  for (const secret of [TOKEN, CRON_KEY, ADMIN_TOKEN, 'LP-7K2M9Q4XA0', 'private', '0.0.0.0'])
    expect(text).not.toContain(secret)
})

test('a refused entry leaves the address, a bug leaves its cause', async () => {
  const app = shopPort({
    sync: {
      listRuns: async () => {
        throw new Error('broken pipe')
      },
    },
  })
  const text = await logOf(async (http) => {
    await http.request('/api/runs')
    await http.request('/api/runs', { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
  }, app)
  expect(text).toContain('"ip":"0.0.0.0"')
  expect(text).toContain('broken pipe')
})
