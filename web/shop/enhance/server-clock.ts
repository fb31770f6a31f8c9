let aheadMs = 0

/** Learns how far this device's clock is from the server's: phones are often minutes off. `now` is ISO 8601. */
export function setServerTime(now: string): void {
  const there = Date.parse(now)
  if (!Number.isNaN(there)) aheadMs = Date.now() - there
}

/** The server's time in milliseconds, as far as this page knows. */
export function serverNow(): number {
  return Date.now() - aheadMs
}
