import type { SupplierView } from '../supplier-view.ts'
import type { PurchaseDeps } from './purchase.ts'
import { percentile95 } from './rank-offers.ts'
import { circuitsStatement, recordsStatement, waitingStatement } from './supplier-overview-store.ts'
import { listSupplierStates } from './supplier-states-store.ts'

/** Every supplier that is configured, with how it stands. */
export async function listSuppliers(deps: Pick<PurchaseDeps, 'db' | 'suppliers'>): Promise<SupplierView[]> {
  const { db } = deps
  const worker = { role: 'worker' } as const
  const [states, records, circuits, waiting] = await Promise.all([
    listSupplierStates(db),
    db.once('fulfilment.supplier-records', worker, recordsStatement()),
    db.once('fulfilment.open-circuits', worker, circuitsStatement()),
    db.once('fulfilment.waiting-units', worker, waitingStatement()),
  ])
  return [...deps.suppliers.keys()].toSorted().map((id) => {
    const state = states.find((row) => row.supplier === id)
    const record = records.filter((row) => row.supplier === id)
    const delivered = record.reduce((sum, row) => sum + row.delivered, 0)
    return {
      id,
      balance: state?.balance ?? null,
      balanceAt: state?.balance_at?.toISOString() ?? null,
      lowBalance: state?.low_balance ?? null,
      pausedBy: state?.paused_by ?? null,
      waiting: waiting.find((row) => row.supplier === id)?.units ?? 0,
      circuits: circuits
        .filter((row) => row.supplier === id)
        .map(({ family, until, reason }) => ({ family, until: until.toISOString(), reason })),
      lately: {
        ended: delivered + record.reduce((sum, row) => sum + row.failed, 0),
        delivered,
        p95Seconds: percentile95(sumSteps(record.map((row) => row.seconds))),
      },
    }
  })
}

function sumSteps(buckets: readonly (readonly number[])[]): number[] {
  const steps = Math.max(0, ...buckets.map((bucket) => bucket.length))
  return Array.from({ length: steps }, (_, step) =>
    buckets.reduce((sum, bucket) => sum + (bucket[step] ?? 0), 0),
  )
}
