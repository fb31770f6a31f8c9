import * as crypto from 'node:crypto'
import type { PullStream } from '../connection.ts'
import type { FieldValues } from '../ports.ts'

/** Hexadecimal digits of 128 bits: two different records with one fingerprint will not be met. */
const DIGITS = 32

/**
 * A function that gives the fingerprint of a record: SHA-256, cut to 128 bits, over the mapping's version and the
 * fields in their declared order. Raising the version changes every fingerprint.
 */
export function fingerprinter<Value extends FieldValues>(
  stream: Pick<PullStream<Value>, 'mappingVersion' | 'fields'>,
): (value: Value) => string {
  const fields = Object.keys(stream.fields)
  return (value) => {
    const parts: unknown[] = [stream.mappingVersion]
    for (const field of fields) parts.push(value[field] ?? null)
    return crypto.hash('sha256', JSON.stringify(parts), 'hex').slice(0, DIGITS)
  }
}

/** Fingerprint of anything that has no id of its own, as a key of its dead letter. */
export function fingerprintOf(json: string): string {
  return `sha256:${crypto.hash('sha256', json, 'hex').slice(0, DIGITS)}`
}
