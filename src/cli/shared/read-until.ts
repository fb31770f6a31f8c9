import { UsageError } from '../command.ts'
import { momentOf } from '../sync/read-moment.ts'
import { wib } from '../sync/words.ts'

/** The end of an account as people write it: a date is over with its last moment in Jakarta. Throws `UsageError`. */
export function readUntil(text: string): string {
  const read = momentOf(text, 'end')
  if (read.ok) return read.value.toISOString()
  throw new UsageError(
    '--until: tulis tanggal (2027-01-31, sampai akhir hari WIB) atau waktu (2027-01-31T08:30+07:00). Write a date (to the end of that day in Jakarta) or a time.',
  )
}

/** The day on which it ends, in Jakarta. */
export function endDay(expiresAt: string): string {
  return wib(expiresAt).slice(0, 10)
}
