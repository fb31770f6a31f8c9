import type { Locale } from './locale.ts'

const ZONE = 'Asia/Jakarta'
const TAGS: Record<Locale, string> = { id: 'id-ID', en: 'en-GB' }

/** The instant as `14:35 WIB`. `at` is ISO 8601. */
export function formatTime(at: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', minute: '2-digit' })
  return `${parts.format(new Date(at))} WIB`
}

/** The day as `21 Nov 2026`. `at` is ISO 8601. */
export function formatDay(at: string, locale: Locale): string {
  const day = new Intl.DateTimeFormat(TAGS[locale], {
    timeZone: ZONE,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
  return day.format(new Date(at))
}

/** The instant as `21 Nov 2026, 14:35 WIB`. `at` is ISO 8601. */
export function formatDateTime(at: string, locale: Locale): string {
  return `${formatDay(at, locale)}, ${formatTime(at)}`
}
