import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import type { SupplierView } from '../../../src/fulfilment/supplier-view.ts'

/** A supplier in every kind of trouble. */
export const SUPPLIER: SupplierView = {
  id: 'digiflazz',
  balance: 90_000,
  balanceAt: '2026-11-21T00:00:00.000Z',
  lowBalance: 100_000,
  pausedBy: 'low_balance',
  waiting: 3,
  circuits: [{ family: 'mobile-legends', until: '2026-11-21T00:00:30.000Z', reason: 'HTTP 500' }],
  lately: { ended: 20, delivered: 18, p95Seconds: 40 },
}

/** Suppliers with fixed answers. */
export function suppliersPort(): App['suppliers'] {
  const known = (id: string): boolean => id !== 'nobody'
  return {
    list: async () => [SUPPLIER],
    setLowBalance: async (id) => (known(id) ? ok(undefined) : err({ code: 'not_found' })),
    pause: async (id) => (known(id) ? ok(undefined) : err({ code: 'not_found' })),
    resume: async (id) => (known(id) ? ok({ resumed: 3 }) : err({ code: 'not_found' })),
  }
}
