import { createHash } from 'node:crypto'
import { newId, newOrderNumber } from '../../../src/platform/ids.ts'
import { queryAs } from '../../support/test-database.ts'

export { testKeys } from '../../support/test-keys.ts'

/** Writes a product with one SKU; a STOCK product is a voucher, a SUPPLIER product asks for an account. */
export async function writeSku(
  url: string,
  kind: 'STOCK' | 'SUPPLIER' | 'INVITE',
): Promise<{ skuId: string; productId: string; code: string }> {
  const [categoryId, productId, skuId] = [newId(), newId(), newId()]
  const code = `SKU-${skuId.slice(-12)}`
  const fields = kind === 'STOCK' ? '[]' : '[{"name":"user_id"},{"name":"zone_id"}]'
  await queryAs(
    url,
    `with c as (insert into categories (id, slug, name, name_en) values ($1, 'c-' || $4, 'C', 'C')),
      p as (insert into products (id, slug, name, category_id, delivery_kind, image_url, input_fields)
        values ($2, 'p-' || $4, 'P', $1, $5, 'p.svg', $6::jsonb))
      insert into skus (id, product_id, code, name) values ($3, $2, $7, 'S')`,
    [categoryId, productId, skuId, skuId.slice(-12), kind, fields, code],
  )
  return { skuId, productId, code }
}

export type TestLine = { lineId: string; skuId: string; quantity: number; orderId: string; tokenHash: Buffer }

/** Writes one paid order per entry with a line for each (SKU, quantity) of it. */
export async function writeOrders(
  url: string,
  orders: readonly { sku: { skuId: string; productId: string }; quantity: number }[][],
  options: { kind: 'STOCK' | 'SUPPLIER' | 'INVITE'; state?: string; unitPrice?: number },
): Promise<TestLine[][]> {
  const { kind, state = 'PROCESSING', unitPrice = 20_000 } = options
  const written = orders.map((lines) => {
    const orderId = newId()
    const tokenHash = createHash('sha256').update(orderId).digest()
    return lines.map(({ sku, quantity }, index) => ({
      lineId: newId(),
      ...sku,
      quantity,
      orderId,
      tokenHash,
      position: index + 1,
    }))
  })
  const heads = written.map(([line]) => line).filter((line) => line !== undefined)
  const lines = written.flat()
  await queryAs(
    url,
    `with o as (
        insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
          payment_method, expires_at, paid_at)
        select id, number, token_hash, 'PROCESSING', 'Budi', 'budi@example.test', '0812', 1000, 1000, 'midtrans', now(), now()
        from unnest($1::uuid[], $2::text[], $3::bytea[]) n (id, number, token_hash)),
      p as (
        insert into payments (id, order_id, gateway, method, reference, amount, state, booked_to, received, expires_at)
        select gen_random_uuid(), id, 'midtrans', 'midtrans', number, 1000, 'PAID', 'order', 1000, now()
        from unnest($1::uuid[], $2::text[]) n (id, number))
      insert into order_lines (id, order_id, position, sku_id, product_id, sku_code, sku_name, product_name, product_slug,
        delivery_kind, quantity, unit_price, total, state)
      select id, order_id, position, sku_id, product_id, 'A', 'A', 'A', 'a', $9, quantity, $10::bigint, quantity * $10::bigint, $11
      from unnest($4::uuid[], $5::uuid[], $6::int[], $7::uuid[], $8::uuid[], $12::int[])
        n (id, order_id, position, sku_id, product_id, quantity)`,
    [
      heads.map((line) => line.orderId),
      heads.map(() => newOrderNumber()),
      heads.map((line) => line.tokenHash),
      lines.map((line) => line.lineId),
      lines.map((line) => line.orderId),
      lines.map((line) => line.position),
      lines.map((line) => line.skuId),
      lines.map((line) => line.productId),
      kind,
      unitPrice,
      state,
      lines.map((line) => line.quantity),
    ],
  )
  return written
}

/** Puts lines into a state without the rules of orders. */
export async function setLineState(url: string, lineIds: readonly string[], state: string): Promise<void> {
  await queryAs(url, 'update order_lines set state = $2 where id = any ($1::uuid[])', [lineIds, state])
}

/** Numbered codes, one per line, as a stock file has them. */
export function codeFile(count: number, prefix: string): string {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(5, '0')}`).join('\n')
}
