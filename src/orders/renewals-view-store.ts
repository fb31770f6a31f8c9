import type { Tx } from '#platform/database.ts'

/** An attempt to pay and its order. */
export type AttemptToEnd = { paymentId: string; orderId: string }

/** The least price of each SKU today; looks at the prices. Worker only. Uses sku_prices_pkey. */
export async function selectFloors(tx: Tx, skuIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.rows<{ sku_id: string; floor: number }>({
    name: 'orders_floors',
    text: 'select sku_id, floor from sku_prices where sku_id = any ($1::uuid[])',
    values: [skuIds],
  })
  return new Map(rows.map((row) => [row.sku_id, row.floor]))
}

/** Which attempts to read: so many, oldest first, from behind the last one of the turn. */
export type AttemptsPage = { limit: number; after?: AttemptToEnd | undefined }

/**
 * Attempts that are still open although their order was paid by another, oldest first. Looks at the payments; uses
 * payments_one_open, which holds the open ones of the last hours.
 */
export async function selectLeftAttempts(tx: Tx, { limit, after }: AttemptsPage): Promise<AttemptToEnd[]> {
  return await tx.rows<AttemptToEnd>({
    name: 'orders_left_attempts',
    text: `select p.id as "paymentId", p.order_id as "orderId" from payments p join orders o on o.id = p.order_id
      where p.state in ('CREATING', 'PENDING') and o.state in ('PROCESSING', 'SUCCESS', 'PARTIAL', 'FAILED', 'REFUNDED')
        and ($2::uuid is null or p.id > $2)
      order by p.id limit $1`,
    values: [limit, after?.paymentId ?? null],
  })
}

/** Renewals whose opening was lost with its process: the order lives, nobody ever saw their page. Oldest first; uses payments_one_open. */
export async function selectStalledAttempts(
  tx: Tx,
  olderThanSeconds: number,
  { limit, after }: AttemptsPage,
): Promise<AttemptToEnd[]> {
  return await tx.rows<AttemptToEnd>({
    name: 'orders_stalled_attempts',
    text: `select p.id as "paymentId", p.order_id as "orderId" from payments p join orders o on o.id = p.order_id
      where p.state = 'CREATING' and p.attempt > 1 and o.state = 'WAITING_PAYMENT'
        and p.created_at < now() - make_interval(secs => $1)
        and ($3::uuid is null or p.id > $3)
      order by p.id limit $2`,
    values: [olderThanSeconds, limit, after?.paymentId ?? null],
  })
}
