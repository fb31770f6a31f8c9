import { setTimeout as pause } from 'node:timers/promises'

/** Longer than anything honest takes on a busy machine; reached only by a fault. */
const DEADLINE_MS = 25_000
const LOOK_EVERY_MS = 40

/**
 * The first value of `look` that is neither undefined nor false, looked for until the deadline. Throws then, naming
 * what was waited for.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  options: { deadlineMs?: number; everyMs?: number } = {},
): Promise<T> {
  const until = performance.now() + (options.deadlineMs ?? DEADLINE_MS)
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > until) throw new Error(`waited in vain for: ${what}`)
    await pause(options.everyMs ?? LOOK_EVERY_MS)
  }
}
