import type { Log } from './log.ts'

/**
 * Runs `work` for each item, one after another. An item that fails is logged and passed over, so that one bad row
 * never holds up the others; returns how many went well.
 */
export async function attemptEach<T>(
  items: readonly T[],
  context: { log: Log; name: string },
  work: (item: T) => Promise<unknown>,
): Promise<number> {
  let done = 0
  for (const item of items) {
    try {
      await work(item)
      done += 1
    } catch (error) {
      context.log.error({ err: error, work: context.name, item }, 'one item failed')
    }
  }
  return done
}
