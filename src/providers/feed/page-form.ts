import { err, ok, type Result } from '../../shared/result.ts'
import type { Page, SourceFailure } from '../../sync/ports.ts'

type Fields = Record<string, unknown>

/**
 * The rows of an answer and where it goes on: a bare list, `{data:[…]}` with or without `next_cursor`, or numbered
 * pages, at the top, in `meta`, or around the list as `{data:{data:[…], last_page}}`. An answer without a list is
 * malformed, never an empty list. `position` is that of the page itself. @see suppliers.md 5
 */
export function readPage(answer: unknown, position: string | null): Result<Page, SourceFailure> {
  if (Array.isArray(answer)) return ok({ rows: answer as unknown[], next: null })
  if (!isFields(answer)) return noList('not an object')
  const holder = isFields(answer.data) ? answer.data : answer
  const rows = holder.data
  if (!Array.isArray(rows)) return noList(typeof answer.message === 'string' ? answer.message : 'no data')
  const next = readNext([holder, answer, answer.meta].filter(isFields), position)
  if (next !== null && next === position) {
    return err({ code: 'malformed', detail: 'the next page is this page' })
  }
  return ok({ rows: rows as unknown[], next })
}

function noList(detail: string): Result<Page, SourceFailure> {
  return err({ code: 'malformed', detail: `the answer has no list: ${detail.slice(0, 200)}` })
}

function readNext(places: readonly Fields[], position: string | null): string | null {
  const cursor = first(places, 'next_cursor')
  if (typeof cursor === 'string' && cursor !== '') return `cursor:${cursor}`
  if (typeof cursor === 'number') return `cursor:${cursor}`
  const last = wholeNumber(first(places, 'last_page'))
  if (last === undefined) return null
  const asked = position?.startsWith('page:') ? Number(position.slice('page:'.length)) : 1
  const current = wholeNumber(first(places, 'current_page')) ?? asked
  return current < last ? `page:${current + 1}` : null
}

function first(places: readonly Fields[], field: string): unknown {
  for (const place of places) {
    const value = place[field]
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
