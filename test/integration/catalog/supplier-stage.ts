import { supplierStream } from '../../../src/catalog/index.ts'
import type { CatalogueFailure, OfferRow, SupplierCatalogue } from '../../../src/catalog/ports.ts'
import type { Database } from '../../../src/platform/database.ts'
import { createLog } from '../../../src/platform/log.ts'
import { repriceSkus } from '../../../src/pricing/index.ts'
import { err, ok } from '../../../src/shared/result.ts'
import { driveRun, registerConnections, requestRun, type SyncDeps } from '../../../src/sync/index.ts'
import type { RunDetail } from '../../../src/sync/run-view.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

/** The engine with suppliers as connections, on a database of its own. */
export type SupplierStage = {
  database: TestDatabase
  deps: SyncDeps
  run(connection: string, kind?: 'live' | 'dry', waitMs?: number): Promise<RunDetail>
  query<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
}

/** A supplier that answers each pull with what `list` holds then. */
export type ScriptedSupplier = SupplierCatalogue & { list: OfferRow[] | CatalogueFailure; pulls: number }

const RUN_MS = 60_000

/** A supplier without a network. */
export function scriptedSupplier(supplier = 'vip-reseller'): ScriptedSupplier {
  const scripted: ScriptedSupplier = {
    supplier,
    list: [],
    pulls: 0,
    async fetchOffers() {
      scripted.pulls += 1
      return Array.isArray(scripted.list) ? ok([...scripted.list]) : err(scripted.list)
    },
    fetchBalance: async () => ok({ balance: 1, tier: 'basic' }),
  }
  return scripted
}

/** What the engine needs to pull these suppliers into a database; those named in `orderable` take orders. */
export function supplierDeps(
  db: Database,
  catalogues: readonly SupplierCatalogue[],
  orderable: readonly string[] = ['vip-reseller'],
): SyncDeps {
  const log = createLog('silent')
  const connections = catalogues.map((catalogue) => {
    const deps = { log, reprice: repriceSkus, orderable: orderable.includes(catalogue.supplier) }
    return { name: catalogue.supplier, streams: [supplierStream(deps, catalogue)], schedules: [] }
  })
  return {
    db,
    log,
    connections: new Map(connections.map((connection) => [connection.name, connection])),
    enqueue: async () => undefined,
    timing: { retryBaseMs: 1, retryMaxMs: 5 },
  }
}

/** One run by hand from its wish to its end. */
export async function runSupplier(
  deps: SyncDeps,
  connection: string,
  kind: 'live' | 'dry' = 'live',
  waitMs = RUN_MS,
): Promise<RunDetail> {
  const requested = await requestRun(deps, { connection, trigger: 'manual', kind, mode: 'full' })
  if (!requested.ok) throw new Error(requested.error.code)
  const run = await driveRun(deps, requested.value.runId, AbortSignal.timeout(waitMs))
  if (run === undefined) throw new Error('the run is gone')
  return run
}

/** Starts the engine; suppliers named in `orderable` take orders. */
export async function startSupplierStage(
  catalogues: readonly SupplierCatalogue[],
  orderable: readonly string[] = ['vip-reseller'],
): Promise<SupplierStage> {
  const database = await createTestDatabase()
  const deps = supplierDeps(database.db, catalogues, orderable)
  await registerConnections(deps)
  return {
    database,
    deps,
    run: (connection, kind, waitMs) => runSupplier(deps, connection, kind, waitMs),
    query: (text, values) => queryAs(database.url, text, values),
  }
}
