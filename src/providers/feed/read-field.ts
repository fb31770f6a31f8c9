import { systemClock } from '../../platform/clock.ts'
import { MAX_RUPIAH } from '../../shared/money.ts'

/** A raw record of the feed. */
export type RawRow = Readonly<Record<string, unknown>>

/** Collects the first fault of a record, so that the readers below can be written one after the other. */
export type FieldReader = { row: RawRow; fault: string | undefined }

/** Control characters, and what PostgreSQL cannot hold. Line breaks are kept where they mean something. */
const NOT_IN_A_LINE = /[\p{Cc}\u2028\u2029]+/gu
const NOT_IN_A_TEXT = /[^\P{Cc}\n\t]+/gu
const HAS_CONTROL = /\p{Cc}|[\u2028\u2029]/u
const WHOLE_PRICE = /^\d{1,11}(?:\.0{1,2})?$/
/** A time without a zone is the source's own: Western Indonesian Time. */
const NO_ZONE = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/
/** No clock is further ahead than this; what claims to be later would hide every change until then. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1_000
const YEAR_FIRST = /^\d{4}-\d{2}-\d{2}(?:[ T]\d|$)/

/** Text of one line, shortened to `limit` characters; null when it is absent or empty. Numbers count as text. */
export function readLine(reader: FieldReader, field: string, limit: number): string | null {
  const raw = readText(reader, field)
  if (raw === null) return null
  const line = (HAS_CONTROL.test(raw) ? raw.replace(NOT_IN_A_LINE, ' ') : raw).trim()
  return line === '' ? null : shorten(line, limit)
}

/** Text of several lines, shortened to `limit` characters; empty when it is absent. */
export function readParagraphs(reader: FieldReader, field: string, limit: number): string {
  const raw = readText(reader, field)
  if (raw === null) return ''
  const text = HAS_CONTROL.test(raw) ? raw.replaceAll('\r\n', '\n').replace(NOT_IN_A_TEXT, ' ') : raw
  return shorten(text.trim(), limit)
}

/** Whole rupiah from `"90000"`, `"90000.00"` or `90000`; 0 stays 0, and null is only what is absent or empty. */
export function readPrice(reader: FieldReader, field: string): number | null {
  const raw = reader.row[field]
  if (raw === undefined || raw === null || raw === '') return null
  if (typeof raw === 'string') {
    const text = raw.trim()
    if (WHOLE_PRICE.test(text)) return limitPrice(reader, field, Math.trunc(Number(text)))
  }
  if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0) return limitPrice(reader, field, raw)
  fail(reader, field, `not a price in whole rupiah: ${describe(raw)}`)
  return null
}

/**
 * The time of the last change; null when there is none, or one in the future that proves nothing. Only forms that begin
 * with year, month and day: in others, day and month would be guessed, and a change taken for a later one hides those
 * that follow.
 */
export function readTime(reader: FieldReader, field: string): Date | null {
  const raw = reader.row[field]
  if (raw === undefined || raw === null || raw === '') return null
  if (typeof raw === 'string' && YEAR_FIRST.test(raw)) {
    const at = Date.parse(withZone(raw))
    if (!Number.isNaN(at)) return at > systemClock.now().getTime() + MAX_AHEAD_MS ? null : new Date(at)
  }
  fail(reader, field, `not a time: ${describe(raw)}`)
  return null
}

function withZone(time: string): string {
  if (DAY_ONLY.test(time)) return `${time}T00:00:00+07:00`
  return NO_ZONE.test(time) ? `${time.replace(' ', 'T')}+07:00` : time
}

/** A web address as text; null when it is absent, longer than any address is, or no text that can be kept. */
export function readAddress(reader: FieldReader, field: string, limit: number): string | null {
  const raw = readText(reader, field)
  const address = raw === null ? '' : raw.trim()
  if (address === '' || address.length > limit || HAS_CONTROL.test(address)) return null
  return address.isWellFormed() ? address : null
}

/** Notes the first thing that is wrong with a record. */
export function fail(reader: FieldReader, field: string, detail: string): void {
  reader.fault ??= `${field}: ${detail}`
}

/** A wrong value in few words, for people. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return value === null ? 'null' : 'an object'
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 40) : value)
}

function readText(reader: FieldReader, field: string): string | null {
  const raw = reader.row[field]
  if (raw === undefined || raw === null) return null
  if (typeof raw === 'string') return raw
  if (typeof raw === 'number' && Number.isFinite(raw)) return String(raw)
  fail(reader, field, `not a text: ${describe(raw)}`)
  return null
}

function limitPrice(reader: FieldReader, field: string, price: number): number | null {
  if (price <= MAX_RUPIAH) return price
  fail(reader, field, `above any price: ${price}`)
  return null
}

/** Never ends in the middle of a character. */
function shorten(text: string, limit: number): string {
  const short = text.length > limit ? text.slice(0, limit) : text
  return short.isWellFormed() ? short : short.toWellFormed()
}
