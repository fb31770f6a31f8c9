import { stringify } from 'csv-stringify/sync'

/** One row of an export: whatever is nested was made text before. */
export type ExportRow = Record<string, string | number | boolean | null>

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** Text handed on at once: large enough for few writes, small enough to hold any number of them. */
const CHUNK_CHARACTERS = 64 * 1024

/** Rows turned into CSV together. */
const CSV_BATCH = 200

/** What a spreadsheet would take for the beginning of a formula, also in full width. */
const FORMULA = /^[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/

/** A sign and digits compute nothing, and phone numbers begin that way. */
const SIGNED_DIGITS = /^[+-]\d+$/

/**
 * The rows as text, in pieces of about 64 KB, read no faster than the text is taken. CSV has the names of the first row
 * as its header, and a text that a spreadsheet would run as a formula begins with an apostrophe there. NDJSON has one
 * object per line, unchanged.
 */
export async function* exportText(
  rows: AsyncIterable<ExportRow>,
  format: ExportFormat,
): AsyncGenerator<string, void, undefined> {
  let text = ''
  for await (const part of format === 'csv' ? csvParts(rows) : jsonLines(rows)) {
    text += part
    if (text.length < CHUNK_CHARACTERS) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

async function* jsonLines(rows: AsyncIterable<ExportRow>): AsyncGenerator<string, void, undefined> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

async function* csvParts(rows: AsyncIterable<ExportRow>): AsyncGenerator<string, void, undefined> {
  let columns: string[] | undefined
  let batch: unknown[][] = []
  for await (const row of rows) {
    if (columns === undefined) {
      columns = Object.keys(row)
      yield stringify([columns])
    }
    batch.push(columns.map((column) => csvValue(row[column] ?? null)))
    if (batch.length < CSV_BATCH) continue
    yield stringify(batch)
    batch = []
  }
  if (batch.length > 0) yield stringify(batch)
}

function csvValue(value: ExportRow[string]): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  return FORMULA.test(value) && !SIGNED_DIGITS.test(value) ? `'${value}` : value
}
