import type { Tx } from '#platform/database.ts'
import { selectNewestAttempts } from './stuck-purchase-store.ts'
import { movePurchase } from './purchase-store.ts'

/**
 * Takes back the intents of a line so that new ones can take their place; true when every unit was an intent that no
 * supplier was asked for. False when one of them was sent, or is being claimed at this moment: then the caller must roll
 * back. The claim before a call and this move both change the row from INTENT, so that one of them finds it changed.
 */
export async function withdrawPurchases(tx: Tx, lineId: string, reason: string): Promise<boolean> {
  const attempts = await selectNewestAttempts(tx, lineId)
  if (attempts.length === 0 || attempts.some(({ state }) => state !== 'INTENT')) return false
  for (const { id, fence } of attempts) {
    const move = { from: 'INTENT', to: 'NOT_PLACED', fence, reason, failureCode: 'corrected' } as const
    if ((await movePurchase(tx, id, move)) === undefined) return false
  }
  return true
}
