import { isDeepStrictEqual } from 'node:util'

/** What differs between two bodies at their top level: field to [before, after]. `before` may be unknown. */
export function diffBodies(before: unknown, after: unknown): Record<string, [unknown, unknown]> {
  const old = fieldsOf(before)
  const next = fieldsOf(after)
  const changed: Record<string, [unknown, unknown]> = {}
  for (const field of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const pair: [unknown, unknown] = [old[field] ?? null, next[field] ?? null]
    if (!isDeepStrictEqual(pair[0], pair[1])) changed[field] = pair
  }
  return changed
}

function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {}
}
