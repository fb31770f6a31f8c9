import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startSandboxes, type RunningSandboxes } from './main.ts'

/** One webhook as the test's own endpoint saw it. */
export type ReceivedWebhook = { headers: Record<string, unknown>; raw: string; body: Record<string, unknown> }

/** An endpoint standing in for the shop. */
export type Receiver = {
  url: string
  received: ReceivedWebhook[]
  /** Status and body of the following answers. */
  answerWith(status: number, body?: string): void
  /** Resolves as soon as `count` webhooks have come in all. */
  waitFor(count: number): Promise<ReceivedWebhook[]>
  close(): Promise<void>
}

/** Starts a webhook endpoint on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedWebhook[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  let status = 200
  let answer = ''
  const server = createServer((request, response) => {
    let raw = ''
    request.on('data', (chunk) => (raw += String(chunk)))
    request.on('end', () => {
      received.push({ headers: request.headers, raw, body: JSON.parse(raw) as Record<string, unknown> })
      response.writeHead(status).end(answer)
      waiting.filter(({ count }) => count <= received.length).forEach(({ resolve }) => resolve())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answerWith(next, body = '') {
      status = next
      answer = body
    },
    async waitFor(count) {
      if (received.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }))
      return received
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Starts the named sandboxes on free ports with a fixed seed. */
export function startForTest(only: string[], env: Record<string, string> = {}): Promise<RunningSandboxes> {
  return startSandboxes({ port: 0, only, env, seed: 'test', appUrl: 'http://127.0.0.1:9' })
}

/** Posts JSON and returns status and parsed body. */
export async function postJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Gets JSON. */
export async function getJson(
  url: string,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  return (await (await fetch(url, { headers })).json()) as Record<string, unknown>
}
