import type { Digiflazz } from './digiflazz-state.ts'
import { requestSignature } from './signature.ts'

/** A JSON request's fields; nested values are left out of texts. */
export type RequestFields = Record<string, unknown>

/** A refusal before anything was formed: code and text. */
export type Refusal = { rc: string; message: string }

/** Which kind of key signed a call. */
export type Mode = 'production' | 'development'

/** Returns the fields of a JSON object, or undefined for anything else. */
export function readFields(text: string): RequestFields | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** Returns the field as text, empty when it is neither text nor a number. */
export function textOf(fields: RequestFields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** Returns the mode of the key that signed the call, or why it is refused. @see suppliers.md 2.1, 2.6 */
export function checkAccess(
  df: Digiflazz,
  fields: RequestFields,
  request: { suffix: string; peer: string },
): Mode | Refusal {
  const sign = textOf(fields, 'sign')
  if (textOf(fields, 'username') === '' || sign === '') return { rc: '40', message: 'Payload Error' }
  if (textOf(fields, 'username') !== df.username) {
    return { rc: '42', message: 'Gagal memproses API Buyer' }
  }
  const mode = (['production', 'development'] as const).find(
    (candidate) => sign === requestSignature(df.username, keyOf(df, candidate), request.suffix),
  )
  if (mode === undefined) return { rc: '41', message: 'Signature tidak valid' }
  const allowed = mode === 'production' ? df.settings.productionIps : df.settings.developmentIps
  const peer = request.peer.replace(/^::ffff:/, '')
  if (allowed.length > 0 && !allowed.includes(peer)) {
    return { rc: '45', message: `IP Anda tidak kami kenali: ${peer}` }
  }
  return mode
}

function keyOf(df: Digiflazz, mode: Mode): string {
  return mode === 'production' ? df.productionKey : df.developmentKey
}
