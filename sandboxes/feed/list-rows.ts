import type { Feed, ListName } from './feed-state.ts'
import { productText, resellerText, type RowContext } from './row-text.ts'

/** Which rows are wanted; both times are included. */
export type Window = { since: number | undefined; until: number | undefined }

/** Rows as JSON texts, and the index at which to go on; undefined when there are no more. */
export type RowPage = { rows: string[]; next: number | undefined }

/** When generated rows say they were changed: sixteen of them share each second. */
const FIRST_CHANGE = Date.UTC(2026, 0, 5)

/** Returns up to `limit` rows from the index on and before `end`, in order of id. */
export function readRows(
  feed: Feed,
  name: ListName,
  origin: string,
  request: { from: number; end?: number; limit: number; window: Window },
): RowPage {
  const { overlay } = feed.lists[name]
  const count = Math.min(feed.lists[name].count, request.end ?? Infinity)
  const { since = -Infinity, until = Infinity } = request.window
  const tieMs = feed.settings.tieSeconds * 1_000
  const context: RowContext = { origin, pictures: feed.pictures, hasTimes: hasTimes(feed) }
  const write = name === 'products' ? productText : resellerText
  const rows: string[] = []
  const isoTime = createIsoTime()
  let index = request.from
  for (; index < count && rows.length < request.limit; index += 1) {
    if (overlay?.gone[index] === 1) continue
    const at = changedAt(index, overlay?.changedAt[index] ?? 0, tieMs)
    if (at < since || at > until) continue
    rows.push(write(index, overlay?.revision[index] ?? 0, isoTime(at), context))
  }
  return { rows: disturb(feed, name, rows, request.from), next: index < count ? index : undefined }
}

/** The plain forms tell no times, as the simplest feeds do. */
function hasTimes(feed: Feed): boolean {
  return feed.settings.form === 'cursor' || feed.settings.form === 'laravel'
}

function changedAt(index: number, stamped: number, tieMs: number): number {
  const at = stamped > 0 ? stamped : FIRST_CHANGE + (index >>> 4) * 1_000
  return tieMs > 0 ? at - (at % tieMs) : at
}

/** Returns a formatter that remembers its last answer: neighbours share their times. */
function createIsoTime(): (at: number) => string {
  let lastAt = Number.NaN
  let last = ''
  return (at) => {
    if (at !== lastAt) {
      lastAt = at
      last = new Date(at).toISOString()
    }
    return last
  }
}

/** Applies the settings that spoil rows; the texts themselves when none is on. */
function disturb(feed: Feed, name: ListName, rows: string[], from: number): string[] {
  const { unknownFields, changedTypes, badRows, duplicates } = feed.settings
  let spoiled = rows
  if (unknownFields) spoiled = spoiled.map((row) => edit(row, addUnknown))
  if (Object.keys(changedTypes).length > 0) {
    spoiled = spoiled.map((row) => edit(row, (fields) => changeTypes(fields, changedTypes)))
  }
  if (badRows !== 'none') {
    spoiled = spoiled.map((row, place) =>
      badRows === 'all' || (from === 0 && place === 0) ? edit(row, (fields) => spoil(fields, name)) : row,
    )
  }
  const [first] = spoiled
  return duplicates === 'rows' && first !== undefined ? [...spoiled, edit(first, makeOlder)] : spoiled
}

type Fields = Record<string, unknown>

function edit(row: string, change: (fields: Fields) => Fields): string {
  return JSON.stringify(change(JSON.parse(row) as Fields))
}

function addUnknown(fields: Fields): Fields {
  return { ...fields, kode_gudang: 'GD-07', atribut: { warna: 'merah', ukuran: [1, 2] } }
}

function changeTypes(fields: Fields, types: Feed['settings']['changedTypes']): Fields {
  const changed = Object.entries(types).map(([field, type]) => [field, retyped(fields[field], type)] as const)
  return { ...fields, ...Object.fromEntries(changed) }
}

function retyped(value: unknown, type: 'number' | 'object' | 'array' | 'boolean' | 'null'): unknown {
  switch (type) {
    case 'number':
      return Number.parseInt(String(value).replace(/\D/g, '') || '0', 10)
    case 'object':
      return { nilai: value }
    case 'array':
      return [value]
    case 'boolean':
      return true
    case 'null':
      return null
  }
}

function spoil(fields: Fields, name: ListName): Fields {
  return name === 'products'
    ? { ...fields, harga_umum: 'hubungi kami' }
    : { ...fields, nama_reseller: { a: 1 } }
}

function makeOlder(fields: Fields): Fields {
  const older = { ...fields }
  if (typeof fields.updated_at === 'string') {
    older.updated_at = new Date(Date.parse(fields.updated_at) - 60_000).toISOString()
  }
  const label = 'nama_produk' in fields ? 'nama_produk' : 'nama_reseller'
  return { ...older, [label]: `${String(fields[label])} lama` }
}
