import type { Database } from '#platform/database.ts'
import { makeDue } from './purchase-store.ts'
import { dueStatement, openStatement } from './purchase-view-store.ts'

/** Ids of purchases that should be checked now, longest waiting first: their time has come, or their job was lost. */
export async function dueSupplierPurchases(db: Database, limit: number): Promise<string[]> {
  const due = await db.once('fulfilment.due-purchases', { role: 'worker' }, dueStatement(limit))
  return due.map((purchase) => purchase.id)
}

/** Ids of purchases that are not over, made due: for when somebody wants to know now. */
export async function openSupplierPurchases(db: Database, limit: number): Promise<string[]> {
  return await db.transaction('fulfilment.open-purchases', { role: 'worker' }, async (tx) => {
    const open = await tx.rows(openStatement(limit))
    const ids = open.map((purchase) => purchase.id)
    await makeDue(tx, ids)
    return ids
  })
}
