import type { Tx } from '#platform/database.ts'

/**
 * One delivered unit of a line with its seal. `unit_id` or `credential_id` is set when the secret came from stock. A
 * seat of a shared credential whose time is over has no seal any more; `ends_at` is the end of a seat that has one.
 */
export type SealedDelivery = {
  line_id: string
  id: string
  kind: 'CODE' | 'SERIAL' | 'INVITE'
  unit_id: string | null
  credential_id: string | null
  ends_at: Date | null
  sealed: Buffer | null
  key_id: string | null
}

/** Records what a supplier delivered for one slot. `deliveries_purchase` and `deliveries_slot` refuse a second one. */
export async function insertSupplierDelivery(
  tx: Tx,
  delivery: {
    id: string
    lineId: string
    slot: number
    kind: 'CODE' | 'SERIAL'
    purchaseId: string
    sealed: Buffer
    keyId: string
  },
): Promise<void> {
  await tx.count({
    text: `insert into deliveries (id, line_id, slot, kind, purchase_id, sealed, key_id)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      delivery.id,
      delivery.lineId,
      delivery.slot,
      delivery.kind,
      delivery.purchaseId,
      delivery.sealed,
      delivery.keyId,
    ],
  })
}

/** Records that the buyer was invited for one slot; the first invitation of a slot is its delivery. */
export async function insertInviteDelivery(
  tx: Tx,
  delivery: { id: string; lineId: string; slot: number; sealed: Buffer; keyId: string },
): Promise<void> {
  await tx.count({
    name: 'delivery_invite',
    text: `insert into deliveries (id, line_id, slot, kind, sealed, key_id) values ($1, $2, $3, 'INVITE', $4, $5)
      on conflict on constraint deliveries_slot do nothing`,
    values: [delivery.id, delivery.lineId, delivery.slot, delivery.sealed, delivery.keyId],
  })
}

/**
 * The sealed goods of an order that this token owns, for lines that are settled. A line that failed in part keeps
 * what arrived: it was charged. Of a shared credential the newest secret, as long as the seat is the line's. Readable by
 * the vault role only. Uses orders_token_hash, deliveries_slot.
 */
export async function selectSealedDeliveries(
  tx: Tx,
  orderId: string,
  tokenHash: Buffer,
): Promise<SealedDelivery[]> {
  return await tx.rows<SealedDelivery>({
    name: 'delivery_sealed',
    text: `select d.line_id, d.id, d.kind, u.id as unit_id, d.credential_id, d.ends_at,
        coalesce(u.sealed, c.sealed, d.sealed) as sealed, coalesce(u.key_id, c.key_id, d.key_id) as key_id
      from orders o
      join order_lines l on l.order_id = o.id and l.state in ('DELIVERED', 'FAILED', 'REFUNDED')
      join deliveries d on d.line_id = l.id
      left join stock_units u on u.id = d.stock_unit_id and u.state = 'SOLD' and u.line_id = l.id
      left join shared_seats s on s.credential_id = d.credential_id and s.number = d.seat_number
        and s.state = 'SOLD' and s.line_id = l.id and (s.expires_at is null or s.expires_at > now())
      left join shared_credentials c on c.id = s.credential_id
      where o.id = $1 and o.token_hash = $2 and (d.stock_unit_id is null or u.id is not null)
      order by l.position, d.slot`,
    values: [orderId, tokenHash],
  })
}

/** Writes down that units of a line were shown, and to whom. */
export async function insertReveals(
  tx: Tx,
  reveals: readonly { id: string; lineId: string; units: number }[],
  actor: string,
): Promise<void> {
  await tx.count({
    name: 'delivery_reveals',
    text: `insert into reveals (id, line_id, units, actor)
      select r.id, r.line_id, r.units, $4 from unnest($1::uuid[], $2::uuid[], $3::integer[]) r (id, line_id, units)`,
    values: [
      reveals.map((row) => row.id),
      reveals.map((row) => row.lineId),
      reveals.map((row) => row.units),
      actor,
    ],
  })
}
