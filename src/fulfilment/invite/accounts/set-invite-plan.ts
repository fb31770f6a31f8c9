import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { upsertSkuPlan } from './import-store.ts'

/**
 * Says which plan of which provider a SKU sells, and for how many days; null = without end. Invites that are queued
 * keep what was said when they were opened. `sku_unknown` also for a SKU that is not delivered by invite.
 */
export async function setInvitePlan(
  db: Database,
  skuCode: string,
  plan: { provider: string; plan: string; days: number | null },
): Promise<Result<void, { code: 'sku_unknown' }>> {
  const isWritten = await db.transaction('fulfilment.set-invite-plan', { role: 'worker' }, (tx) =>
    upsertSkuPlan(tx, { id: newId(), skuCode, ...plan }),
  )
  return isWritten ? ok(undefined) : err({ code: 'sku_unknown' })
}
