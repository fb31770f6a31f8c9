import { err, ok, type Result } from '../../shared/result.ts'
import type { FieldValues, Rejection, SourceRecord } from '../../sync/ports.ts'
import { describe, fail, readLine, type FieldReader, type RawRow } from './read-field.ts'

/** As the columns have it. */
export const MAX_NAME = 200
/** Telephone numbers, areas, levels, account names. */
export const MAX_WORD = 100
/** Browsers and servers agree on less. */
export const MAX_ADDRESS = 2_000
const MAX_ID = 200

type Read<Value extends FieldValues> = (
  reader: FieldReader,
  name: string,
) => { version: Date | null; value: Value }

/** Reads id and name, which every record must have, and the rest by `read`; the first fault rejects the record. */
export function readRecord<Value extends FieldValues>(
  raw: unknown,
  idField: string,
  nameField: string,
  read: Read<Value>,
): Result<SourceRecord<Value>, Rejection> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return err({ code: 'not_an_object', detail: `the record is ${describe(raw)}` })
  }
  const reader: FieldReader = { row: raw as RawRow, fault: undefined }
  const externalId = readId(reader, idField)
  if (externalId === null) {
    return err({ code: 'id_missing', detail: reader.fault ?? `${idField}: missing or too long` })
  }
  const name = readLine(reader, nameField, MAX_NAME)
  // Ids and telephone numbers may be written as numbers; a name that becomes one is another field in its place.
  if (typeof reader.row[nameField] === 'number')
    fail(reader, nameField, `not a text: ${describe(reader.row[nameField])}`)
  if (name === null) fail(reader, nameField, 'missing')
  const { version, value } = read(reader, name ?? '')
  if (reader.fault !== undefined) return err({ code: 'field_invalid', detail: reader.fault, externalId })
  return ok({ externalId, version, value })
}

/** Ids are text even where they are written as numbers; one that would have to be shortened is none. */
function readId(reader: FieldReader, field: string): string | null {
  const id = readLine(reader, field, MAX_ID + 1)
  return id === null || id.length > MAX_ID ? null : id
}
