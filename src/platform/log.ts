import pino from 'pino'

/** A structured logger: JSON lines, fields instead of sentences. */
export type Log = pino.Logger

/** Keys that never reach a log line, wherever they stand in an object. */
const SECRET_KEYS = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'key',
  'sign',
  'signature',
  'apiKey',
  'serverKey',
  'trackingToken',
  'codes',
  'code',
  'sealed',
  'data_zone',
  'email',
  'phone',
  'body',
]

/** A logger that writes JSON lines to standard output; secrets and contact data are removed by key. */
export function createLog(level: string): Log {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])
  return pino({
    level,
    base: null,
    redact: { paths, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  })
}
