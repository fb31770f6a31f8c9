import type { Tx } from '#platform/database.ts'

/**
 * Stores where to send an order's money back to, instead of what was named before. Two statements, because an upsert
 * would have to read the sealed column, which only the vault may. The caller holds the order's lock.
 */
export async function putRefundAccount(
  tx: Tx,
  account: { orderId: string; sealed: Buffer; keyId: string; shown: string },
): Promise<void> {
  const { orderId, sealed, keyId, shown } = account
  const cleared = tx.count({
    name: 'refund_accounts_clear',
    text: 'delete from refund_accounts where order_id = $1',
    values: [orderId],
  })
  const stored = tx.count({
    name: 'refund_accounts_put',
    text: 'insert into refund_accounts (order_id, sealed, key_id, shown) values ($1, $2, $3, $4)',
    values: [orderId, sealed, keyId, shown],
  })
  await Promise.all([cleared, stored])
}

/** The shortened account of an order, or undefined. Works as `web` for the holder of the order's token. */
export async function findShownAccount(tx: Tx, orderId: string): Promise<string | undefined> {
  const row = await tx.maybe<{ shown: string }>({
    name: 'refund_accounts_shown',
    text: 'select shown from refund_accounts where order_id = $1',
    values: [orderId],
  })
  return row?.shown
}

/** The sealed account of an order; only the vault role may read it, for the token of that order. */
export async function findSealedAccount(
  tx: Tx,
  orderId: string,
): Promise<{ sealed: Buffer; keyId: string } | undefined> {
  return await tx.maybe<{ sealed: Buffer; keyId: string }>({
    text: 'select sealed, key_id as "keyId" from refund_accounts where order_id = $1',
    values: [orderId],
  })
}

/** Records that somebody looked at the account of an order. */
export async function insertAccountReveal(
  tx: Tx,
  reveal: { id: string; orderId: string; actor: string },
): Promise<void> {
  await tx.count({
    text: 'insert into refund_account_reveals (id, order_id, actor) values ($1, $2, $3)',
    values: [reveal.id, reveal.orderId, reveal.actor],
  })
}

/**
 * Whether money of this order waits for a person to send it: a refund by hand, or a second payment under one reference.
 * Uses refunds_order and payments_order.
 */
export async function waitsForAccount(tx: Tx, orderId: string): Promise<boolean> {
  const { waits } = await tx.one<{ waits: boolean }>({
    name: 'refund_accounts_wanted',
    text: `select exists (select from refunds where order_id = $1 and state = 'MANUAL')
      or exists (select from payments p join payment_exceptions e on e.payment_id = p.id
        where p.order_id = $1 and e.state = 'OPEN' and e.kind = 'double') as waits`,
    values: [orderId],
  })
  return waits
}

/** Deletes accounts of orders whose refunds were all paid out `days` ago: nobody needs the number any more. */
export async function deleteOldAccounts(tx: Tx, days: number): Promise<number> {
  return await tx.count({
    text: `delete from refund_accounts a where a.updated_at < now() - make_interval(days => $1)
      and not exists (select from refunds r where r.order_id = a.order_id
        and (r.state <> 'DONE' or r.updated_at > now() - make_interval(days => $1)))
      and not exists (select from payments p join payment_exceptions e on e.payment_id = p.id
        where p.order_id = a.order_id and e.state = 'OPEN')`,
    values: [days],
  })
}
