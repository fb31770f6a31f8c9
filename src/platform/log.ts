import pino, { type DestinationStream } from 'pino'

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
  'customer',
  'customer_name',
  'customer_email',
  'customer_phone',
  'recipient',
  'holder',
  'body',
]

/** Where the database repeats the row or the parameters that a statement failed with. */
const ROW_CONTENTS = ['err.detail', 'err.where', 'err.internalQuery', 'err.cause.detail', 'err.cause.where']

/** A logger that writes JSON lines to standard output, or to `sink`; secrets and contact data are removed by key. */
export function createLog(level: string, sink?: DestinationStream): Log {
  const paths = [...SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), ...ROW_CONTENTS]
  const options = {
    level,
    base: null,
    redact: { paths, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  return sink === undefined ? pino(options) : pino(options, sink)
}
