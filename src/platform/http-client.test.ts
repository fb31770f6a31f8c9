import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createHttpClient, type HttpOutcome } from './http-client.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) if (server.listening) await once(server.close(), 'close')
})

async function listen(server: Server): Promise<string> {
  servers.push(server)
  server.on('connection', (socket: Socket) => void sockets.add(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const serve = (answer: RequestListener): Promise<string> => listen(createServer(answer))

async function post(url: string, timeoutMs = 5_000): Promise<HttpOutcome> {
  const options = { name: 'test', concurrency: 1, queue: 0, breakAfter: 10, halfOpenAfterMs: 1_000 }
  return await createHttpClient(options).send({ method: 'POST', url, body: 'buy=1', timeoutMs })
}

test('a port that nobody listens on: not sent', async () => {
  const url = await serve(() => undefined)
  for (const server of servers.splice(0)) await once(server.close(), 'close')
  expect(await post(url)).toEqual({ kind: 'not_sent', reason: 'ECONNREFUSED' })
})

test('several addresses, all refused: not sent', async () => {
  const url = await serve(() => undefined)
  for (const server of servers.splice(0)) await once(server.close(), 'close')
  expect(await post(url.replace('127.0.0.1', 'localhost'))).toMatchObject({ kind: 'not_sent' })
})

test('a name that does not exist: not sent', async () => {
  expect(await post('http://supplier.invalid/')).toMatchObject({ kind: 'not_sent' })
})

test('a connection that was accepted and reset after the request: unknown', async () => {
  const url = await listen(
    createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
  )
  expect(await post(url)).toEqual({ kind: 'unknown', reason: 'ECONNRESET' })
})

test('an answer that does not come: unknown', async () => {
  expect(await post(await serve(() => undefined), 100)).toMatchObject({ kind: 'unknown' })
})

test.each(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ECONNREFUSED'])(
  '%s proves that nothing was sent only when it came from connecting',
  async (code) => {
    const sent = globalThis.fetch
    const fails = (...causes: string[]): void => {
      const errors = causes.map((syscall) => Object.assign(new Error(code), { code, syscall }))
      const cause = errors.length === 1 ? errors[0] : Object.assign(new AggregateError(errors), { code })
      globalThis.fetch = () => Promise.reject(new TypeError('fetch failed', { cause }))
    }
    try {
      fails('connect')
      expect(await post('http://supplier.test/')).toEqual({ kind: 'not_sent', reason: code })
      fails('read')
      expect(await post('http://supplier.test/')).toEqual({ kind: 'unknown', reason: code })
      fails('connect', 'connect')
      expect(await post('http://supplier.test/')).toEqual({ kind: 'not_sent', reason: code })
      fails('connect', 'write')
      expect(await post('http://supplier.test/')).toEqual({ kind: 'unknown', reason: code })
    } finally {
      globalThis.fetch = sent
    }
  },
)

test('an answer without end is not read to its end', async () => {
  const chunk = Buffer.alloc(1024 * 1024)
  let sent = 0
  let closed: Promise<unknown> | undefined
  const url = await serve((_, response) => {
    closed = once(response, 'close')
    const write = (): void => {
      while (!response.destroyed && response.write(chunk)) sent += 1
      sent += 1
    }
    response.on('drain', write)
    write()
  })
  expect(await post(url)).toEqual({ kind: 'unknown', reason: 'answer too large' })
  await closed
  expect(sent).toBeLessThan(64)
})
