import type { Tx } from '#platform/database.ts'
import type { Queue } from '#platform/queue.ts'

/**
 * Adds the job that works on a stream. One of a stream waits at a time, and one that is postponed waits beside it: it
 * must not keep a run away that begins meanwhile.
 */
export function enqueueStream(
  queue: Queue,
): (tx: Tx, connection: string, stream: string, startAfter?: Date) => Promise<void> {
  return async (tx, connection, stream, startAfter) => {
    const id = `${connection}/${stream}`
    const options = startAfter === undefined ? { key: id } : { key: `${id}/later`, startAfter }
    await queue.enqueue(tx, 'sync.pull', id, options)
  }
}

/** Connection and stream of such a job; undefined for anything else. */
export function readStreamId(id: string): { connection: string; stream: string } | undefined {
  const [connection, stream, ...rest] = id.split('/')
  if (connection === undefined || stream === undefined || rest.length > 0) return undefined
  return { connection, stream }
}
