/** Minutes Jakarta is ahead of UTC; it has no daylight saving time. */
const JAKARTA_OFFSET_MINUTES = 7 * 60

/** Returns the time as Midtrans writes it: `YYYY-MM-DD HH:MM:SS` in GMT+7, without a zone. */
export function formatTime(time: Date): string {
  const shifted = new Date(time.getTime() + JAKARTA_OFFSET_MINUTES * 60_000)
  return shifted.toISOString().slice(0, 19).replace('T', ' ')
}

/** Returns whole rupiah as Midtrans writes it: `15000.00`. */
export function formatAmount(amount: number): string {
  return `${amount}.00`
}

/** Returns the moment a `yyyy-MM-dd HH:mm:ss Z` text names, or undefined when it is not in that shape. */
export function parseTime(text: string): Date | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{2}):?(\d{2})$/.exec(text)
  if (!match) return undefined
  const time = new Date(`${match[1]}T${match[2]}${match[3]}:${match[4]}`)
  return Number.isNaN(time.getTime()) ? undefined : time
}

const UNIT_MS: Record<string, number> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
}

/** Returns the length of a `{duration, unit}` in milliseconds, or undefined for an unknown unit. Plurals count. */
export function durationMs(duration: number, unit: string): number | undefined {
  const unitMs = UNIT_MS[unit.toLowerCase().replace(/s$/, '')]
  return unitMs === undefined ? undefined : duration * unitMs
}
