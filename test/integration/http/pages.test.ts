import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { beforeEach, expect, test } from 'vitest'
import type { PagesHandler } from '../../../src/http/index.ts'
import { APP_URL, httpUnderTest, SNAP_ORIGIN } from './http-under-test.ts'

const LONG = 'Halo '.repeat(1000)

let renders: { url: string; locale: string; cookie: string | null; method: string }[] = []
beforeEach(() => {
  renders = []
})

/** Pages that say what they saw. */
const pages: PagesHandler = async (request, visitor) => {
  const url = new URL(request.url)
  renders.push({
    url: request.url,
    locale: visitor.locale,
    cookie: request.headers.get('cookie'),
    method: request.method,
  })
  const headers = new Headers({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'public, max-age=0, s-maxage=60',
  })
  if (url.pathname.startsWith('/invoice/')) headers.set('cache-control', 'no-store')
  if (url.pathname === '/faq') headers.append('set-cookie', 'session=secret')
  if (url.pathname === '/products') headers.set('cache-tag', 'catalogue, prices')
  if (url.pathname.startsWith('/checkout/') && request.method === 'POST') {
    const to = new URLSearchParams(await request.text()).get('to') ?? ''
    return new Response(null, { status: 302, headers: { location: to } })
  }
  return new Response(`<!doctype html>${visitor.locale} ${url.pathname}${url.search} ${LONG}`, { headers })
}

function pagesUnderTest() {
  let clear: (tags: readonly string[] | 'all') => void = () => undefined
  const http = httpUnderTest({ deps: { pages, cacheTags: { subscribe: (listener) => (clear = listener) } } })
  const get = (path: string, headers: Record<string, string> = {}) => http.request(path, { headers })
  return { http, get, clear: (tags: readonly string[] | 'all') => clear(tags) }
}

test('a public page is rendered once for everybody, without anything of the visitor', async () => {
  const { get } = pagesUnderTest()
  const answers = await Promise.all([
    get('/?utm_source=a', { cookie: 'session=mine' }),
    get('/?utm_source=b'),
    get('/'),
  ])
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1)
  expect(renders).toEqual([{ url: `${APP_URL}/`, locale: 'id', cookie: null, method: 'GET' }])
})

test('languages are kept apart', async () => {
  const { get } = pagesUnderTest()
  expect(await (await get('/')).text()).toMatch(/id \/ /)
  expect(await (await get('/', { 'accept-language': 'en' })).text()).toMatch(/en \/ /)
  expect(await (await get('/', { cookie: 'lang=en' })).text()).toMatch(/en \/ /)
  expect(await (await get('/', { cookie: 'lang=en; x=1', 'accept-language': 'id' })).text()).toMatch(/en \/ /)
})

test('a language in the address is remembered and stays in the address', async () => {
  const { get } = pagesUnderTest()
  const english = await get('/?lang=en')
  expect(english.status).toBe(200)
  expect(english.headers.get('set-cookie')).toMatch(/^lang=en; Path=\/;.*SameSite=Lax; HttpOnly$/)
  expect(english.headers.get('cache-control')).toBe('private, no-cache')
  const known = await get('/?lang=en', { cookie: 'lang=en' })
  expect(known.headers.get('set-cookie')).toBeNull()
  expect(known.headers.get('cache-control')).toMatch(/^public/)
  expect((await get('/?lang=xx%0d%0aset-cookie:a=b')).headers.get('set-cookie')).toBeNull()
})

test('a known version is not sent again', async () => {
  const { get, http } = pagesUnderTest()
  const first = await get('/')
  const etag = first.headers.get('etag') ?? ''
  const second = await get('/', { 'if-none-match': etag })
  expect([second.status, await second.text()]).toEqual([304, ''])
  const head = await http.request('/', { method: 'HEAD' })
  expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])
})

