import { attemptEach } from '#platform/attempt-each.ts'
import { hastenSupplier } from './attempts-store.ts'
import type { PurchaseDeps } from './purchase.ts'
import { timingOf } from './purchase-timing.ts'
import { listSupplierStates, noteBalance, type SupplierState } from './supplier-states-store.ts'

/** Units that are sent at once when a supplier goes on; the others follow by their own plan within seconds. */
export const WOKEN_AT_ONCE = 500

/**
 * Reads the balances that were not read for a while, and those of suppliers that rest because of theirs at every turn.
 * A supplier below its limit is paused; one that has enough again goes on, and what waited for it is sent. Answers the
 * suppliers that were paused or went on. `now` names one to read in any case. An unreachable one changes nothing.
 */
export async function watchBalances(
  deps: PurchaseDeps,
  options: { now?: string } = {},
): Promise<{ changed: string[] }> {
  const states = new Map((await listSupplierStates(deps.db)).map((state) => [state.supplier, state]))
  const due = [...deps.suppliers.keys()].filter((id) => id === options.now || isDue(deps, states.get(id)))
  const changed: string[] = []
  await attemptEach(due, { log: deps.log, name: 'suppliers.balances' }, async (id) => {
    const balance = await deps.suppliers.get(id)?.fetchBalance()
    if (balance?.ok && (await note(deps, id, balance.value)) !== 'same') changed.push(id)
  })
  return { changed }
}

/** Ids of the suppliers that are paused, whoever paused them. */
export async function suppliersAtRest(deps: Pick<PurchaseDeps, 'db'>): Promise<string[]> {
  const states = await listSupplierStates(deps.db)
  return states.filter((state) => state.paused_by !== null).map((state) => state.supplier)
}

function isDue(deps: PurchaseDeps, state: SupplierState | undefined): boolean {
  if (state?.paused_by === 'low_balance') return true
  return (state?.balance_age_ms ?? Number.POSITIVE_INFINITY) >= timingOf(deps).balanceEveryMs
}

async function note(deps: PurchaseDeps, id: string, balance: number): Promise<'paused' | 'resumed' | 'same'> {
  const { intentGraceMs: graceMs } = timingOf(deps)
  return await deps.db.transaction('fulfilment.note-balance', { role: 'worker' }, async (tx) => {
    const noted = await noteBalance(tx, id, balance)
    if (noted === 'paused')
      deps.log.error({ supplier: id, balance }, 'a supplier is paused: its balance is low')
    if (noted !== 'resumed') return noted
    for (const purchaseId of await hastenSupplier(tx, id, { graceMs, limit: WOKEN_AT_ONCE }))
      await deps.announce(tx, { kind: 'purchase.send', purchaseId })
    return noted
  })
}
