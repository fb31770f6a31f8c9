/** Midtrans lives in Jakarta: GMT+7, without daylight saving time. */
const JAKARTA_OFFSET_MS = 7 * 3_600_000
const TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/
const AMOUNT = /^\d{1,12}(\.0{1,2})?$/

/** A moment as Snap wants it: `2025-01-31 18:00:00 +0700`. @see payments.md 1.2 */
export function formatSnapTime(moment: Date): string {
  const shifted = new Date(moment.getTime() + JAKARTA_OFFSET_MS).toISOString()
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)} +0700`
}

/** The moment behind a time without a zone, or undefined when it is not one. @see payments.md 1.6 */
export function parseWireTime(text: string): Date | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const moment = new Date(`${match[1]}T${match[2]}+07:00`)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}

/** Whole rupiah of an amount such as `15000.00`, or undefined for anything else, fractions included. */
export function parseWireAmount(text: string): number | undefined {
  return AMOUNT.test(text) ? Number(text.split('.')[0]) : undefined
}
