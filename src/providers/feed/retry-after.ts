/** Longer waits are a mistake of the source; an operator would rather see it asked again. */
const MAX_WAIT_MS = 60 * 60 * 1_000

/**
 * How long `Retry-After` asks to wait, from seconds or a date; at most an hour. Undefined when it does not say. A date
 * is measured by the source's own clock (`Date`) where it tells it.
 */
export function retryAfterMs(headers: Headers, now: Date): number | undefined {
  const text = headers.get('retry-after')?.trim()
  if (text === undefined || text === '') return undefined
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, MAX_WAIT_MS)
  const until = Date.parse(text)
  const told = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(until)) return undefined
  return Math.min(Math.max(until - (Number.isNaN(told) ? now.getTime() : told), 0), MAX_WAIT_MS)
}
