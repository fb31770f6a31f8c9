import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { elapsedMs } from '#platform/clock.ts'
import { EXAMPLE_ORDER } from '../../../src/http/api/order-schemas.ts'
import { post, readProblem, serverUnderTest } from './http-under-test.ts'
import { TOKEN } from './shop-port.ts'

let server: Awaited<ReturnType<typeof serverUnderTest>>
beforeAll(async () => {
  server = await serverUnderTest(
    {},
    { headersTimeout: 600, requestTimeout: 800, connectionsCheckingInterval: 100 },
  )
})
afterAll(() => server.close())

const KEY = { 'idempotency-key': '5f0c0a52-6d0e-4f5e-9d5c-7f9b8f1f7c11' }

/** A quick refusal: the time any of these may take. */
const QUICK_MS = 1000

async function refusal(path: string, init: RequestInit) {
  const startedAt = elapsedMs()
  const response = await fetch(server.url + path, init)
  const problem = await readProblem(response)
  expect(elapsedMs() - startedAt).toBeLessThan(QUICK_MS)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(problem.status).toBe(response.status)
  return {
    status: response.status,
    code: problem.code,
    pointers: problem.errors?.map(({ pointer }) => pointer),
  }
}

/** The example order as text with one piece replaced, so that anything can be written. */
function orderText(from: string, to: string): string {
  const text = JSON.stringify(EXAMPLE_ORDER)
  expect(text).toContain(from)
  return text.replace(from, to)
}

const QUANTITY = '"quantity":1'

test('the example order is accepted', async () => {
  const response = await fetch(`${server.url}/api/orders/create`, post(EXAMPLE_ORDER, KEY))
  expect(response.status).toBe(201)
})

describe.each(['/api/orders/create', '/api/quote'])('%s refuses', (path) => {
  const body = (from: string, to: string) => {
    if (path !== '/api/quote') return orderText(from, to)
    return JSON.stringify({ items: EXAMPLE_ORDER.items }).replace(from, to)
  }

  test.each([
    '0',
    '-1',
    '-0',
    '1.5',
    '1e9',
    '1e400',
    '9007199254740993',
    '"1"',
    '"١"',
    '[1]',
    '{}',
    'null',
    'true',
  ])('quantity %s', async (quantity) => {
    const answer = await refusal(path, post(body(QUANTITY, `"quantity":${quantity}`), KEY))
    expect(answer).toEqual({
      status: 400,
      code: 'invalid_request',
      pointers: expect.arrayContaining(['/items/0/quantity']),
    })
  })

  test.each([
    ['NaN', '"quantity":NaN'],
    ['1,000', '"quantity":1,000'],
    ['a number with a leading zero', '"quantity":01'],
  ])('%s, which is no JSON', async (_name, text) => {
    expect(await refusal(path, post(body(QUANTITY, text), KEY))).toMatchObject({
      status: 400,
      code: 'malformed_json',
    })
  })

  test.each([
    ['NUL', '"sku":"ML\\u0000"', '/items/0/sku', 'invalid_request'],
    ['half a character', '"sku":"ML\\ud800"', '/items/0/sku', 'invalid_request'],
    ['a key written twice', '"sku":"ML-86","sk\\u0075":"ML-87"', '/items/0/sku', 'malformed_json'],
    ['__proto__', '"sku":"ML-86","__proto__":{"price":1}', '/items/0/__proto__', 'invalid_request'],
    ['an array for a text', '"sku":["ML-86"]', '/items/0/sku', 'invalid_request'],
    ['an empty SKU', '"sku":""', '/items/0/sku', 'invalid_request'],
    ['a price', '"sku":"ML-86","price":1', '/items/0/price', 'invalid_request'],
    ['a status', '"sku":"ML-86","status":"PAID"', '/items/0/status', 'invalid_request'],
  ])('%s', async (_name, text, pointer, code) => {
    expect(await refusal(path, post(body('"sku":"ML-86"', text), KEY))).toEqual({
      status: 400,
      code,
      pointers: [pointer],
    })
  })

  test.each(['total', 'subtotal', 'discount', 'fee', 'id', 'userId', 'role', 'balance', 'currency'])(
    'a top-level %s',
    async (name) => {
      const answer = await refusal(path, post(body('{"items"', `{"${name}":1,"items"`), KEY))
      expect(answer).toEqual({ status: 400, code: 'invalid_request', pointers: [`/${name}`] })
    },
  )

  test.each([
    ['nothing', ''],
    ['a text', '"x"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['half of it', '{"items":['],
    ['no lines', '{"items":[]}'],
    ['lines that are an object', '{"items":{}}'],
  ])('%s', async (_name, text) => {
    expect((await refusal(path, post(text, KEY))).status).toBe(400)
  })

  test('nesting', async () => {
    const deep = `{"items":${'['.repeat(15_000)}${']'.repeat(15_000)}}`
    expect(await refusal(path, post(deep, KEY))).toMatchObject({ status: 400, code: 'malformed_json' })
  })

  test('bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"items":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
    expect(await refusal(path, { ...post('', KEY), body: bytes })).toMatchObject({
      status: 400,
      code: 'malformed_json',
    })
  })

  test.each([1, 20])('%i MB', async (megabytes) => {
    const text = body('"sku":"ML-86"', `"sku":"${'x'.repeat(megabytes * 1024 * 1024)}"`)
    expect(await refusal(path, post(text, KEY))).toMatchObject({ status: 413, code: 'body_too_large' })
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', ''])(
    'content type "%s"',
    async (type) => {
      const init = { ...post({}, KEY), headers: { ...KEY, 'content-type': type } }
      expect(await refusal(path, init)).toMatchObject({ status: 415, code: 'unsupported_media_type' })
    },
  )

  test('a compressed body, without unfolding it', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, 0x20))
    const init = { ...post('', { ...KEY, 'content-encoding': 'gzip' }), body: bomb }
    expect((await refusal(path, init)).status).toBe(415)
  })
})

