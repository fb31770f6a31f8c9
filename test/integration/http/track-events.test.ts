import { afterEach, expect, test } from 'vitest'
import { createTrackEvents, STREAM_LIMITS, type StreamLimits } from '../../../src/http/api/track-events.ts'
import type { RequestContext } from '../../../src/http/route.ts'
import type { App } from '../../../src/app.ts'
import { serverUnderTest } from './http-under-test.ts'
import { shopPort, TOKEN, trackView } from './shop-port.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function start(app?: App) {
  const server = await serverUnderTest(app === undefined ? {} : { app })
  closers.push(server.close)
  return (headers: Record<string, string> = {}, method = 'GET', signal?: AbortSignal) =>
    fetch(`${server.url}/api/track/${TOKEN}/events`, { headers, method, ...(signal ? { signal } : {}) })
}

test('every change is one event with its version, and a settled order ends the stream', async () => {
  const follow = await start()
  const response = await follow()
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const text = await response.text()
  expect(text.match(/^id: \d+$/gm)).toEqual(['id: 1', 'id: 2'])
  expect(text.trimEnd().endsWith('event: end\ndata: {}')).toBe(true)
})

test('a browser that saw the end is told to stay away', async () => {
  const follow = await start(shopPort({ orders: { track: async () => trackView(7, 'SUCCESS') } }))
  expect((await follow({ 'last-event-id': '7' })).status).toBe(204)
  expect((await follow({ 'last-event-id': '6' })).status).toBe(200)
})

test('silence is filled with comments', async () => {
  let turns = 0
  const waitForChange = async () => ++turns === 3
  const track = async () => (turns < 3 ? trackView(1) : undefined)
  const follow = await start(shopPort({ orders: { waitForChange, track } }))
  const text = await (await follow()).text()
  expect(text.match(/^: still here$/gm)).toHaveLength(2)
})

test('HEAD opens no stream', async () => {
  const follow = await start()
  expect((await follow({}, 'HEAD')).status).toBe(200)
})

/** Waits like the domain does: until the signal aborts. */
function waiting(onAbort: () => void = () => undefined): App {
  const waitForChange: App['orders']['waitForChange'] = (_token, _version, _timeout, signal) =>
    new Promise((resolve) =>
      signal.addEventListener('abort', () => {
        onAbort()
        resolve(false)
      }),
    )
  return shopPort({ orders: { waitForChange } })
}

test('a browser that leaves stops the waiting', async () => {
  const left = Promise.withResolvers<void>()
  const follow = await start(waiting(left.resolve))
  const leave = new AbortController()
  const response = await follow({}, 'GET', leave.signal)
  await response.body?.getReader().read()
  leave.abort()
  await expect(left.promise).resolves.toBeUndefined()
})

test('stopping the server ends open streams at once', async () => {
  const server = await serverUnderTest({ app: waiting() }, { closeGrace: 5000 })
  const response = await fetch(`${server.url}/api/track/${TOKEN}/events`)
  const text = response.text()
  await server.close()
  expect(await text).toContain('id: 1')
})

test('connections are bounded for one address and in total, and places are given back', async () => {
  const app = waiting()
  const open = async (limits: StreamLimits, ip: string, signal = new AbortController().signal) => {
    const url = new URL(`http://shop.test/api/track/${TOKEN}/events`)
    const context: RequestContext = {
      app,
      request: new Request(url, { signal }),
      url,
      params: { token: TOKEN },
      visitor: { ip, locale: 'id' },
      requestId: 'r',
      closing: new AbortController().signal,
      appUrl: url.origin,
      hangUp: () => undefined,
    }
    return route(limits).answer(context)
  }
  const routes = new Map<StreamLimits, ReturnType<typeof createTrackEvents>>()
  const route = (limits: StreamLimits) => {
    const known = routes.get(limits) ?? createTrackEvents(limits)
    routes.set(limits, known)
    return known
  }
  const limits = { ...STREAM_LIMITS, perAddress: 2, total: 3 }
  const leaving = new AbortController()
  const results = [
    await open(limits, '1.1.1.1', leaving.signal),
    await open(limits, '1.1.1.1'),
    await open(limits, '1.1.1.1'),
    await open(limits, '2.2.2.2'),
    await open(limits, '3.3.3.3'),
  ]
  expect(results.map((result) => result.ok)).toEqual([true, true, false, true, false])
  leaving.abort()
  await new Promise((resolve) => setImmediate(resolve))
  expect((await open(limits, '1.1.1.1')).ok).toBe(true)
})
