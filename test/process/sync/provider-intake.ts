import { drawFault, type Answer } from './provider-answers.ts'
import type { Entity, LogEntry, ProviderRow, World } from './provider-world.ts'

/** What our side sends of a record. */
export type PushedBody = {
  reference: string
  revision: number
  name: string
  price: number
  parent: string | null
}

export type IntakeRequest = { entity: Entity; id: string | null; key: string; body: PushedBody }

const answered = new WeakMap<World, Map<string, { text: string; answer: Answer }>>()

/** Creates or updates a record. With keys honoured, a repeat has no second effect and the same answer. */
export function answerPush(world: World, request: IntakeRequest, entry: LogEntry): Answer {
  const fault = drawFault(world)
  if (fault === 'throttle' || fault === 'refuse') {
    entry.outcome = fault
    return fault === 'refuse'
      ? { status: 401, body: {} }
      : { status: 429, body: {}, headers: { 'retry-after-ms': '60' } }
  }
  // Half of the errors come before anything happened, half after; the caller cannot tell.
  if (fault === 'error' && world.random() < 0.5) {
    entry.outcome = 'error before'
    return { status: 500, body: {} }
  }
  const answer = takeOnce(world, request)
  entry.outcome = fault === undefined ? String(answer.status) : `${fault} after ${answer.status}`
  if (fault === 'error') return { status: 500, body: {} }
  if (fault === 'silence') return { ...answer, how: 'silent' }
  if (fault === 'truncate') return { ...answer, how: 'cut' }
  return answer
}

function takeOnce(world: World, request: IntakeRequest): Answer {
  if (!world.options.honoursKeys) return take(world, request)
  const known = answered.get(world) ?? new Map<string, { text: string; answer: Answer }>()
  answered.set(world, known)
  const text = JSON.stringify(request.body)
  const before = known.get(request.key)
  if (before === undefined) {
    const answer = take(world, request)
    known.set(request.key, { text, answer })
    return answer
  }
  if (before.text === text) return before.answer
  world.offences.push(`key ${request.key} came again with another body`)
  return { status: 409, body: { error: 'key reused' } }
}

function take(world: World, { entity, id, body }: IntakeRequest): Answer {
  if (entity === 'out-children' && (body.parent === null || !world.rows['out-parents'].has(body.parent)))
    world.offences.push(`child ${body.reference} came before its parent`)
  if (body.name.startsWith('refuse')) return { status: 422, body: { error: 'refused' } }
  const version =
    Math.floor((Date.now() + world.options.skewMs) / world.options.grainMs) * world.options.grainMs
  if (id === null) return create(world, entity, body, version)
  const row = world.rows[entity].get(id)
  if (row === undefined) {
    world.offences.push(`an update of ${id}, which never existed`)
    return { status: 404, body: {} }
  }
  world.rows[entity].set(id, { ...row, ...fieldsOf(body), version: Math.max(row.version, version) })
  return { status: 200, body: { id } }
}

function create(world: World, entity: Entity, body: PushedBody, version: number): Answer {
  const made = (world.createdOf.get(body.reference) ?? 0) + 1
  world.createdOf.set(body.reference, made)
  const id = `r-${body.reference.slice(-12)}-${made}`
  world.rows[entity].set(id, { id, version, reference: body.reference, ...fieldsOf(body) })
  return { status: 201, body: { id } }
}

function fieldsOf(body: PushedBody): Pick<ProviderRow, 'name' | 'price' | 'parent'> {
  return { name: body.name, price: body.price, parent: body.parent }
}

/** The record that carries a reference, or none. */
export function answerFind(world: World, entity: Entity, reference: string, entry: LogEntry): Answer {
  const fault = drawFault(world)
  entry.outcome = fault ?? 'ok'
  if (fault === 'throttle') return { status: 429, body: {}, headers: { 'retry-after-ms': '60' } }
  if (fault === 'refuse') return { status: 401, body: {} }
  if (fault !== undefined) return { status: 500, body: {} }
  const found = [...world.rows[entity].values()].find((row) => row.reference === reference)
  return { status: 200, body: { id: found?.id ?? null } }
}
