/** Pseudo-random source: the same seed gives the same sequence, so a failing run can be repeated. */
export type Random = {
  /** A number in [0, 1). */
  next(): number
  /** A whole number in [0, limit). */
  below(limit: number): number
  digits(length: number): string
  /** Upper-case letters and digits without the easily confused 0, O, 1, I. */
  code(length: number): string
  /** Text in the shape of a version 4 UUID. */
  uuid(): string
}

const CODE_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const HEX_ALPHABET = '0123456789abcdef'

/** Returns a 32-bit hash (FNV-1a with a final mix) of a text. Not for security. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** Returns a generator (mulberry32) whose whole sequence follows from the seed. */
export function createRandom(seed: string): Random {
  let state = hashText(seed)
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  function from(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join('')
  }
  return {
    next,
    below,
    digits: (length) => from('0123456789', length),
    code: (length) => from(CODE_ALPHABET, length),
    uuid: () =>
      [
        from(HEX_ALPHABET, 8),
        from(HEX_ALPHABET, 4),
        `4${from(HEX_ALPHABET, 3)}`,
        `${'89ab'.charAt(below(4))}${from(HEX_ALPHABET, 3)}`,
        from(HEX_ALPHABET, 12),
      ].join('-'),
  }
}
