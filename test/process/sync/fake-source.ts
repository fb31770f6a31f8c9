import { createHttpClient, parseJson, type HttpOutcome } from '../../../src/platform/http-client.ts'
import { err, ok, type Result } from '../../../src/shared/result.ts'
import type {
  FieldValues,
  InboundSource,
  OutboundTarget,
  PushOutcome,
  SourceFailure,
  SourceRecord,
} from '../../../src/sync/ports.ts'
import type { PushedBody } from './provider-intake.ts'
import type { Entity, ProviderRow } from './provider-world.ts'

/** How the adapters reach the provider, and as whom. */
export type FakeSystem = { url: string; worker: string; timeoutMs: number }

/** The circuit under test is the engine's; this one never opens. */
const NEVER = 1_000_000
const client = createHttpClient({
  name: 'fake',
  concurrency: 8,
  queue: 64,
  breakAfter: NEVER,
  halfOpenAfterMs: 1,
})

async function ask(
  system: FakeSystem,
  path: string,
  send: { method: 'GET' | 'POST' | 'PUT'; headers?: Record<string, string>; body?: string },
): Promise<HttpOutcome> {
  return await client.send({
    method: send.method,
    url: `${system.url}/${path}`,
    headers: { 'x-worker': system.worker, 'content-type': 'application/json', ...send.headers },
    timeoutMs: system.timeoutMs,
    ...(send.body === undefined ? {} : { body: send.body }),
  })
}

function failureOf(outcome: HttpOutcome): SourceFailure | undefined {
  if (outcome.kind !== 'answered') return { code: 'transient', detail: outcome.reason }
  const { status, headers } = outcome
  if (status === 429)
    return { code: 'throttled', detail: '429', retryAfterMs: Number(headers.get('retry-after-ms') ?? 50) }
  if (status === 401) return { code: 'account', detail: '401' }
  if (status === 410) return { code: 'position_lost', detail: '410' }
  if (status >= 400) return { code: 'transient', detail: String(status) }
  return undefined
}

/** What the answer says, or why there is none. A cut answer is not JSON. */
function answerOf<T>(outcome: HttpOutcome): Result<T, SourceFailure> {
  const failure = failureOf(outcome)
  if (failure !== undefined || outcome.kind !== 'answered')
    return err(failure ?? { code: 'transient', detail: 'no answer' })
  const body = parseJson(outcome.body)
  if (body === undefined) return err({ code: 'transient', detail: 'answer cut' })
  return ok(body as T)
}

type Reader<Value extends FieldValues> = (row: ProviderRow, price: number) => Value

/** Lists one entity of the provider. A record whose price is no number is refused. */
export function fakeSource<Value extends FieldValues>(
  system: FakeSystem,
  entity: Entity,
  toValue: Reader<Value>,
): InboundSource<Value> {
  return {
    async fetchPage({ mode, from, to, position }) {
      const query = new URLSearchParams({ mode, to: String(to.getTime()) })
      if (from !== null) query.set('from', String(from.getTime()))
      if (position !== null) query.set('token', position)
      const outcome = await ask(system, `${entity}?${query.toString()}`, { method: 'GET' })
      return answerOf<{ rows: ProviderRow[]; next: string | null }>(outcome)
    },
    read(raw) {
      const row = raw as ProviderRow
      if (typeof row.price !== 'number')
        return err({ code: 'price_invalid', detail: 'no number', externalId: row.id })
      const record: SourceRecord<Value> = {
        externalId: row.id,
        version: new Date(row.version),
        value: toValue(row, row.price),
      }
      return ok(record)
    },
    async fetchRecords(ids) {
      const outcome = await ask(system, `${entity}?ids=${ids.join(',')}`, { method: 'GET' })
      const answer = answerOf<{ rows: ProviderRow[] }>(outcome)
      return answer.ok ? ok(answer.value.rows) : answer
    },
  }
}

/** How much the provider helps a caller that lost an answer. */
export type Help = 'keys' | 'lookup' | 'neither'

/** The values of a pushed record. */
export type PushedValue = { name: string; price: number; revision: number; reference: string }

/** Takes our records into one entity of the provider. */
export function fakeTarget(system: FakeSystem, entity: Entity, help: Help): OutboundTarget<PushedValue> {
  const target: OutboundTarget<PushedValue> = {
    honoursKeys: help === 'keys',
    toBody: (value, parentExternalId): PushedBody => ({ ...value, parent: parentExternalId }),
    async send({ key, externalId, reference, body }) {
      const outcome = await ask(system, externalId === null ? entity : `${entity}/${externalId}`, {
        method: externalId === null ? 'POST' : 'PUT',
        headers: { 'idempotency-key': key },
        body: JSON.stringify({ ...(body as PushedBody), reference }),
      })
      return pushOutcome(outcome)
    },
  }
  if (help !== 'lookup') return target
  return {
    ...target,
    async find(reference) {
      const outcome = await ask(system, `${entity}?reference=${reference}`, { method: 'GET' })
      const answer = answerOf<{ id: string | null }>(outcome)
      if (!answer.ok) return answer
      return ok(answer.value.id === null ? null : { externalId: answer.value.id })
    },
  }
}

function pushOutcome(outcome: HttpOutcome): PushOutcome {
  if (outcome.kind === 'unknown') return { kind: 'unknown', detail: outcome.reason }
  if (outcome.kind === 'not_sent')
    return { kind: 'not_done', failure: { code: 'transient', detail: outcome.reason } }
  const { status } = outcome
  if (status >= 500) return { kind: 'unknown', detail: String(status) }
  if (status === 429 || status === 401) {
    const failure = failureOf(outcome)
    if (failure !== undefined) return { kind: 'not_done', failure }
  }
  if (status >= 400) return { kind: 'rejected', code: 'refused', detail: String(status) }
  const answer = answerOf<{ id: string }>(outcome)
  return answer.ok ? { kind: 'accepted', externalId: answer.value.id } : { kind: 'unknown', detail: 'cut' }
}
