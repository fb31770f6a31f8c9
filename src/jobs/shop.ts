import type { TaggedCache } from '#platform/tagged-cache.ts'
import type { Announcement, InviteProviders, InviteTiming, PurchaseTiming, Suppliers } from '#fulfilment'
import type { AccountChecker, SupplierCatalogue } from '../catalog/ports.ts'
import type { PaymentGateways } from '#payments'
import type { BlobStore } from '#platform/blob-store.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import type { Queue } from '#platform/queue.ts'
import type { KeyRing } from '#platform/sealing.ts'
import type { Messaging } from './messages.ts'
import type { NamedPictures, SyncDeps, SyncTiming } from '#sync'

/** Waits that tests shorten. `scheduleSeconds` is the longest pause between two turns of any schedule. */
export type ShopTiming = Partial<PurchaseTiming> & {
  scheduleSeconds?: number
  sync?: Partial<SyncTiming>
  invites?: Partial<InviteTiming>
}

/** Everything the use cases are given: built once by the composition root, never reached for from inside a module. */
export type Shop = {
  db: Database
  queue: Queue
  clock: Clock
  keys: KeyRing
  log: Log
  /** Public origin without a trailing slash. */
  origin: string
  gateways: PaymentGateways
  suppliers: Suppliers
  inviteProviders: InviteProviders
  catalogues: ReadonlyMap<string, SupplierCatalogue>
  checker: AccountChecker
  cache: TaggedCache
  /** Where pictures are kept. */
  blobs: BlobStore
  /** Every domain whose records name pictures. */
  namedPictures: readonly NamedPictures[]
  /** How buyers and staff are told what happened. */
  messaging: Messaging
  /** The external systems that are synchronised, and how. */
  sync: SyncDeps
  /** The waits of production where nothing is said. */
  timing?: ShopTiming
  announce(tx: Tx, news: Announcement): Promise<void>
}
