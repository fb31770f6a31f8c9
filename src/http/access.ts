import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Who may call a route. `public`: anybody; `webhook`: anybody, the body's signature decides; `operator`: the
 * operator token; `cron`: the operator token or the cron key; `loopback`: the operator token or the machine itself.
 */
export type Access = 'public' | 'webhook' | 'operator' | 'cron' | 'loopback'

/** What a request shows to be let in. `isLocal` is true for a direct connection from this machine. */
export type Credentials = { bearer: string | null; key: string | null; isLocal: boolean }

/** The configured secrets; null or empty ones let nobody in. */
export type AccessSecrets = { adminToken: string | null; cronKey: string | null }

/** Whether the credentials suffice for the route. Compares in constant time. */
export function mayEnter(access: Access, shown: Credentials, secrets: AccessSecrets): boolean {
  if (access === 'public' || access === 'webhook') return true
  if (isSameSecret(shown.bearer, secrets.adminToken)) return true
  if (access === 'loopback') return shown.isLocal
  if (access === 'operator') return false
  const isCronBearer = isSameSecret(shown.bearer, secrets.cronKey)
  return isSameSecret(shown.key, secrets.cronKey) || isCronBearer
}

/** The token of an `Authorization: Bearer …` header, or null. */
export function bearerOf(headers: Headers): string | null {
  const match = /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')
  return match?.[1] ?? null
}

function isSameSecret(shown: string | null, secret: string | null): boolean {
  if (shown === null || secret === null || secret === '') return false
  return timingSafeEqual(digest(shown), digest(secret))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
