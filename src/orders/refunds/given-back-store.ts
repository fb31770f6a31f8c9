import type { Tx } from '#platform/database.ts'

/** The order with this number, or undefined. Uses orders_number. */
export async function findOrderIdByNumber(tx: Tx, number: string): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>({
    name: 'orders_id_by_number',
    text: 'select id from orders where number = $1',
    values: [number],
  })
  return row?.id
}

/** How much of each line of an order was given back after it was delivered, in rupiah. */
export async function selectGivenBack(tx: Tx, orderId: string): Promise<Map<string, number>> {
  const rows = await tx.rows<{ id: string; given_back: number }>({
    name: 'orders_given_back',
    text: 'select id, given_back from order_lines where order_id = $1',
    values: [orderId],
  })
  return new Map(rows.map((row) => [row.id, row.given_back]))
}

/** What was refunded under these business keys together, or undefined when nothing was. Uses refunds_business_key. */
export async function sumOfRefunds(tx: Tx, keys: readonly string[]): Promise<number | undefined> {
  const { sum } = await tx.one<{ sum: number | null }>({
    name: 'orders_refund_of_wish',
    text: 'select sum(amount)::bigint as sum from refunds where business_key = any ($1)',
    values: [keys],
  })
  return sum ?? undefined
}

/** Adds to what was given back of a delivered line. The caller holds the order's lock. */
export async function addGivenBack(tx: Tx, lineId: string, amount: number): Promise<void> {
  await tx.count({
    name: 'orders_add_given_back',
    text: 'update order_lines set given_back = given_back + $2, updated_at = now() where id = $1',
    values: [lineId, amount],
  })
}
