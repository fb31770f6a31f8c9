import type { SendOutcome } from '../../notifications/ports.ts'

const PERMANENT = 500
/** Errors that end before a mail server was found, or before it took us as a client. */
const BEFORE_THE_MESSAGE = new Set(['EDNS', 'EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'ECONFIG', 'EPROXY'])
/** System calls before the first byte. */
const CONNECTING = new Set(['connect', 'getaddrinfo', 'queryA', 'queryAaaa'])
/** Time limits that belong to the time before the session. */
const EARLY_TIMEOUTS = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'DNS_TIMEOUT'])

/**
 * What a failed SMTP session means. Every answer is definite: 5xx to the recipient or the message refuses it for good, 5xx
 * to ourselves (sender, sign-in) is our configuration and nothing went out, 4xx asks for patience. Without an answer only
 * what failed before the session is certain; the rest may have been delivered.
 */
export function outcomeOfFailure(error: unknown): SendOutcome {
  const { code, command, responseCode, timeoutType, syscall, message } = fieldsOf(error)
  if (responseCode !== undefined) {
    const isOurs = command !== 'RCPT TO' && command !== 'DATA'
    const detail = `${command ?? code} ${responseCode}: ${message}`
    return responseCode >= PERMANENT && !isOurs ? { kind: 'refused', detail } : { kind: 'not_sent', detail }
  }
  const detail = `${code}: ${message}`
  // The address itself is no address: no server was asked.
  if (code === 'EENVELOPE') return { kind: 'refused', detail }
  const isEarly =
    BEFORE_THE_MESSAGE.has(code) ||
    (syscall !== undefined && CONNECTING.has(syscall)) ||
    (timeoutType !== undefined && EARLY_TIMEOUTS.has(timeoutType))
  return isEarly ? { kind: 'not_sent', detail } : { kind: 'unknown', detail }
}

/**
 * Whether a failure is the server's or the connection's, so that the next message would meet it, too. An answer about the
 * recipient or the message concerns that message alone, and so does an address that is none.
 */
export function isTroubleOfServer(error: unknown): boolean {
  const { code, command, responseCode } = fieldsOf(error)
  if (responseCode === undefined) return code !== 'EENVELOPE'
  return command !== 'RCPT TO' && command !== 'DATA'
}

type SmtpError = {
  code: string
  command?: string
  responseCode?: number
  timeoutType?: string
  syscall?: string
  message: string
}

function fieldsOf(error: unknown): SmtpError {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) }
  const fields: SmtpError = { code: error.name, message: error.message }
  if ('code' in error && typeof error.code === 'string') fields.code = error.code
  if ('command' in error && typeof error.command === 'string') fields.command = error.command
  if ('responseCode' in error && typeof error.responseCode === 'number')
    fields.responseCode = error.responseCode
  if ('timeoutType' in error && typeof error.timeoutType === 'string') fields.timeoutType = error.timeoutType
  const syscall = syscallOf(error) ?? syscallOf(error.cause)
  if (syscall !== undefined) fields.syscall = syscall
  return fields
}

function syscallOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined
  return typeof error.syscall === 'string' ? error.syscall : undefined
}
