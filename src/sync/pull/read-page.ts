import type { FieldValues, InboundSource, Rejection, SourceRecord } from '../ports.ts'

/** A readable record with the raw one it came from; `hash` is empty until its fingerprint is made. */
export type Candidate<Value extends FieldValues = FieldValues> = SourceRecord<Value> & {
  raw: unknown
  hash: string
}

/** A record that is not taken; `key` is its external id where that could be read. */
export type Refused = { key: string | null; rejection: Rejection; raw: unknown }

/** What a page says. `superseded` counts rows that a newer row of the same page replaces. */
export type PageContent<Value extends FieldValues = FieldValues> = {
  /** One per external id, sorted by it: every process locks in the same order. */
  candidates: Candidate<Value>[]
  refused: Refused[]
  superseded: number
}

/** As long as the column for external ids. */
const MAX_EXTERNAL_ID = 200
/** Text that PostgreSQL cannot hold. */
const NUL = '\0'

/** Reads the rows of a page. The newest version of a record wins; of equal ones the later row. Throws never. */
export function readPage<Value extends FieldValues>(
  source: Pick<InboundSource<Value>, 'read'>,
  rows: readonly unknown[],
): PageContent<Value> {
  const newest = new Map<string, Candidate<Value>>()
  const refused: Refused[] = []
  let superseded = 0
  for (const raw of rows) {
    const record = readRow(source, raw)
    if (!record.ok) {
      const { externalId } = record.rejection
      refused.push({
        key: externalId !== undefined && isExternalId(externalId) ? externalId : null,
        rejection: record.rejection,
        raw,
      })
      continue
    }
    const { value } = record
    const other = newest.get(value.externalId)
    if (other !== undefined) superseded += 1
    if (other === undefined || !isOlder(value, other)) newest.set(value.externalId, toCandidate(value, raw))
  }
  return { candidates: sortByKey([...newest.values()]), refused, superseded }
}

/** Spelled out: a spread costs a million times as much as it looks. */
function toCandidate<Value extends FieldValues>(record: SourceRecord<Value>, raw: unknown): Candidate<Value> {
  const { externalId, version, value } = record
  return { externalId, version, value, raw, hash: '' }
}

type Reading<Value extends FieldValues> =
  | { ok: true; value: SourceRecord<Value> }
  | { ok: false; rejection: Rejection }

function readRow<Value extends FieldValues>(
  source: Pick<InboundSource<Value>, 'read'>,
  raw: unknown,
): Reading<Value> {
  const record = source.read(raw)
  if (!record.ok) return { ok: false, rejection: record.error }
  const { externalId, version, value } = record.value
  if (!isExternalId(externalId))
    return {
      ok: false,
      rejection: { code: 'invalid_id', detail: 'the external id is empty, too long or not text' },
    }
  if (version !== null && Number.isNaN(version.getTime()))
    return {
      ok: false,
      rejection: { code: 'invalid_version', detail: 'the time of the last change is none', externalId },
    }
  for (const field in value) {
    const part = value[field]
    if (typeof part === 'string' && (part.includes(NUL) || !part.isWellFormed()))
      return {
        ok: false,
        rejection: {
          code: 'invalid_text',
          detail: `${field} holds half or forbidden characters`,
          externalId,
        },
      }
  }
  return { ok: true, value: record.value }
}

function isExternalId(id: string): boolean {
  return (
    typeof id === 'string' &&
    id.length > 0 &&
    id.length <= MAX_EXTERNAL_ID &&
    !id.includes(NUL) &&
    id.isWellFormed()
  )
}

function isOlder(record: SourceRecord, than: SourceRecord): boolean {
  return record.version !== null && than.version !== null && record.version < than.version
}

function sortByKey<Value extends FieldValues>(candidates: Candidate<Value>[]): Candidate<Value>[] {
  return candidates.sort((a, b) => (a.externalId < b.externalId ? -1 : a.externalId > b.externalId ? 1 : 0))
}
