import type { Statement, Tx } from '#platform/database.ts'

/** A line that holds sold seats of a credential, with its order. */
export type SeatHolder = { lineId: string; orderId: string }

/** Lines whose time with the credential is not over. Uses shared_seats_pkey. */
export async function listSeatHolders(tx: Tx, credentialId: string): Promise<SeatHolder[]> {
  return await tx.rows<SeatHolder>({
    text: `select distinct s.line_id as "lineId", l.order_id as "orderId"
      from shared_seats s join order_lines l on l.id = s.line_id
      where s.credential_id = $1 and s.state = 'SOLD' and (s.expires_at is null or s.expires_at > now())
      order by s.line_id`,
    values: [credentialId],
  })
}

/** A line whose seats end soon, with the key under which that is published. */
export type EndingSeat = SeatHolder & { key: string; endsAt: Date }

/**
 * Delivered lines whose seats end within `days` and who were not told yet; not those whose seats last hardly longer than
 * that. Seats of a line are sold together and end together. Uses shared_seats_ending, deliveries_credential, and the
 * outbox's unique key.
 */
export async function listEndingSeats(
  tx: Tx,
  wanted: { kind: string; days: number; limit: number },
): Promise<EndingSeat[]> {
  return await tx.rows<EndingSeat>(endingSeatsStatement(wanted))
}

/** The statement behind it. */
export function endingSeatsStatement(wanted: {
  kind: string
  days: number
  limit: number
}): Statement<EndingSeat> {
  return {
    name: 'seats_ending',
    text: `with due as materialized (
        select credential_id, number, line_id, expires_at from shared_seats
        where state = 'SOLD' and expires_at > now() and expires_at <= now() + make_interval(days => $2))
      select l.id as "lineId", l.order_id as "orderId", s.expires_at as "endsAt", told.key
      from due s
      join order_lines l on l.id = s.line_id and l.state = 'DELIVERED'
      join deliveries d on d.credential_id = s.credential_id and d.seat_number = s.number and d.line_id = l.id
      cross join lateral (select $1 || ':' || l.id || ':seat' as key) told
      where d.slot = 1 and d.ends_at - d.delivered_at > make_interval(days => $2, hours => 1)
        and not exists (select from outbox_events e where e.key = told.key)
      order by s.expires_at, l.id limit $3`,
    values: [wanted.kind, wanted.days, wanted.limit],
  }
}
