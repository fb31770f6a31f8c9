import type { Tx } from '#platform/database.ts'

/**
 * Keeps whoever ends lines of this order away until this transaction ends: a unit must not be delivered to a line that
 * is being refunded. Taken before the account's lock and the invite's. Locks the order's row against its movers only.
 */
export async function holdOrder(tx: Tx, orderId: string): Promise<void> {
  await tx.count({
    name: 'invite_hold_order',
    text: 'select 1 from orders where id = $1 for share',
    values: [orderId],
  })
}
