import type { Tx } from '#platform/database.ts'

/** How an order is to be paid: what follows from the method, and until when. */
export type PaymentTerms = { method: string; fee: number; total: number; expiresAt: Date }

/** Writes how a locked order is to be paid. */
export async function setPaymentTerms(tx: Tx, orderId: string, terms: PaymentTerms): Promise<void> {
  await tx.count({
    name: 'orders_payment_terms',
    text: 'update orders set payment_method = $2, fee = $3, total = $4, expires_at = $5, version = version + 1 where id = $1',
    values: [orderId, terms.method, terms.fee, terms.total, terms.expiresAt],
  })
}

/** Writes how much of an order's fee the buyer got back by other ways than our refunds. */
export async function setFeeReturnedOutside(tx: Tx, orderId: string, amount: number): Promise<void> {
  await tx.count({
    text: 'update orders set fee_returned_outside = $2 where id = $1',
    values: [orderId, amount],
  })
}
