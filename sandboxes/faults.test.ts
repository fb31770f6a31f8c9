import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFaults, faultRulesSchema, type Faults } from './faults.ts'
import { createRequestLog, listenSandbox, type SandboxServer } from './sandbox-server.ts'

const CLIENT_PATIENCE_MS = 150

let server: SandboxServer
let faults: Faults
let effects: number

beforeEach(async () => {
  effects = 0
  faults = createFaults()
  const app = new Hono()
  app.post('/thing', (c) => c.json({ effects: ++effects, text: 'long enough to be cut' }))
  app.post('/_sandbox/thing', (c) => c.json({ ok: true }))
  server = await listenSandbox({ app, faults, requests: createRequestLog(), host: '127.0.0.1', port: 0 })
})
afterEach(() => server.close())

function arm(rules: unknown): void {
  faults.set(faultRulesSchema.parse(rules))
}

function call(path = '/thing', body = 'type=order'): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', body, signal: AbortSignal.timeout(CLIENT_PATIENCE_MS) })
}

describe('what a fault does', () => {
  test('timeout_before leaves no effect', async () => {
    arm([{ fault: 'timeout_before' }])
    await expect(call()).rejects.toThrow(/timeout/)
    expect(effects).toBe(0)
  })

  test('timeout_after has the effect and loses the answer', async () => {
    arm([{ fault: 'timeout_after' }])
    await expect(call()).rejects.toThrow(/timeout/)
    expect(effects).toBe(1)
  })

  test('reset drops the connection before the effect', async () => {
    arm([{ fault: 'reset' }])
    await expect(call()).rejects.toThrow(/fetch failed/)
    expect(effects).toBe(0)
  })

  test.each([
    ['http_500', 500],
    ['http_429', 429],
    ['html', 502],
  ])('%s answers %i without effect', async (fault, status) => {
    arm([{ fault, ms: 2_500 }])
    const response = await call()
    expect(response.status).toBe(status)
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '3' : null)
    expect(effects).toBe(0)
  })

  test('truncate sends half of the real body', async () => {
    arm([{ fault: 'truncate' }])
    const text = await (await call()).text()
    expect(text.startsWith('{"effects":1')).toBe(true)
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
  })

  test('empty has the effect and says nothing', async () => {
    arm([{ fault: 'empty' }])
    expect(await (await call()).text()).toBe('')
    expect(effects).toBe(1)
  })

  test('slow answers late but fully', async () => {
    arm([{ fault: 'slow', ms: 5 }])
    expect(await (await call()).json()).toMatchObject({ effects: 1 })
  })

  test('control routes never suffer', async () => {
    arm([{ fault: 'http_500' }])
    expect((await call('/_sandbox/thing')).status).toBe(200)
  })
})

describe('when a fault strikes', () => {
  const subject = { method: 'POST', path: '/api/game-feature', body: 'type=order&service=X' }
  const strikes = (count: number) => Array.from({ length: count }, () => faults.take(subject) !== undefined)

  test.each([
    ['nth', { match: { nth: 2 } }, [false, true, false, false]],
    ['every', { match: { every: 2 } }, [false, true, false, true]],
    ['times', { times: 1 }, [true, false, false, false]],
    ['another path', { match: { path: '/api/profile' } }, [false, false, false, false]],
    ['a path pattern', { match: { path: '/api/*' } }, [true, true, true, true]],
    ['another method', { match: { method: 'get' } }, [false, false, false, false]],
    ['text of the body', { match: { body: 'type=order' } }, [true, true, true, true]],
    ['other text of the body', { match: { body: 'type=status' } }, [false, false, false, false]],
  ])('%s', (_name, rule, expected) => {
    arm([{ fault: 'http_500', ...rule }])
    expect(strikes(4)).toEqual(expected)
  })

  test('a probability follows its seed', () => {
    const run = (seed: number) => {
      arm([{ fault: 'http_500', match: { probability: 0.5 }, seed }])
      return strikes(40)
    }
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
    expect(run(7)).toContain(true)
    expect(run(7)).toContain(false)
  })
})
