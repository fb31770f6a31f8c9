import { execFile } from 'node:child_process'
import { Agent, request } from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'

export type HttpAnswer = { status: number; body: string }

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

/** Sends one request on a kept connection. */
export function send(
  method: 'GET' | 'POST',
  url: string,
  options: { headers?: Record<string, string>; body?: string } = {},
): Promise<HttpAnswer> {
  const { headers = {}, body } = options
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        agent,
        method,
        headers:
          body === undefined
            ? headers
            : {
                'content-type': 'application/json',
                'content-length': String(Buffer.byteLength(body)),
                ...headers,
              },
      },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }),
        )
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Repeats `work` with so many clients, each waiting for its answer. Returns the work done per second. */
export async function closedLoop(
  load: { clients: number; seconds: number },
  work: () => Promise<void>,
): Promise<number> {
  const startedAt = performance.now()
  const until = startedAt + load.seconds * 1_000
  let done = 0
  await Promise.all(
    Array.from({ length: load.clients }, async () => {
      while (performance.now() < until) {
        await work()
        done += 1
      }
    }),
  )
  return done / ((performance.now() - startedAt) / 1_000)
}

/**
 * Starts `work` at a fixed rate, whether or not the former ones have come back. Returns the milliseconds of each from
 * the moment it was due, so that a stall shows in everything that was due while it lasted.
 */
export async function fixedRate(
  load: { perSecond: number; seconds: number },
  work: (index: number, dueAt: number) => Promise<void>,
): Promise<number[]> {
  const startedAt = performance.now()
  const total = Math.round(load.perSecond * load.seconds)
  const running: Promise<number>[] = []
  for (let index = 0; index < total; index += 1) {
    const dueAt = startedAt + (index * 1_000) / load.perSecond
    const wait = dueAt - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    running.push(work(index, dueAt).then(() => performance.now() - dueAt))
  }
  return await Promise.all(running)
}

const AUTOCANNON = path.join(import.meta.dirname, '..', '..', 'node_modules', 'autocannon', 'autocannon.js')

type AutocannonAnswer = {
  requests: { average: number; total: number }
  latency: { p99: number }
  non2xx: number
  errors: number
}

/** Reads one address as fast as it answers, from a process of its own. Returns requests per second. */
export async function hammer(url: string, load: { connections: number; seconds: number }): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    AUTOCANNON,
    '--json',
    '--connections',
    String(load.connections),
    '--duration',
    String(load.seconds),
    url,
  ])
  const answer = JSON.parse(stdout) as AutocannonAnswer
  if (answer.non2xx > 0 || answer.errors > 0)
    throw new Error(`${url}: ${answer.non2xx} refused, ${answer.errors} failed`)
  return answer.requests.average
}
