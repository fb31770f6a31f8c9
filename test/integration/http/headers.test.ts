import { expect, test } from 'vitest'
import { ADMIN_TOKEN, httpUnderTest } from './http-under-test.ts'
import { TOKEN } from './shop-port.ts'

const pages = async (request: Request) =>
  new Response('<!doctype html><p>page</p>', {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': new URL(request.url).pathname === '/' ? 'public, max-age=0' : 'no-store',
    },
  })

/** Headers that differ from request to request. */
const VARIABLE = new Set(['x-request-id', 'etag', 'content-length'])

async function headersOf(path: string, appUrl: string) {
  const http = httpUnderTest({ deps: { pages }, config: { appUrl } })
  const response = await http.request(path, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
  return Object.fromEntries([...response.headers].filter(([name]) => !VARIABLE.has(name)))
}

test.each([
  ['public page', '/'],
  ['order page', `/track/${TOKEN}`],
  ['checkout page', '/checkout/mobile-legends'],
  ['public API', '/api/services'],
  ['order API', `/api/track/${TOKEN}`],
  ['operator API', '/api/runs'],
  ['picture', '/art/mobile-legends.svg'],
  ['reference', '/api/docs'],
  ['unknown API route', '/api/nothing'],
])('%s', async (_name, path) => {
  expect(await headersOf(path, 'https://shop.test')).toMatchSnapshot()
})

test('HTTPS is demanded only where the shop has it', async () => {
  expect((await headersOf('/', 'https://shop.test'))['strict-transport-security']).toMatch(/^max-age=\d{8,}/)
  expect(await headersOf('/', 'http://shop.test')).not.toHaveProperty('strict-transport-security')
})

test('every answer carries its own request id', async () => {
  const http = httpUnderTest()
  const ids = await Promise.all(
    ['/healthz', '/healthz', '/api/x'].map(async (path) =>
      (await http.request(path)).headers.get('x-request-id'),
    ),
  )
  expect(new Set(ids).size).toBe(3)
})
