import type { Log } from '#platform/log.ts'

/** What one line of the access log says. `route` is a template: paths carry tokens, so none is written. */
export type AccessLine = {
  requestId: string
  method: string
  route: string
  status: number
  durationMs: number
  /** The address, only where it helps to find an attacker: refused entries and floods. */
  ip?: string
}

const SUSPICIOUS = new Set([401, 403, 429])

/** Writes one line per request: server errors as errors, the rest as information. */
export function logAccess(log: Log, line: AccessLine, ip: string): void {
  const entry = SUSPICIOUS.has(line.status) ? { ...line, ip } : line
  if (line.status >= 500) log.error(entry, 'request')
  else log.info(entry, 'request')
}
