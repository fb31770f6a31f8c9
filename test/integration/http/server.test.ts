import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { elapsedMs } from '#platform/clock.ts'
import { listen } from '../../../src/http/index.ts'
import { httpUnderTest, serverUnderTest } from './http-under-test.ts'
import { shopPort } from './shop-port.ts'

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', reject)
  })
}

test('stopping does not wait for connections that browsers opened in advance', async () => {
  const server = await serverUnderTest()
  const sockets = [await open(server.port), await open(server.port)]
  await (await fetch(`${server.url}/healthz`)).text()
  const startedAt = elapsedMs()
  await server.close()
  expect(elapsedMs() - startedAt).toBeLessThan(1000)
  for (const socket of sockets) socket.destroy()
})

test('a request that is being answered may finish, new ones are not taken', async () => {
  const entered = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const app = shopPort({
    health: {
      ready: async () => {
        entered.resolve()
        await gate.promise
        return { database: true, queue: true }
      },
    },
  })
  const server = await serverUnderTest({ app })
  const answer = fetch(`${server.url}/readyz`)
  await entered.promise
  const closed = server.close()
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed')
  gate.resolve()
  expect((await answer).status).toBe(200)
  await closed
})

test('a request that never ends is dropped after the grace', async () => {
  const app = shopPort({ health: { ready: () => new Promise(() => undefined) } })
  const server = await serverUnderTest({ app }, { closeGrace: 200 })
  const answer = fetch(`${server.url}/readyz`).catch(() => 'dropped')
  await fetch(`${server.url}/healthz`)
  await server.close()
  expect(await answer).toBe('dropped')
})

test('a port that is taken is an error to the caller', async () => {
  const server = await serverUnderTest()
  await expect(listen(httpUnderTest(), server.port, { host: '127.0.0.1' })).rejects.toThrow(/EADDRINUSE/)
  await server.close()
})

test('a refused upload leaves the server well', async () => {
  const server = await serverUnderTest()
  const init = {
    method: 'POST',
    body: 'x'.repeat(30 * 1024 * 1024),
    headers: { 'content-type': 'application/json' },
  }
  expect((await fetch(`${server.url}/api/quote`, init)).status).toBe(413)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  await server.close()
})
