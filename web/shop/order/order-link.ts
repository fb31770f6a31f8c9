/** A tracking token is long and random; order numbers are shorter. */
const MIN_TOKEN_LENGTH = 20
/** Longest text looked at: a pasted link with its query. */
const MAX_LENGTH = 600

/**
 * Where a pasted link, tracking code or order number leads, or undefined when it is none of them.
 * An order number leads to its invoice, which opens only in the browser that ordered.
 */
export function orderPathOf(pasted: string): string | undefined {
  const text = pasted.trim().slice(0, MAX_LENGTH)
  const track = /\/track\/([A-Za-z0-9_-]+)/.exec(text)
  if (track?.[1]) return `/track/${track[1]}`
  const invoice = /\/invoice\/([A-Za-z0-9-]+)\?(?:.*&)?t=([A-Za-z0-9_-]+)/.exec(text)
  if (invoice?.[2]) return `/track/${invoice[2]}`
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined
  return text.length >= MIN_TOKEN_LENGTH ? `/track/${text}` : `/invoice/${text.toUpperCase()}`
}
