import { afterAll, beforeAll, expect, test } from 'vitest'
import { request } from 'node:http'
import { httpUnderTest, serverUnderTest } from './http-under-test.ts'
import { shopPort } from './shop-port.ts'

let server: Awaited<ReturnType<typeof serverUnderTest>>
const asked: string[] = []
beforeAll(async () => {
  const read = async (key: string) => {
    asked.push(key)
    return { body: new Uint8Array([1]), contentType: 'image/webp' }
  }
  server = await serverUnderTest({ app: shopPort({ media: { read } }) })
})
afterAll(() => server.close())

/** The status of a path sent exactly as it is written. */
function statusOf(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

test('a picture may be kept for ever and is nothing but a picture', async () => {
  const http = httpUnderTest()
  const response = await http.request('/media/images/ab12.webp')
  expect(response.status).toBe(200)
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]))
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  })
  const again = await http.request('/media/images/ab12.webp', {
    headers: { 'if-none-match': response.headers.get('etag') ?? '' },
  })
  expect(again.status).toBe(304)
})

test('what is no picture is not served', async () => {
  expect((await httpUnderTest().request('/media/images/page.html')).status).toBe(404)
  expect((await httpUnderTest().request('/media/images/none.webp')).status).toBe(404)
})

test.each([
  '/media/../package.json',
  '/media/..%2f..%2fpackage.json',
  '/media/images/..%2F..%2Fkeys.json',
  '/media/%2e%2e/%2e%2e/keys.json',
  '/media/images/.hidden',
  '/media/.env',
  '/media//etc/passwd',
  '/media/%2fetc%2fpasswd',
  '/media/images%5c..%5ckeys.json',
  '/media/images/a.webp%00.png',
  '/media/',
  `/media/${'a'.repeat(400)}`,
])('%s does not exist', async (path) => {
  asked.length = 0
  expect(await statusOf(path)).toBe(404)
  expect(asked).toEqual([])
})
