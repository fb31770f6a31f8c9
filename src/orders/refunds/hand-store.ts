import type { Tx } from '#platform/database.ts'

/** The order of a refund, to be locked before it, and what opens its sealed account; or undefined. */
export async function findOrderOfRefund(
  tx: Tx,
  refundId: string,
): Promise<{ id: string; token_hash: Buffer; line_id: string | null; amount: number } | undefined> {
  return await tx.maybe({
    name: 'orders_of_refund',
    text: `select o.id, o.token_hash, r.line_id, r.amount
      from refunds r join orders o on o.id = r.order_id where r.id = $1`,
    values: [refundId],
  })
}
