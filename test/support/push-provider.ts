import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpClient, parseJson, type HttpOutcome } from '../../src/platform/http-client.ts'
import { err, ok } from '../../src/shared/result.ts'
import type { OutboundTarget, PushOutcome, SourceFailure } from '../../src/sync/ports.ts'

/**
 * What becomes of a call. `lost`: it has its effect and no answer. `dropped`: it has none, and no answer either.
 * A number is the status of an answer without effect.
 */
export type Fate = 'done' | 'lost' | 'dropped' | number

/** A call as the provider saw it. */
export type ProviderCall = {
  operation: 'create' | 'update' | 'find'
  reference: string
  key: string
  body: string
  fate: Fate
}

export type PushProvider = {
  url: string
  /** Decides about each call; at first everything is done. */
  decide(fate: (call: Omit<ProviderCall, 'fate'>) => Fate | Promise<Fate>): void
  calls: ProviderCall[]
  /** External id to the record. */
  records: Map<string, { reference: string; content: Record<string, unknown> }>
  stop(): Promise<void>
}

export type ProviderOptions = { honoursKeys: boolean }

/** A system on a real port that takes records, gives ids, and can be told to fail in every way that matters. */
export async function startPushProvider(options: ProviderOptions): Promise<PushProvider> {
  let decide: Parameters<PushProvider['decide']>[0] = () => 'done'
  const answers = new Map<string, string>()
  const provider: Omit<PushProvider, 'url' | 'stop'> = {
    decide: (fate) => void (decide = fate),
    calls: [],
    records: new Map(),
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { operation, id, found } = read(request)
    const body = await textOf(request)
    const content = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>)
    const reference = found ?? String(content['reference'])
    const call = { operation, reference, key: String(request.headers['idempotency-key'] ?? ''), body }
    const fate = await decide(call)
    provider.calls.push({ ...call, fate })
    if (typeof fate === 'number') return refuse(response, fate)
    if (fate === 'dropped') return void response.destroy()
    const text = act(operation, call.key, id, reference, content)
    if (fate === 'lost') return void response.destroy()
    response
      .writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(text ?? '{}')
  }

  function act(
    operation: ProviderCall['operation'],
    key: string,
    id: string,
    reference: string,
    content: Record<string, unknown>,
  ): string | undefined {
    if (operation === 'find') {
      const known = [...provider.records].find(([, record]) => record.reference === reference)
      return JSON.stringify({ id: known?.[0] ?? null })
    }
    const before = options.honoursKeys ? answers.get(key) : undefined
    if (before !== undefined) return before
    if (operation === 'update' && !provider.records.has(id)) return undefined
    const externalId = operation === 'create' ? `ext-${provider.records.size + 1}` : id
    provider.records.set(externalId, { reference, content })
    const text = JSON.stringify({ id: externalId })
    if (options.honoursKeys) answers.set(key, text)
    return text
  }

  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    ...provider,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function read(request: IncomingMessage): {
  operation: ProviderCall['operation']
  id: string
  found: string | null
} {
  const url = new URL(request.url ?? '/', 'http://provider')
  const id = url.pathname.split('/')[2] ?? ''
  if (request.method === 'GET') return { operation: 'find', id, found: url.searchParams.get('reference') }
  return { operation: request.method === 'PUT' ? 'update' : 'create', id, found: null }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function refuse(response: ServerResponse, status: number): void {
  const headers = { 'content-type': 'application/json', ...(status === 429 ? { 'retry-after': '2' } : {}) }
  response.writeHead(status, headers).end(JSON.stringify({ message: `status ${status}` }))
}

/** A record of the tests' own table. */
export type Thing = { name: string; amount: number }

const TIMEOUT_MS = 5_000

/** The adapter that a real system would have: records with our id as reference, keys and lookups where they exist. */
export function createPushTarget(
  url: string,
  options: { honoursKeys: boolean; canFind: boolean },
): OutboundTarget<Thing> {
  // Never opens: what is tested here is the engine's own circuit.
  const http = createHttpClient({
    name: 'push-provider',
    concurrency: 16,
    queue: 100,
    breakAfter: 1_000_000,
    halfOpenAfterMs: 1,
  })
  const find: NonNullable<OutboundTarget['find']> = async (reference) => {
    const outcome = await http.send({
      method: 'GET',
      url: `${url}/records?reference=${reference}`,
      timeoutMs: TIMEOUT_MS,
    })
    if (outcome.kind === 'answered' && outcome.status === 200) {
      const externalId = idIn(outcome.body)
      return ok(externalId === null ? null : { externalId })
    }
    return err(failureOf(outcome) ?? { code: 'transient', detail: 'no answer' })
  }
  return {
    honoursKeys: options.honoursKeys,
    toBody: (value, parentExternalId) => ({ ...value, parent: parentExternalId }),
    async send(request) {
      const content = { reference: request.reference, ...(request.body as Record<string, unknown>) }
      const outcome = await http.send({
        method: request.externalId === null ? 'POST' : 'PUT',
        url: `${url}/records${request.externalId === null ? '' : `/${request.externalId}`}`,
        headers: { 'content-type': 'application/json', 'idempotency-key': request.key },
        body: JSON.stringify(content),
        timeoutMs: TIMEOUT_MS,
      })
      return toOutcome(outcome)
    },
    ...(options.canFind ? { find } : {}),
  }
}

function toOutcome(outcome: HttpOutcome): PushOutcome {
  if (outcome.kind === 'answered' && outcome.status < 300)
    return { kind: 'accepted', externalId: idIn(outcome.body) ?? '' }
  const failure = failureOf(outcome)
  if (failure !== undefined) return { kind: 'not_done', failure }
  if (outcome.kind !== 'answered' || outcome.status >= 500)
    return {
      kind: 'unknown',
      detail: outcome.kind === 'answered' ? `status ${outcome.status}` : outcome.reason,
    }
  return { kind: 'rejected', code: `http_${outcome.status}`, detail: outcome.body.toString('utf8') }
}

/** Answers that say nothing happened. */
function failureOf(outcome: HttpOutcome): SourceFailure | undefined {
  if (outcome.kind === 'not_sent') return { code: 'transient', detail: outcome.reason }
  if (outcome.kind !== 'answered') return undefined
  if (outcome.status === 429) return { code: 'throttled', detail: 'too many calls', retryAfterMs: 2_000 }
  if (outcome.status === 401) return { code: 'account', detail: 'key refused' }
  return outcome.status === 503 ? { code: 'transient', detail: 'closed for now' } : undefined
}

function idIn(body: Buffer): string | null {
  const { id } = (parseJson(body) ?? {}) as { id?: string | null }
  return id ?? null
}
