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

/** Writes one line per request. */
export type AccessLog = (line: AccessLine, ip: string) => void

/**
 * Server errors are written as errors, the rest as information. The logger's search for secret keys is left out:
 * a line has only the fields above, and the search would cost more than serving a kept page.
 */
export function createAccessLog(log: Log): AccessLog {
  const lines = log.child({}, { redact: [] })
  return (line, ip) => {
    const entry = SUSPICIOUS.has(line.status) ? { ...line, ip } : line
    if (line.status >= 500) lines.error(entry, 'request')
    else lines.info(entry, 'request')
  }
}
