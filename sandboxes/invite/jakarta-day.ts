const JAKARTA_OFFSET_MS = 7 * 3_600_000
const DAY_MS = 86_400_000

/** Returns the date in Western Indonesian time, by which daily quotas are counted. */
export function jakartaDay(at: Date): string {
  return new Date(at.getTime() + JAKARTA_OFFSET_MS).toISOString().slice(0, 10)
}

/** Returns the whole seconds until the next day begins there; at least one. */
export function secondsUntilTomorrow(at: Date): number {
  const sinceMidnight = (at.getTime() + JAKARTA_OFFSET_MS) % DAY_MS
  return Math.max(Math.ceil((DAY_MS - sinceMidnight) / 1_000), 1)
}

/** Returns the time as the family provider writes it: `21/11/2026 15:04`, without a zone. */
export function formatTime(at: Date): string {
  const iso = new Date(at.getTime() + JAKARTA_OFFSET_MS).toISOString()
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)} ${iso.slice(11, 16)}`
}
