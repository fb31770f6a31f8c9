import type { Statement, Tx } from '#platform/database.ts'
import { at } from './invite-store.ts'

/** A seat that somebody is to leave, and where. */
export type LeavingSeat = {
  invite_id: string
  account_id: string
  provider: string
  external_id: string
  email: string
  provider_ref: string | null
  removals: number
}

/** Frees the seat of an attempt that certainly sits nowhere. Repeating it changes nothing. */
export async function freeSeat(tx: Tx, inviteId: string, moment: Date | null): Promise<void> {
  await tx.count({
    name: 'seat_free',
    text: `update account_seats set freed_at = greatest(taken_at, ${at('$2')}) where invite_id = $1 and freed_at is null`,
    values: [inviteId, moment],
  })
}

/** Lets the seat of an attempt be taken back at the provider; it stays held until that has worked. */
export async function leaveSeat(tx: Tx, inviteId: string, moment: Date | null): Promise<void> {
  await tx.count({
    name: 'seat_leave',
    text: `update account_seats set leave_at = ${at('$2')} where invite_id = $1 and freed_at is null and leave_at is null`,
    values: [inviteId, moment],
  })
}

/**
 * Seats to take back now, longest waiting first. Those of accounts that nobody can manage wait until they can be:
 * the place is of no use before that anyway. Uses account_seats_leaving.
 */
export function leavingStatement(limit: number, moment: Date | null): Statement<LeavingSeat> {
  return {
    name: 'seat_leaving',
    text: `select s.invite_id, s.account_id, a.provider, a.external_id, i.email, i.provider_ref, s.removals
      from account_seats s
      join provider_accounts a on a.id = s.account_id
      join invites i on i.id = s.invite_id
      where s.leave_at <= ${at('$2')} and s.freed_at is null and a.state not in ('BANNED', 'CREDENTIAL')
      order by s.leave_at limit $1`,
    values: [limit, moment],
  }
}

/** Plans the next try to take a seat back, if nobody planned it meanwhile. */
export async function postponeRemoval(
  tx: Tx,
  seat: Pick<LeavingSeat, 'invite_id' | 'removals'>,
  waitMs: number,
  moment: Date | null,
): Promise<void> {
  await tx.count({
    name: 'seat_postpone',
    text: `update account_seats set removals = removals + 1, leave_at = ${at('$4')} + $3::float8 * interval '1 millisecond'
      where invite_id = $1 and removals = $2 and freed_at is null`,
    values: [seat.invite_id, seat.removals, waitMs, moment],
  })
}
