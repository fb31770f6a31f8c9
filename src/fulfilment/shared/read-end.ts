/** Accounts are paid for years at most; later is a slip of the pen. */
const LATEST_MS = 20 * 366 * 86_400_000

/** The moment a credential ends, or undefined when the text is none, lies in the past or too far away. */
export function readEnd(text: string, now: Date): Date | undefined {
  const ms = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) - now.getTime() : Number.NaN
  return ms > 0 && ms <= LATEST_MS ? new Date(now.getTime() + ms) : undefined
}
