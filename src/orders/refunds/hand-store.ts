import type { Tx } from '#platform/database.ts'

/** The order of a refund, to be locked before it, and what opens its sealed account; or undefined. */
export async function findOrderOfRefund(
  tx: Tx,
  refundId: string,
): Promise<{ id: string; token_hash: Buffer; line_id: string | null } | undefined> {
  return await tx.maybe({
    name: 'orders_of_refund',
    text: `select o.id, o.token_hash, r.line_id
      from refunds r join orders o on o.id = r.order_id where r.id = $1`,
    values: [refundId],
  })
}

/** The order of a payment exception with what opens its sealed account, or undefined. */
export async function findOrderOfTask(
  tx: Tx,
  exceptionId: string,
): Promise<{ id: string; token_hash: Buffer } | undefined> {
  return await tx.maybe({
    name: 'orders_of_exception',
    text: `select o.id, o.token_hash from payment_exceptions e
      join payments p on p.id = e.payment_id join orders o on o.id = p.order_id where e.id = $1`,
    values: [exceptionId],
  })
}
