import { attemptInLanes } from '#platform/attempt-each.ts'
import type { Database } from '#platform/database.ts'
import { checkPurchase } from './check-purchase.ts'
import type { PurchaseDeps } from './purchase.ts'
import { makeDue } from './purchase-store.ts'
import { dueStatement, openStatement } from './purchase-view-store.ts'

/** Checks of one supplier at a time and process: half as many as its jobs may be, which go on beside these. */
const CHECKED_AT_ONCE = 4
/** A supplier that does not answer keeps each call for up to a minute; a turn ends with the calls under way by then. */
const TURN_MS = 5_000

type Due = { id: string; supplier: string }

async function findDue(db: Database, limit: number): Promise<Due[]> {
  return await db.once('fulfilment.due-purchases', { role: 'worker' }, dueStatement(limit))
}

/**
 * Ids of purchases that should be checked now, at most `limit` of each supplier, longest waiting first: their time has
 * come, or their job was lost.
 */
export async function dueSupplierPurchases(db: Database, limit: number): Promise<string[]> {
  return (await findDue(db, limit)).map((purchase) => purchase.id)
}

/** Checks the purchases whose time has come, at most `limit` of each supplier; how many went well. */
export async function checkDuePurchases(deps: PurchaseDeps, limit: number): Promise<number> {
  const due = await findDue(deps.db, limit)
  const lanes = { keyOf: (purchase: Due) => purchase.supplier, perKey: CHECKED_AT_ONCE, forMs: TURN_MS }
  const context = { log: deps.log, name: 'purchases.due' }
  return await attemptInLanes(due, context, lanes, (purchase) => checkPurchase(deps, purchase.id))
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
