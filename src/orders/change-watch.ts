import type { Database } from '#platform/database.ts'
import { selectNewerVersions } from './orders-store.ts'
import { hashToken, isTrackingToken } from './tracking-token.ts'

/** One look at the database serves every open page of this process. */
const LOOK_EVERY_MS = 300
/** Orders of one statement: 5,000 take PostgreSQL 20 ms and this process 4 ms. More share a look in turn. */
const LOOK_BATCH = 5_000
/** Pages that one process keeps waiting, about 4 KB each; the rest look for themselves when their time is up. */
export const MAX_WAITING_PAGES = 10_000

type Waiter = { version: number; wake(isChanged: boolean): void }
/** The pages of one order. */
type Watched = { hash: Buffer; waiters: Set<Waiter> }

/** Wakes pages when their order changes. One query per look, however many pages wait; none while nobody does. */
export type ChangeWatch = {
  /**
   * Resolves true once the order is past `version`, which may have happened before; false after `timeoutMs` or on
   * abort. When too many wait it is not watched: true after `timeoutMs`, as it may have changed.
   */
  wait(token: string, version: number, timeoutMs: number, signal: AbortSignal): Promise<boolean>
  /** Looks now: for the process that has just changed an order itself. */
  look(): Promise<void>
  close(): void
}

/** Starts watching on behalf of one process. Works without LISTEN, so it needs no direct connection. */
export function watchChanges(db: Database, onError: (error: unknown) => void): ChangeWatch {
  const watched = new Map<string, Watched>()
  let pages = 0
  let timer: NodeJS.Timeout | undefined
  let looking = false

  async function look(): Promise<void> {
    if (looking || watched.size === 0) return
    looking = true
    try {
      const orders = [...watched.values()]
      for (let from = 0; from < orders.length; from += LOOK_BATCH) {
        await lookAt(db, watched, orders.slice(from, from + LOOK_BATCH))
      }
    } catch (error) {
      onError(error)
    } finally {
      looking = false
    }
  }

  function schedule(): void {
    if (pages > 0) timer ??= setInterval(() => void look(), LOOK_EVERY_MS).unref()
    else {
      clearInterval(timer)
      timer = undefined
    }
  }

  function add(key: string, waiter: Waiter): void {
    const order = watched.get(key) ?? { hash: Buffer.from(key, 'hex'), waiters: new Set() }
    order.waiters.add(waiter)
    watched.set(key, order)
    pages += 1
    schedule()
  }

  function remove(key: string, waiter: Waiter): void {
    const order = watched.get(key)
    if (order?.waiters.delete(waiter) !== true) return
    if (order.waiters.size === 0) watched.delete(key)
    pages -= 1
    schedule()
  }

  return {
    look,
    wait(token, version, timeoutMs, signal) {
      if (!isTrackingToken(token) || signal.aborted) return Promise.resolve(false)
      const key = hashToken(token).toString('hex')
      const isWatched = pages < MAX_WAITING_PAGES
      return new Promise((resolve) => {
        const end = (isChanged: boolean): void => {
          clearTimeout(timeout)
          signal.removeEventListener('abort', give)
          remove(key, waiter)
          resolve(isChanged)
        }
        const give = (): void => end(false)
        const waiter: Waiter = { version, wake: end }
        const timeout = setTimeout(() => end(!isWatched), timeoutMs)
        signal.addEventListener('abort', give, { once: true })
        if (isWatched) add(key, waiter)
      })
    },
    close() {
      clearInterval(timer)
      for (const { waiters } of watched.values()) for (const waiter of waiters) waiter.wake(false)
    },
  }
}

async function lookAt(
  db: Database,
  watched: ReadonlyMap<string, Watched>,
  orders: readonly Watched[],
): Promise<void> {
  const hashes = orders.map(({ hash }) => hash)
  const versions = orders.map(({ waiters }) => Math.min(...[...waiters].map(({ version }) => version)))
  const newer = await db.transaction('orders.look', { role: 'worker' }, (tx) =>
    selectNewerVersions(tx, hashes, versions),
  )
  for (const row of newer) {
    for (const waiter of watched.get(row.token_hash.toString('hex'))?.waiters ?? []) {
      if (row.version > waiter.version) waiter.wake(true)
    }
  }
}
