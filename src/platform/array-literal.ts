/**
 * Text of a PostgreSQL array, for one parameter that `unnest` takes apart. The driver's own way goes through every
 * element twice and is several times slower. Undefined and null become NULL.
 */
export function textArray(values: readonly (string | null | undefined)[]): string {
  if (values.length === 0) return '{}'
  let text = '{'
  for (const value of values) {
    if (text.length > 1) text += ','
    if (value == null) text += 'NULL'
    else text += SPECIAL.test(value) ? `"${value.replace(SPECIALS, '\\$&')}"` : `"${value}"`
  }
  return `${text}}`
}

const SPECIAL = /["\\]/
const SPECIALS = /["\\]/g

/** The same for values that need no quotes: ids, hashes, numbers and booleans. */
export function plainArray(values: readonly (string | number | boolean | null)[]): string {
  let text = '{'
  for (const value of values) {
    if (text.length > 1) text += ','
    text += value ?? 'NULL'
  }
  return `${text}}`
}

/** JSON that jsonb takes whatever a source sent: NUL and unpaired surrogates become the replacement character. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  if (!UNSTORABLE.test(text)) return text
  return JSON.stringify(cleanse(value)) ?? 'null'
}

/** JSON escapes both, so their escapes are what to look for; a harmless match costs a second pass. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i

function cleanse(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD')
  if (Array.isArray(value)) return value.map(cleanse)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [cleanse(key), cleanse(entry)]))
}
