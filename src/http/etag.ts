import { createHash } from 'node:crypto'

/** A weak entity tag of the content: the same for every content encoding. */
export function etagOf(content: string | Uint8Array): string {
  return `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
}

/** Whether the client has this version already. */
export function hasVersion(request: Request, etag: string): boolean {
  const known = request.headers.get('if-none-match')
  if (known === null) return false
  return known === '*' || known.split(',').some((tag) => tag.trim() === etag)
}
