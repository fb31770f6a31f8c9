import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerList, answerRecords, type Answer } from './provider-answers.ts'
import { answerFind, answerPush, type PushedBody } from './provider-intake.ts'
import {
  changeWorld,
  createWorld,
  type Entity,
  type LogEntry,
  type World,
  type WorldChange,
  type WorldOptions,
} from './provider-world.ts'

/**
 * The provider of the property test, a process of its own that outlives every worker: many worlds, one per seed, at
 * `/<world>/…`. It never forgets a request, so that calls can be counted after crashes.
 */
const worlds = new Map<string, World>()

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://provider')
  const [, name = '', ...rest] = url.pathname.split('/')
  const text = await bodyOf(request)
  if (rest[0] === '_control') {
    const answered = control(name, rest[1] ?? '', text === '' ? {} : JSON.parse(text))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered ?? {}))
    return
  }
  const world = worlds.get(name)
  if (world === undefined) {
    response.writeHead(404).end()
    return
  }
  deliver(response, answer(world, request, url, rest, text))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function control(name: string, action: string, body: unknown): unknown {
  if (action === 'create') {
    worlds.set(name, createWorld(body as WorldOptions))
    return {}
  }
  if (action === 'forget') {
    worlds.delete(name)
    return {}
  }
  const world = worlds.get(name)
  if (world === undefined) throw new Error(`no world ${name}`)
  if (action === 'change') {
    for (const change of body as WorldChange[]) changeWorld(world, change)
    return {}
  }
  if (action === 'log') return world.log.slice((body as { from?: number }).from ?? 0)
  return {
    rows: Object.fromEntries(
      Object.entries(world.rows).map(([entity, rows]) => [entity, [...rows.values()]]),
    ),
    created: Object.fromEntries(world.createdOf),
    offences: world.offences,
  }
}

function answer(world: World, request: IncomingMessage, url: URL, path: string[], text: string): Answer {
  const [entity, id] = path
  const query = url.searchParams
  const entry: LogEntry = {
    serial: world.log.length,
    at: Date.now(),
    worker: String(request.headers['x-worker'] ?? ''),
    kind: 'list',
    entity: entity as Entity,
    outcome: '',
  }
  world.log.push(entry)
  if (request.method === 'POST' || request.method === 'PUT') {
    const body = JSON.parse(text) as PushedBody
    entry.kind = request.method === 'POST' ? 'create' : 'update'
    entry.key = String(request.headers['idempotency-key'] ?? '')
    entry.reference = body.reference
    entry.revision = body.revision
    entry.parent = body.parent
    return answerPush(world, { entity: entry.entity, id: id ?? null, key: entry.key, body }, entry)
  }
  const reference = query.get('reference')
  if (reference !== null) {
    entry.kind = 'find'
    entry.reference = reference
    return answerFind(world, entry.entity, reference, entry)
  }
  const ids = query.get('ids')
  if (ids !== null) {
    entry.kind = 'records'
    return answerRecords(world, entry.entity, ids.split(','), entry)
  }
  entry.mode = query.get('mode') ?? 'full'
  entry.from = query.get('from') === null ? null : Number(query.get('from'))
  entry.to = Number(query.get('to'))
  entry.token = query.get('token')
  const asked = { entity: entry.entity, mode: entry.mode, from: entry.from, to: entry.to, token: entry.token }
  return answerList(world, asked, entry)
}

function deliver(response: ServerResponse, answered: Answer): void {
  const { status, body, headers, how, afterMs } = answered
  // Done, and nobody will ever hear of it: the caller's time limit ends it.
  if (how === 'silent') return
  if (afterMs !== undefined) {
    const { afterMs: _late, ...rest } = answered
    setTimeout(() => deliver(response, rest), afterMs)
    return
  }
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(how === 'cut' ? text.slice(0, Math.ceil(text.length / 2)) : text)
}

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    response.writeHead(500).end(String(error))
  })
})
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.once('disconnect', () => process.exit(0))
