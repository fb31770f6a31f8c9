import type { Database } from '#platform/database.ts'
import { hashToken, isTrackingToken } from './tracking-token.ts'
import { selectVersions } from './orders-store.ts'

/** One look at the database serves every open page of this process. */
const LOOK_EVERY_MS = 300
/** Tokens of one look; more pages than this share the following looks. */
const LOOK_BATCH = 1_000
/** Pages that one process keeps waiting; the rest are told to poll. */
export const MAX_WAITING_PAGES = 5_000

type Waiter = { version: number; wake(changed: boolean): void }

/** Wakes pages when their order changes. One query per look, however many pages wait; none while nobody does. */
export type ChangeWatch = {
  /** Resolves true once the order is past `version`, false after `timeoutMs`, on abort, or when too many wait. */
  wait(token: string, version: number, timeoutMs: number, signal: AbortSignal): Promise<boolean>
  /** Looks now: for the process that has just changed an order itself. */
  look(): Promise<void>
  close(): void
}

/** Starts watching on behalf of one process. Works without LISTEN, so it needs no direct connection. */
export function watchChanges(db: Database, onError: (error: unknown) => void): ChangeWatch {
  const waiting = new Map<string, Set<Waiter>>()
  let timer: NodeJS.Timeout | undefined
  let looking = false

  async function look(): Promise<void> {
    if (looking || waiting.size === 0) return
    looking = true
    try {
      const hashes = [...waiting.keys()].slice(0, LOOK_BATCH).map((hex) => Buffer.from(hex, 'hex'))
      const rows = await db.transaction('orders.look', { role: 'worker' }, (tx) => selectVersions(tx, hashes))
      for (const row of rows) {
        for (const waiter of waiting.get(row.token_hash.toString('hex')) ?? []) {
          if (row.version > waiter.version) waiter.wake(true)
        }
      }
    } catch (error) {
      onError(error)
    } finally {
      looking = false
    }
  }

  function schedule(): void {
    timer ??= setInterval(() => void look(), LOOK_EVERY_MS).unref()
    if (waiting.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    look,
    wait(token, version, timeoutMs, signal) {
      if (!isTrackingToken(token) || waiting.size >= MAX_WAITING_PAGES || signal.aborted)
        return Promise.resolve(false)
      const key = hashToken(token).toString('hex')
      return new Promise((resolve) => {
        const end = (changed: boolean): void => {
          clearTimeout(timeout)
          signal.removeEventListener('abort', give)
          const rest = waiting.get(key)
          rest?.delete(waiter)
          if (rest?.size === 0) waiting.delete(key)
          schedule()
          resolve(changed)
        }
        const give = (): void => end(false)
        const waiter: Waiter = { version, wake: end }
        const timeout = setTimeout(give, timeoutMs)
        signal.addEventListener('abort', give, { once: true })
        waiting.set(key, (waiting.get(key) ?? new Set()).add(waiter))
        schedule()
      })
    },
    close() {
      clearInterval(timer)
      for (const waiters of waiting.values()) for (const waiter of waiters) waiter.wake(false)
    },
  }
}
