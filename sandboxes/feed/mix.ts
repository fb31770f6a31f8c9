/** Returns a 32-bit hash of two whole numbers. Cheap: it runs several times per generated row. */
export function mix(index: number, salt: number): number {
  let hash = Math.imul((index + 0x9e3779b9) ^ salt, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Returns the element at `hash`, counted round. */
export function pick<T>(list: readonly T[], hash: number): T {
  return list[hash % list.length] as T
}
