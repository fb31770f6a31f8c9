import { postJournal } from '#ledger'
import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { Queue } from '#platform/queue.ts'
import { claimRefund } from './claim-refund.ts'
import type { OrderRow } from './order.ts'
import { setFeeReturnedOutside } from './payment-terms-store.ts'

/**
 * Ends the fee that a buyer paid for the way to pay, together with the order: it is earned when anything was delivered,
 * and goes back with the rest when nothing was. Once per order; the caller holds its lock.
 */
export async function settleFee(
  tx: Tx,
  order: OrderRow,
  { isEarned, ...deps }: { isEarned: boolean; queue: Queue; now: Date },
): Promise<void> {
  const { id, fee } = order
  if (fee === 0) return
  if (isEarned) {
    await postJournal(tx, {
      id: newId(),
      businessKey: `order:${id}:fee`,
      kind: 'order.fee-earned',
      transfers: [{ debit: 'orders:unearned', credit: 'fees:buyers', amount: fee }],
    })
    return
  }
  const claim = { amount: fee, reason: 'nothing_delivered', businessKey: `order:${id}:fee`, now: deps.now }
  const { returnedOutside } = await claimRefund(tx, order, claim, deps)
  if (returnedOutside === 0) return
  await postJournal(tx, {
    id: newId(),
    businessKey: `order:${id}:fee:returned-outside`,
    kind: 'order.fee-returned-outside',
    transfers: [{ debit: 'orders:unearned', credit: 'disputes', amount: returnedOutside }],
  })
  await setFeeReturnedOutside(tx, id, returnedOutside)
}
