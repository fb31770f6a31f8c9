import type { Tx } from '#platform/database.ts'

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
