import { elapsedMs } from './clock.ts'
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

/**
 * Runs `work` for each item like `attemptEach`, of each key up to `perKey` at a time and in their order: a provider
 * that does not answer holds up its own items only. After `forMs` lanes take nothing more, so that it does not put off the
 * next turn either: what is left comes then.
 */
export async function attemptInLanes<T>(
  items: readonly T[],
  context: { log: Log; name: string },
  lanes: { keyOf(item: T): string; perKey: number; forMs: number },
  work: (item: T) => Promise<unknown>,
): Promise<number> {
  const until = elapsedMs() + lanes.forMs
  async function lane(left: T[]): Promise<number> {
    let done = 0
    for (let next = left.shift(); next !== undefined; next = elapsedMs() < until ? left.shift() : undefined)
      done += await attemptEach([next], context, work)
    return done
  }
  const groups = [...Map.groupBy(items, lanes.keyOf).values()]
  const running = groups.flatMap((group) => Array.from({ length: lanes.perKey }, () => lane(group)))
  return (await Promise.all(running)).reduce((sum, done) => sum + done, 0)
}
