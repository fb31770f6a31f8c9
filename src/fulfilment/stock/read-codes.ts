import { parse } from 'csv-parse/sync'
import type { StockImport } from '../stock-import.ts'

/** Why a row was not stored. */
export type RejectedRow = StockImport['rejected'][number]

/** The codes of an import with the line each came from. */
export type CodeRow = { row: number; code: string }

/** Longer than any voucher, login or invite link; shorter than a file pasted into one cell. */
export const MAX_CODE_LENGTH = 2_000
const HEADERS = new Set(['code', 'kode'])
const DELIMITERS = [',', ';', '\t']
/** Control and format-breaking characters; a code with one was mangled on its way here. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u

type ParsedRow = { record: string[]; raw: string; info: { lines: number } }

/**
 * The codes of a CSV with a `code` column, or of a plain list with one code per line. Without such a header a line is
 * taken whole, commas included: `mail,password` must not lose its second half. Codes are trimmed; the usable rows and
 * the rejected ones.
 */
export function readCodes(csv: string): { codes: CodeRow[]; rejected: RejectedRow[] } {
  const rows = parseRows(csv)
  const column = headerColumn(rows[0]?.record ?? [])
  const codes: CodeRow[] = []
  const rejected: RejectedRow[] = []
  for (const { record, raw, info } of column === undefined ? rows : rows.slice(1)) {
    const code = (column === undefined ? wholeLine(record, raw) : (record[column] ?? '')).trim()
    const reason = findFault(code)
    if (reason === undefined) codes.push({ row: info.lines, code })
    else rejected.push({ row: info.lines, reason })
  }
  return { codes, rejected }
}

function parseRows(csv: string): ParsedRow[] {
  const firstLine = csv.slice(0, csv.search(/[\r\n]|$/))
  const delimiter = DELIMITERS.find((sign) => firstLine.includes(sign)) ?? ','
  const options = {
    bom: true,
    delimiter,
    info: true,
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  }
  return parse(csv, options) as unknown as ParsedRow[]
}

function headerColumn(record: readonly string[]): number | undefined {
  const column = record.findIndex((cell) => HEADERS.has(cell.trim().toLowerCase()))
  return column === -1 ? undefined : column
}

function wholeLine(record: readonly string[], raw: string): string {
  return record.length === 1 ? (record[0] ?? '') : raw
}

function findFault(code: string): RejectedRow['reason'] | undefined {
  if (code === '') return 'blank'
  if (code.length > MAX_CODE_LENGTH) return 'too_long'
  return CONTROL.test(code) ? 'control_characters' : undefined
}
