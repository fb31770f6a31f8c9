/** Western Indonesian time: seven hours ahead, all year. */
const OFFSET_MS = 7 * 3_600_000
const DAY_MS = 86_400_000
const MINUTES_PER_DAY = 1_440

/** Returns the number of the calendar day in Jakarta. */
export function dayOf(at: Date): number {
  return Math.floor((at.getTime() + OFFSET_MS) / DAY_MS)
}

/** Whether the moment lies in a daily window of `h:m` times, which may cross midnight; equal times mean none. */
export function isInWindow(start: string, end: string, at: Date): boolean {
  const [from, to] = [minuteOf(start), minuteOf(end)]
  const minute = Math.floor((at.getTime() + OFFSET_MS) / 60_000) % MINUTES_PER_DAY
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
