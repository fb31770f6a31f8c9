import { exportFeedProducts, exportOffers, listFeedProducts } from '#catalog'
import { exportPrices } from '#pricing'
import { exportCustomPrices, exportResellers, listResellers } from '#resellers'
import {
  approveRun,
  cancelRun,
  describeConnections,
  discardDeadLetter,
  driveRun,
  findRun,
  listChanges,
  listDeadLetters,
  listRuns,
  requestRun,
  setFieldLock,
  setPaused,
  setSchedule,
} from '#sync'
import { BlobKeyRefused } from '#platform/blob-store.ts'
import { ok } from '#shared/result.ts'
import type { App } from '../app.ts'
import type { Shop } from './shop.ts'

/** What may be asked of synchronisation. */
export function syncApp({ sync }: Shop): App['sync'] {
  return {
    async request(request) {
      const requested = await requestRun(sync, request)
      return requested.ok ? ok(await runOf(sync, requested.value.runId)) : requested
    },
    async run(request, waitMs) {
      const requested = await requestRun(sync, request)
      if (!requested.ok) return requested
      await driveRun(sync, requested.value.runId, AbortSignal.timeout(waitMs))
      return ok(await runOf(sync, requested.value.runId))
    },
    drive: (runId, signal) => driveRun(sync, runId, signal),
    findRun: (runId) => findRun(sync, runId),
    listRuns: (query) => listRuns(sync, query),
    listChanges: (runId, query) => listChanges(sync, runId, query),
    cancel: (runId) => cancelRun(sync, runId),
    approve: (runId, by) => approveRun(sync, runId, by),
    connections: () => describeConnections(sync),
    setPaused: (connection, paused, by) => setPaused(sync, connection, paused, by),
    setSchedule: (connection, mode, everyMinutes) => setSchedule(sync, connection, mode, everyMinutes),
    listDeadLetters: (query) => listDeadLetters(sync, query),
    discardDeadLetter: (id, by) => discardDeadLetter(sync, id, by),
    setFieldLock: (lock, locked, by) => setFieldLock(sync, lock, locked, by),
  }
}

async function runOf(
  deps: Shop['sync'],
  runId: string,
): Promise<NonNullable<Awaited<ReturnType<typeof findRun>>>> {
  const run = await findRun(deps, runId)
  if (run === undefined) throw new Error(`run ${runId} is gone`)
  return run
}

/** What the feed's lists show. */
export function feedApp(shop: Shop): App['feed'] {
  return {
    listProducts: (query) => listFeedProducts(shop, query),
    listResellers: (query) => listResellers(shop, query),
  }
}

/** What can be exported, by name. */
const EXPORTS = {
  products: exportFeedProducts,
  resellers: exportResellers,
  'custom-prices': exportCustomPrices,
  offers: exportOffers,
  prices: exportPrices,
} as const

/** Synchronised tables as rows, read page by page. */
export function exportsApp({ db }: Shop): App['exports'] {
  return {
    names: () => Object.keys(EXPORTS),
    rows: (name) => (Object.hasOwn(EXPORTS, name) ? EXPORTS[name as keyof typeof EXPORTS](db) : undefined),
  }
}

/** Pictures of the local store; the others have addresses of their own. */
export function mediaApp({ blobs }: Shop, isLocal: boolean): App['media'] {
  return {
    async read(key) {
      if (!isLocal) return undefined
      try {
        return await blobs.get(key)
      } catch (error) {
        if (error instanceof BlobKeyRefused) return undefined
        throw error
      }
    },
  }
}
