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
  // One array for all records: this runs a million times, and what it leaves behind has to be collected.
  const parts: unknown[] = [stream.mappingVersion, ...fields]
  return (value) => {
    let place = 1
    for (const field of fields) {
      parts[place] = value[field] ?? null
      place += 1
    }
    return crypto.hash('sha256', JSON.stringify(parts), 'hex').slice(0, DIGITS)
  }
}

/** Fingerprint of anything that has no id of its own, as a key of its dead letter. */
export function fingerprintOf(json: string): string {
  return `sha256:${crypto.hash('sha256', json, 'hex').slice(0, DIGITS)}`
}
