import { err, ok, type Result } from '#shared/result.ts'
import { UsageError } from '../command.ts'

const DAY = /^\d{4}-\d{2}-\d{2}$/
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/
const JAKARTA = '+07:00'
const DAY_MS = 86_400_000

/** A range of time as people write it. */
export type MomentRange = { from: Date; to: Date }

/**
 * The range between `--from` and `--to`, both included. A date is a whole day in Jakarta; a time without a zone is
 * Jakarta's. Without `--to` it ends at `now`. Undefined when neither is given; throws `UsageError` with an example.
 */
export function readRange(
  from: string | undefined,
  to: string | undefined,
  now: Date,
): MomentRange | undefined {
  if (from === undefined && to === undefined) return undefined
  if (from === undefined) throw new UsageError(`--to perlu --from / needs --from. ${EXAMPLE}`)
  const begins = readMoment('--from', from, 'start')
  const ends = to === undefined ? now : readMoment('--to', to, 'end')
  if (begins > ends) {
    throw new UsageError(
      to === undefined
        ? `--from ${from} ada di masa depan / lies in the future`
        : `--from ${from} sesudah --to ${to} / is after it: tukar keduanya / swap them`,
    )
  }
  return { from: begins, to: ends }
}

const EXAMPLE = 'Contoh / example: --from 2026-11-01 --to 2026-11-07'

function readMoment(option: string, text: string, edge: 'start' | 'end'): Date {
  const read = momentOf(text, edge)
  if (read.ok) return read.value
  throw new UsageError(
    read.error.code === 'no_such_day'
      ? `${option} ${text}: tanggal atau jam ini tidak ada / there is no such day or time`
      : `${option} ${text}: tulis tanggal (2026-11-01, hari penuh WIB) atau waktu (2026-11-01T08:30+07:00). Write a date (a whole day in Jakarta) or a time. ${EXAMPLE}`,
  )
}

/** The moment behind the text; for the end of a day its last millisecond. */
export function momentOf(
  text: string,
  edge: 'start' | 'end',
): Result<Date, { code: 'not_a_moment' | 'no_such_day' }> {
  const isDay = DAY.test(text)
  const zone = TIME.exec(text)
  if (!isDay && zone === null) return err({ code: 'not_a_moment' })
  if (!isRealDay(text.slice(0, 10))) return err({ code: 'no_such_day' })
  if (isDay) {
    const start = Date.parse(`${text}T00:00:00${JAKARTA}`)
    return ok(new Date(edge === 'start' ? start : start + DAY_MS - 1))
  }
  const moment = Date.parse(text.replace(' ', 'T') + (zone?.[1] === undefined ? JAKARTA : ''))
  return Number.isNaN(moment) ? err({ code: 'no_such_day' }) : ok(new Date(moment))
}

/** Dates like 30 February are moved by the parser instead of refused. */
function isRealDay(day: string): boolean {
  const parsed = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(day)
}
