import type { Statement, Tx } from '#platform/database.ts'

/** One line's demand for units of one SKU. */
export type StockNeed = { skuId: string; quantity: number; lineId: string }

/**
 * Claims units and seats of shared credentials for all needs or none; the SKUs that are short. One round trip, also
 * when the second, waiting pass is needed. Locks units in id order per SKU, SKUs in id order, then seats.
 */
export async function claimUnits(
  tx: Tx,
  needs: readonly StockNeed[],
  holdMinutes: number,
): Promise<string[]> {
  const { short } = await tx.one<{ short: string[] }>({
    name: 'stock_claim',
    text: 'select claim_stock($1::uuid[], $2::uuid[], $3::integer[], $4) as short',
    values: [
      needs.map((need) => need.lineId),
      needs.map((need) => need.skuId),
      needs.map((need) => need.quantity),
      holdMinutes,
    ],
  })
  return short
}

/** Puts the lines' reserved units and held seats back. Uses stock_units_line, shared_seats_line. Locks as claims do. */
export async function releaseUnits(tx: Tx, lineIds: readonly string[]): Promise<void> {
  await tx.count({
    name: 'stock_release',
    text: `with held as (
        select id from stock_units where line_id = any ($1::uuid[]) and state = 'RESERVED'
        order by sku_id, id for update),
      seat as (
        select credential_id, number from shared_seats where line_id = any ($1::uuid[]) and state = 'HELD'
        order by sku_id, credential_id, number for update),
      freed as (
        update shared_seats s set state = 'FREE', line_id = null, held_until = null
        from seat where s.credential_id = seat.credential_id and s.number = seat.number)
      update stock_units s set state = 'AVAILABLE', line_id = null, reserved_until = null
      from held where s.id = held.id`,
    values: [lineIds],
  })
}

/**
 * Sells the units held for a line and records one delivery per unit, when exactly `deliveryIds.length` are held;
 * otherwise touches nothing. The number of units sold. An expired hold counts as long as nobody took the unit: the
 * lock decides. Uses stock_units_line.
 */
export async function sellHeldUnits(
  tx: Tx,
  line: { lineId: string; skuId: string },
  deliveryIds: readonly string[],
  now: Date,
): Promise<number> {
  return await tx.count({
    name: 'stock_sell',
    text: `with held as (
        select id from stock_units
        where line_id = $1 and sku_id = $2 and state = 'RESERVED'
        order by id for update),
      sold as (
        update stock_units s set state = 'SOLD', reserved_until = null, sold_at = $4
        from held where s.id = held.id and (select count(*) from held) = cardinality($3::uuid[])
        returning s.id)
      insert into deliveries (id, line_id, slot, kind, stock_unit_id, delivered_at)
      select d.id, $1, d.slot, 'CODE', sold.id, $4
      from (select id, row_number() over (order by id) as slot from sold) sold
      join unnest($3::uuid[]) with ordinality d (id, slot) on d.slot = sold.slot`,
    values: [line.lineId, line.skuId, deliveryIds, now],
  })
}

/** Units and seats that a line got. Uses stock_units_line, deliveries_slot. */
export async function countSoldUnits(tx: Tx, lineId: string): Promise<number> {
  const { sold } = await tx.one<{ sold: number }>({
    name: 'stock_line_sold',
    text: `select (select count(*) from stock_units where line_id = $1 and state = 'SOLD')
        + (select count(*) from deliveries where line_id = $1 and credential_id is not null) as sold`,
    values: [lineId],
  })
  return sold
}

/** Units or seats of each SKU that could be claimed now. Uses stock_units_free, shared_seats_sku. */
export function freeUnitsStatement(skuIds: readonly string[]): Statement<{ sku_id: string; free: number }> {
  return {
    name: 'stock_free',
    text: `select sku_id, count(*) as free from stock_units
      where sku_id = any ($1::uuid[]) and state in ('AVAILABLE', 'RESERVED')
        and (state = 'AVAILABLE' or reserved_until < now())
      group by sku_id
      union all
      select s.sku_id, count(*) from shared_seats s
      join skus k on k.id = s.sku_id
      join shared_credentials c on c.id = s.credential_id
      where s.sku_id = any ($1::uuid[]) and c.state = 'ACTIVE' and seat_is_free(s.state, s.held_until, s.expires_at)
        and (c.expires_at is null or c.expires_at > now() + make_interval(days => coalesce(k.seat_days, 0)))
      group by s.sku_id`,
    values: [skuIds],
  }
}
