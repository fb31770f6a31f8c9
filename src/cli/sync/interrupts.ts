import { elapsedMs } from '#platform/clock.ts'

/** Ctrl-C reaches us twice when our starter hands it on as well; within this time it is the same key. */
const SAME_KEY_MS = 400

/**
 * Calls `first` at the first Ctrl-C and `second` at the next one; a third ends the process. Returns what takes the
 * handlers away again.
 */
export function onInterrupts(first: () => void, second: () => void): () => void {
  let pressed = 0
  let lastMs = Number.NEGATIVE_INFINITY
  const handle = () => {
    const isSame = elapsedMs() - lastMs < SAME_KEY_MS
    lastMs = elapsedMs()
    if (isSame) return
    pressed += 1
    if (pressed === 1) first()
    else if (pressed === 2) second()
    else process.exit(130)
  }
  process.on('SIGINT', handle)
  return () => void process.off('SIGINT', handle)
}
