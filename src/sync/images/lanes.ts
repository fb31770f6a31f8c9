/** Calls to one host at once; a shop's own server should not feel us. */
const PER_HOST = 4
/** Pictures in work at once, which bounds what their bodies take in memory. */
const OVERALL = 8

/**
 * Works on items with a limit per host and one over all, so that a slow host holds up only its own. Items left when
 * `mayStart` turns false are not begun. When one fails, no other is begun, and that failure is returned.
 */
export async function workInLanes<Item>(
  items: readonly Item[],
  hostOf: (item: Item) => string,
  mayStart: () => boolean,
  work: (item: Item) => Promise<void>,
): Promise<{ failure?: unknown }> {
  const queues = [...Map.groupBy(items, hostOf).values()]
  const waiting: (() => void)[] = []
  let running = 0
  let isFailed = false
  const goesOn = (): boolean => !isFailed && mayStart()
  async function lane(queue: Item[]): Promise<void> {
    while (queue.length > 0 && goesOn()) {
      while (running >= OVERALL) await new Promise<void>((resolve) => waiting.push(resolve))
      const item = goesOn() ? queue.shift() : undefined
      if (item !== undefined) {
        running += 1
        try {
          await work(item)
        } catch (error) {
          isFailed = true
          throw error
        } finally {
          running -= 1
          // After a failure too: who waits must learn that nothing more is begun.
          waiting.shift()?.()
        }
      } else waiting.shift()?.()
    }
    // Whoever still waits must see for himself that there is nothing more to begin.
    waiting.shift()?.()
  }
  const lanes = queues.flatMap((queue) =>
    Array.from({ length: Math.min(PER_HOST, queue.length) }, () => lane(queue)),
  )
  const ended = await Promise.allSettled(lanes)
  const failed = ended.find((end) => end.status === 'rejected')
  return failed ? { failure: failed.reason } : {}
}