test('each encoding is what the client asked for', async () => {
  const { get } = pagesUnderTest()
  const plain = await (await get('/')).text()
  const brotli = await get('/', { 'accept-encoding': 'gzip, deflate, br' })
  expect(brotli.headers.get('content-encoding')).toBe('br')
  expect(brotliDecompressSync(Buffer.from(await brotli.arrayBuffer())).toString()).toBe(plain)
  const gzip = await get('/', { 'accept-encoding': 'gzip, br;q=0' })
  expect(gzip.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(Buffer.from(await gzip.arrayBuffer())).toString()).toBe(plain)
  expect(gzip.headers.get('vary')).toMatch(/accept-encoding/)
  expect(renders).toHaveLength(1)
})

test.each(['/faq', '/invoice/LP-7K2M9Q4XA0?t=secret', '/checkout/mobile-legends', '/not-there'])(
  '%s is never kept',
  async (path) => {
    const { get } = pagesUnderTest()
    await get(path)
    const again = await get(path, { 'accept-encoding': 'br' })
    expect(renders).toHaveLength(2)
    expect(again.headers.get('cache-control')).toMatch(/no-store|private/)
    expect(again.headers.get('content-encoding')).toBeNull()
  },
)

test('announced changes clear the pages concerned', async () => {
  const { get, clear } = pagesUnderTest()
  await get('/products')
  clear(['somewhere-else'])
  await get('/products')
  expect(renders).toHaveLength(1)
  clear(['prices'])
  const fresh = await get('/products')
  expect(renders).toHaveLength(2)
  expect(fresh.headers.get('cache-tag')).toBeNull()
})

const form = (
  to: string,
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams({ to }).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
})

test.each([
  ['/invoice/LP-1', '/invoice/LP-1'],
  [`${APP_URL}/track`, `${APP_URL}/track`],
  [`${SNAP_ORIGIN}/snap/v4/1`, `${SNAP_ORIGIN}/snap/v4/1`],
  ['https://evil.test/', '/'],
  ['//evil.test', '/'],
  ['/\\evil.test', '/'],
])('a form that leads to %s goes to %s', async (to, expected) => {
  const response = await pagesUnderTest().http.request('/checkout/mobile-legends', form(to))
  expect([response.status, response.headers.get('location')]).toEqual([302, expected])
})

test.each([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another origin', { origin: 'https://evil.test' }],
  ['no browser', {}],
])('a form from %s is refused', async (_name, headers) => {
  const response = await pagesUnderTest().http.request('/checkout/mobile-legends', form('/', headers))
  expect(response.status).toBe(403)
  expect(renders).toHaveLength(0)
})

test('forms of another kind and too large ones are refused', async () => {
  const { http } = pagesUnderTest()
  const own = { 'sec-fetch-site': 'same-origin' }
  const send = (headers: Record<string, string>, body: string) =>
    http.request('/track', { method: 'POST', headers: { ...own, ...headers }, body })
  expect((await send({ 'content-type': 'text/plain' }, 'x')).status).toBe(415)
  const large = await send(
    { 'content-type': 'application/x-www-form-urlencoded' },
    `x=${'y'.repeat(300_000)}`,
  )
  expect(large.status).toBe(413)
  expect((await http.request('/track', { method: 'PUT', headers: own })).status).toBe(405)
})

test('no host a client names reaches a page', async () => {
  const { get } = pagesUnderTest()
  await get('/invoice/LP-1', {
    host: 'evil.test',
    'x-forwarded-host': 'evil.test',
    forwarded: 'host=evil.test',
  })
  expect(renders[0]?.url).toBe(`${APP_URL}/invoice/LP-1`)
})

test('NUL in an address is refused before any page sees it', async () => {
  const { get } = pagesUnderTest()
  expect((await get('/products?q=%00')).status).toBe(400)
  expect(renders).toHaveLength(0)
})

test('people in a browser see a refusal as a page in their language, programs as a problem', async () => {
  const broken = httpUnderTest({ deps: { pages: () => Promise.reject(new Error('secret detail')) } })
  const page = await broken.request('/', {
    headers: { accept: 'text/html,*/*;q=0.8', 'accept-language': 'en' },
  })
  expect([page.status, page.headers.get('content-type')]).toEqual([500, 'text/html; charset=utf-8'])
  const text = await page.text()
  expect(text).toContain('Something went wrong on our side')
  expect(text).not.toContain('secret detail')
  const problem = await broken.request('/')
  expect([problem.status, problem.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
})
