import type { Database } from '#platform/database.ts'

/**
 * SKUs of single codes that were sold within `soldDays` and have fewer than `below` units left, by code. Read-only;
 * uses the indexes of the SKU on stock and the time of orders.
 */
export async function selectLowStock(
  db: Database,
  limits: { below: number; soldDays: number },
): Promise<{ sku: string; left: number }[]> {
  return await db.once(
    'reports.low-stock',
    { role: 'worker' },
    {
      name: 'reports_low_stock',
      text: `select s.code as sku, count(u.id)::int as left
        from (select distinct l.sku_id from order_lines l join orders o on o.id = l.order_id
          where o.created_at > now() - make_interval(days => $2) and o.paid_at is not null
            and l.delivery_kind = 'STOCK') sold
        join skus s on s.id = sold.sku_id and s.state = 'active' and s.stock_mode = 'unique'
        left join stock_units u on u.sku_id = s.id and u.state = 'AVAILABLE'
        group by s.code having count(u.id) < $1 order by s.code`,
      values: [limits.below, limits.soldDays],
    },
  )
}
