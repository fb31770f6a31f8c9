import { err, ok, type Result } from '#shared/result.ts'
import { hastenSupplier } from './attempts-store.ts'
import type { PurchaseDeps } from './purchase.ts'
import { timingOf } from './purchase-timing.ts'
import { endPause, writeLowBalance, writePause } from './supplier-states-store.ts'
import { WOKEN_AT_ONCE } from './watch-balances.ts'

type NotFound = { code: 'not_found' }

/** Lets a supplier rest until an operator ends that. Nothing more is sent to it; what waits goes elsewhere or waits on. */
export async function pauseSupplier(
  deps: PurchaseDeps,
  supplier: string,
  by: string,
): Promise<Result<void, NotFound>> {
  if (!deps.suppliers.has(supplier)) return err({ code: 'not_found' })
  deps.log.warn({ supplier, by }, 'an operator paused a supplier')
  return await deps.db.transaction('fulfilment.pause-supplier', { role: 'worker' }, async (tx) => {
    await writePause(tx, supplier, { by: 'operator', note: by })
    return ok(undefined)
  })
}

/**
 * Lets a supplier sell again, whoever paused it, and sends at once what waited for it: how many units. Its balance is
 * read first; a supplier that does not even tell that stays as it is.
 */
export async function resumeSupplier(
  deps: PurchaseDeps,
  supplier: string,
  by: string,
): Promise<Result<{ resumed: number }, NotFound | { code: 'unreachable' }>> {
  const account = deps.suppliers.get(supplier)
  if (account === undefined) return err({ code: 'not_found' })
  const balance = await account.fetchBalance()
  if (!balance.ok) return err({ code: 'unreachable' })
  deps.log.info({ supplier, by, balance: balance.value }, 'an operator resumed a supplier')
  return await deps.db.transaction('fulfilment.resume-supplier', { role: 'worker' }, async (tx) => {
    await endPause(tx, supplier, balance.value)
    const { intentGraceMs: graceMs } = timingOf(deps)
    const ids = await hastenSupplier(tx, supplier, { graceMs, limit: WOKEN_AT_ONCE })
    for (const purchaseId of ids) await deps.announce(tx, { kind: 'purchase.send', purchaseId })
    return ok({ resumed: ids.length })
  })
}

/** Sets the balance below which a supplier's offers rest, in whole rupiah; null for none. It holds from the next reading. */
export async function setLowBalance(
  deps: PurchaseDeps,
  supplier: string,
  rupiah: number | null,
): Promise<Result<void, NotFound>> {
  if (!deps.suppliers.has(supplier)) return err({ code: 'not_found' })
  return await deps.db.transaction('fulfilment.set-low-balance', { role: 'worker' }, async (tx) => {
    await writeLowBalance(tx, supplier, rupiah)
    return ok(undefined)
  })
}
