import type { Tx } from '#platform/database.ts'

/**
 * Sells the seats held for a line and records one delivery per seat, when exactly `deliveryIds.length` are held and
 * may still be sold; otherwise touches nothing. The number of seats sold. Their time begins now, by the database's
 * clock, and has to end before the credential does: a late payment may come too late for that. Shares the lock of the credential, so that a change of its secret knows every holder. Uses shared_seats_line.
 */
export async function sellHeldSeats(
  tx: Tx,
  line: { lineId: string; skuId: string },
  deliveryIds: readonly string[],
  now: Date,
): Promise<number> {
  return await tx.count({
    name: 'seats_sell',
    text: `with held as (
        select s.credential_id, s.number
        from shared_seats s
        join shared_credentials c on c.id = s.credential_id
        join skus k on k.id = s.sku_id
        where s.line_id = $1 and s.sku_id = $2 and s.state = 'HELD' and c.state = 'ACTIVE'
          and (c.expires_at is null or c.expires_at > now() + make_interval(days => coalesce(k.seat_days, 0)))
        order by s.credential_id, s.number for update of s for share of c),
      sold as (
        update shared_seats s
        set state = 'SOLD', held_until = null, expires_at = now() + make_interval(days => k.seat_days)
        from held, skus k
        where s.credential_id = held.credential_id and s.number = held.number and k.id = $2
          and (select count(*) from held) = cardinality($3::uuid[])
        returning s.credential_id, s.number, s.expires_at)
      insert into deliveries (id, line_id, slot, kind, credential_id, seat_number, ends_at, delivered_at)
      select d.id, $1, d.slot, 'CODE', sold.credential_id, sold.number, sold.expires_at, $4
      from (select *, row_number() over (order by credential_id, number) as slot from sold) sold
      join unnest($3::uuid[]) with ordinality d (id, slot) on d.slot = sold.slot`,
    values: [line.lineId, line.skuId, deliveryIds, now],
  })
}
