import { supplierStream } from '../../../src/catalog/index.ts'
import type { CatalogueFailure, OfferRow, SupplierCatalogue } from '../../../src/catalog/ports.ts'
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

/** Starts the engine; suppliers named in `orderable` take orders. */
export async function startSupplierStage(
  catalogues: readonly SupplierCatalogue[],
  orderable: readonly string[] = ['vip-reseller'],
): Promise<SupplierStage> {
  const database = await createTestDatabase()
  const log = createLog('silent')
  const connections = catalogues.map((catalogue) => {
    const deps = { log, reprice: repriceSkus, orderable: orderable.includes(catalogue.supplier) }
    return { name: catalogue.supplier, streams: [supplierStream(deps, catalogue)], schedules: [] }
  })
  const deps: SyncDeps = {
    db: database.db,
    log,
    connections: new Map(connections.map((connection) => [connection.name, connection])),
    enqueue: async () => undefined,
    timing: { retryBaseMs: 1, retryMaxMs: 5 },
  }
  await registerConnections(deps)
  return {
    database,
    deps,
    async run(connection, kind = 'live', waitMs = RUN_MS) {
      const requested = await requestRun(deps, { connection, trigger: 'manual', kind, mode: 'full' })
      if (!requested.ok) throw new Error(requested.error.code)
      const run = await driveRun(deps, requested.value.runId, AbortSignal.timeout(waitMs))
      if (run === undefined) throw new Error('the run is gone')
      return run
    },
    query: (text, values) => queryAs(database.url, text, values),
  }
}
