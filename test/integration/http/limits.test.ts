import { describe, expect, test } from 'vitest'
import { createClientIp, countingKey } from '../../../src/http/client-ip.ts'
import { EXAMPLE_ORDER } from '../../../src/http/api/order-schemas.ts'
import { httpUnderTest, post, serverUnderTest } from './http-under-test.ts'

const KEY = { 'idempotency-key': '5f0c0a52-6d0e-4f5e-9d5c-7f9b8f1f7c11' }

test('beyond the limit and its burst requests are refused with a time to wait', async () => {
  const create = { points: 2, seconds: 60, burst: { points: 1, seconds: 60 } }
  const http = httpUnderTest({ config: { rateLimits: { create } } })
  const answers = []
  for (let turn = 0; turn < 5; turn++)
    answers.push(await http.request('/api/orders/create', post(EXAMPLE_ORDER, KEY)))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 429, 429])
  expect(answers[0]?.headers.get('ratelimit-remaining')).toBe('1')
  expect(Number(answers[4]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await answers[4]?.json()).toMatchObject({
    code: 'rate_limited',
    retryAfterSeconds: expect.any(Number),
  })
})

test('the limit of everybody together holds across addresses', async () => {
  const track = { points: 10, seconds: 60, global: 2 }
  const http = httpUnderTest({ config: { rateLimits: { track }, trustedProxies: ['0.0.0.0'] } })
  const ask = (ip: string) =>
    http.request('/api/track/unknown-token-000001', { headers: { 'x-forwarded-for': ip } })
  expect([
    (await ask('1.1.1.1')).status,
    (await ask('2.2.2.2')).status,
    (await ask('3.3.3.3')).status,
  ]).toEqual([404, 404, 429])
})

test('a forwarded address counts only through a trusted proxy', async () => {
  const rateLimits = { track: { points: 2, seconds: 60 } }
  const spoof = async (trustedProxies: string[]) => {
    const server = await serverUnderTest({ config: { rateLimits, trustedProxies } })
    const statuses = []
    for (let turn = 0; turn < 4; turn++) {
      const headers = { 'x-forwarded-for': `10.0.0.${turn}` }
      statuses.push((await fetch(`${server.url}/api/track/unknown-token-000001`, { headers })).status)
    }
    await server.close()
    return statuses
  }
  expect(await spoof([])).toEqual([404, 404, 429, 429])
  expect(await spoof(['127.0.0.1'])).toEqual([404, 404, 404, 404])
})

describe('the client’s address', () => {
  const find = createClientIp(['10.0.0.0/8', '::1'])

  test.each([
    ['203.0.113.9', '1.2.3.4', '203.0.113.9'],
    ['10.0.0.1', '1.2.3.4', '1.2.3.4'],
    ['::ffff:10.0.0.1', '9.9.9.9, 1.2.3.4, 10.2.3.4', '1.2.3.4'],
    ['10.0.0.1', 'nonsense', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.2', '10.0.0.2'],
    ['::1', '2001:db8::7', '2001:db8::7'],
  ])('from %s with %s is %s', (socket, forwarded, expected) => {
    expect(find(socket, forwarded)).toBe(expected)
  })

  test('IPv6 visitors are counted by their network', () => {
    expect(countingKey('2001:db8:1:2::7')).toBe(countingKey('2001:db8:1:2:ffff::1'))
    expect(countingKey('2001:db8:1:2::7')).not.toBe(countingKey('2001:db8:1:3::7'))
    expect(countingKey('203.0.113.9')).toBe('203.0.113.9')
  })

  test('a range that is none is refused at start', () => {
    expect(() => createClientIp(['proxy.example'])).toThrow(RangeError)
  })
})

describe('requests from other sites', () => {
  const order = (headers: Record<string, string>) =>
    httpUnderTest().request('/api/orders/create', post(EXAMPLE_ORDER, { ...KEY, ...headers }))

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://shop.test' }, 403],
    [{ origin: 'http://evil.test' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://shop.test.evil.test' }, 403],
    [{ origin: 'https://shop.test' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 201],
    [{ 'sec-fetch-site': 'none' }, 201],
    [{ origin: 'http://shop.test' }, 201],
    [{}, 201],
  ])('%o is answered with %i', async (headers, status) => {
    expect((await order(headers)).status).toBe(status)
  })
})