test('a body without announced length is counted while it is read', async () => {
  const answer = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...KEY }
    const outgoing = httpRequest(`${server.url}/api/quote`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    outgoing.on('error', reject)
    for (let part = 0; part < 20; part++) outgoing.write('x'.repeat(8 * 1024))
    outgoing.end()
  })
  expect(answer).toBe(413)
})

test.each([
  ['/api/services?limit=0', '/query/limit'],
  ['/api/services?limit=101', '/query/limit'],
  ['/api/services?limit=1.5', '/query/limit'],
  ['/api/services?limit=x', '/query/limit'],
  ['/api/services?limit=1&limit=2', '/query/limit'],
  ['/api/services?q=%00', '/query/q'],
  [`/api/services?q=${'x'.repeat(200)}`, '/query/q'],
  ['/api/services?category=..%2F..', '/query/category'],
  ['/api/services?type=GIFT', '/query/type'],
])('%s is refused', async (path, pointer) => {
  expect(await refusal(path, {})).toEqual({ status: 400, code: 'invalid_request', pointers: [pointer] })
})

test.each([
  '/api/services/..%2f..%2fetc%2fpasswd',
  '/api/services/%00',
  "/api/services/a'%20or%201=1",
  '/api/services/__proto__',
  '/api/track/%00',
  '/api/track/short',
  `/api/track/${'x'.repeat(500)}`,
  '/api/track/%ff%fe',
  '/art/..%2f..%2fpackage.json',
  '/art/x.png',
  '/assets/..%2f..%2fpackage.json',
])('%s does not exist', async (path) => {
  expect(await refusal(path, {})).toMatchObject({ status: 404, code: 'not_found' })
})

test('unknown, foreign and malformed tokens are answered alike', async () => {
  const bodies = await Promise.all(
    [TOKEN.replace('0001', '0002'), 'x'].map(async (token) => {
      const { requestId: _requestId, ...problem } = await readProblem(
        await fetch(`${server.url}/api/track/${token}`),
      )
      return problem
    }),
  )
  expect(bodies[0]).toEqual(bodies[1])
})

test.each([
  ['short', 'idempotency_key_invalid'],
  ['x'.repeat(256), 'idempotency_key_invalid'],
  ['with blanks in between', 'idempotency_key_invalid'],
  ['', 'idempotency_key_missing'],
])('the idempotency key "%s" is refused', async (key, code) => {
  expect(await refusal('/api/orders/create', post(EXAMPLE_ORDER, { 'idempotency-key': key }))).toMatchObject({
    status: 400,
    code,
  })
})

test.each([
  '//evil.test',
  'https://evil.test/',
  '/\\evil.test',
  'javascript:alert(1)',
  'http://shop.test.evil.test/',
  'http://shop.test@evil.test/',
  '/\t/evil.test',
])('the return address %s is refused', async (returnUrl) => {
  const answer = await refusal('/api/orders/create', post({ ...EXAMPLE_ORDER, returnUrl }, KEY))
  expect(answer).toEqual({ status: 400, code: 'invalid_request', pointers: ['/returnUrl'] })
})

test.each(['x', 'MTAwMDphYmM', '%00', 'x'.repeat(600)])('the cursor %s is refused', async (cursor) => {
  const answer = await refusal(`/api/services?cursor=${cursor}`, {})
  expect(answer).toEqual({ status: 400, code: 'invalid_request', pointers: ['/query/cursor'] })
})

test('the account of a product that does not exist is not checked', async () => {
  const body = { service: 'no-such-product', input: { user_id: '12345678' } }
  expect(await refusal('/api/services/nickname', post(body))).toEqual({
    status: 404,
    code: 'not_found',
    pointers: ['/service'],
  })
})

/** Writes raw bytes and returns the whole answer. */
function speak(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.write(text)
  })
}

test.each([
  [
    'huge headers',
    `GET /healthz HTTP/1.1\r\nhost: x\r\ncookie: ${'a'.repeat(64 * 1024)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  ['no HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
  ['slow headers', 'GET /healthz HTTP/1.1\r\nhost: x\r\n', 408, 'request_timeout'],
  [
    'two lengths',
    'POST /api/quote HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabc',
    400,
    'malformed_request',
  ],
])('%s are answered with a problem', async (_name, text, status, code) => {
  const answer = await speak(text)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, code })
})

test('a slow body is given up', async () => {
  const answer = await speak(
    'POST /api/quote HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"items"',
  )
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
})

test('a target that is no address is refused', async () => {
  const answer = await speak('GET http://[ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('"code":"malformed_request"')
})
