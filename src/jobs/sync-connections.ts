import { supplierStream, type SupplierStreamDeps } from '#catalog'
import { repriceSkus } from '#pricing'
import type { Connection } from '#sync'
import type { SupplierCatalogue } from '../catalog/ports.ts'
import type { Log } from '#platform/log.ts'
import type { Suppliers } from '#fulfilment'

/** Costs move a few times a day, and a supplier allows its whole list only every few minutes. */
const SUPPLIER_MINUTES = 360

/** What the configured systems are, as ports. */
export type SyncedSystems = {
  log: Log
  suppliers: Suppliers
  catalogues: ReadonlyMap<string, SupplierCatalogue>
}

/** Every external system that is synchronised, by name. */
export function syncConnections(systems: SyncedSystems): Map<string, Connection> {
  const connections = [...systems.catalogues.values()].map((catalogue) =>
    supplierConnection(systems, catalogue),
  )
  return new Map(connections.map((connection) => [connection.name, connection]))
}

/** A supplier's offers; sold only when purchases of it can be placed. */
function supplierConnection(systems: SyncedSystems, catalogue: SupplierCatalogue): Connection {
  const deps: SupplierStreamDeps = {
    log: systems.log,
    reprice: repriceSkus,
    orderable: systems.suppliers.has(catalogue.supplier),
  }
  return {
    name: catalogue.supplier,
    streams: [supplierStream(deps, catalogue)],
    schedules: [{ mode: 'full', everyMinutes: SUPPLIER_MINUTES }],
  }
}
