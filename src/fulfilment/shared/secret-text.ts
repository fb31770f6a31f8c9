/** Fits a login, a password, a profile and a few words of advice. */
export const MAX_SECRET = 4_000

/** Returns the secret without the line breaks around it, or undefined when it is empty, too long or not a text. */
export function readSecret(text: string): string | undefined {
  const secret = text.replaceAll('\r\n', '\n').replace(/^\n+|\s+$/g, '')
  const isText = [...secret].every((sign) => sign === '\n' || sign === '\t' || sign >= ' ')
  return secret === '' || secret.length > MAX_SECRET || !isText ? undefined : secret
}
