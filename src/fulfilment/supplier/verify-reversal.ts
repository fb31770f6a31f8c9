import { postJournal } from '#ledger'
import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { markReversed, settleReversed } from './attempts-store.ts'
import type { Purchase, PurchaseDeps } from './purchase.ts'
import { postponePurchase } from './purchase-store.ts'
import { repeatAfterOf } from './purchase-timing.ts'
import { askAgain } from './repeat-purchase.ts'
import type { LookupResult } from './resolve-unknown.ts'

/** A claim that cannot be verified in so many calls is left: the next message asks again. */
const CALLS_AT_MOST = 10

/**
 * Looks whether a success was taken back, because a message of its supplier said so. When the supplier confirms it, its
 * cost is booked back once, and the purchase waits for a person: the buyer keeps what was delivered or gets money back,
 * which no program can know.
 */
export async function verifyReversal(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  if (!deps.suppliers.get(purchase.supplier)?.traits.repeatable)
    return await plan(deps, purchase, { waitMs: null })
  const asked = await askAgain(deps, purchase)
  switch (asked.kind) {
    case 'too_early':
      return await plan(deps, purchase, { waitMs: asked.waitMs })
    case 'moved_on':
      return asked
    case 'too_old':
    case 'unwanted':
      return await plan(deps, purchase, { waitMs: null })
    case 'answered': {
      const { outcome } = asked
      const isSure = outcome.kind === 'accepted' && !outcome.provisional
      if (isSure && outcome.state === 'failed') return await reverse(deps, asked.purchase, outcome.note)
      const isOver = isSure || asked.purchase.checks > CALLS_AT_MOST
      const waitMs = isOver ? null : repeatAfterOf(deps, purchase.supplier)
      return await plan(deps, asked.purchase, { waitMs, answered: true })
    }
  }
}

/** Ends the task of a reversal once a person has dealt with its buyer; false when there is none. */
export async function settleReversal(deps: Pick<PurchaseDeps, 'db'>, purchaseId: string): Promise<boolean> {
  return await deps.db.transaction('fulfilment.settle-reversal', { role: 'worker' }, (tx) =>
    settleReversed(tx, purchaseId),
  )
}

async function reverse(deps: PurchaseDeps, purchase: Purchase, note: string): Promise<LookupResult> {
  const marked = await deps.db.transaction('fulfilment.reverse-purchase', { role: 'worker' }, (tx) =>
    bookBack(tx, purchase),
  )
  if (marked) deps.log.error({ purchaseId: purchase.id, note }, 'a supplier took a delivered purchase back')
  return { kind: marked ? 'settled' : 'moved_on' }
}

async function bookBack(tx: Tx, purchase: Purchase): Promise<boolean> {
  if (!(await markReversed(tx, purchase.id))) return false
  await postJournal(tx, {
    id: newId(),
    businessKey: `purchase:${purchase.id}:reversal`,
    kind: 'purchase.reversed',
    transfers: [
      {
        debit: `supplier:${purchase.supplier}`,
        credit: 'cost-of-goods',
        amount: purchase.price ?? purchase.expected_cost,
      },
    ],
  })
  return true
}

async function plan(
  deps: PurchaseDeps,
  purchase: Purchase,
  { waitMs, answered = false }: { waitMs: number | null; answered?: boolean },
): Promise<LookupResult> {
  return await deps.db.transaction('fulfilment.plan-verification', { role: 'worker' }, async (tx) => {
    const planned = await postponePurchase(tx, purchase, waitMs, { answered })
    if (planned === undefined) return { kind: 'moved_on' }
    if (planned.at !== null)
      await deps.announce(tx, { kind: 'purchase.check', purchaseId: purchase.id, at: planned.at })
    return { kind: 'pending' }
  })
}
