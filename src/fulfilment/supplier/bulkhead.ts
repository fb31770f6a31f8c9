/** Calls of one process at one supplier: few at a time keep lookups unambiguous, and others keep their workers. */
export const CALLS_AT_ONCE = 4

const taken = new WeakMap<object, number>()

/** A place among the calls at a supplier, to be given back; undefined while all are taken: nobody waits for one here. */
export function takePlace(supplier: object): (() => void) | undefined {
  const inUse = taken.get(supplier) ?? 0
  if (inUse >= CALLS_AT_ONCE) return undefined
  taken.set(supplier, inUse + 1)
  return () => void taken.set(supplier, (taken.get(supplier) ?? 1) - 1)
}
