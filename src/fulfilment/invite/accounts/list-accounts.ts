import type { Database } from '#platform/database.ts'
import type { ProviderAccountView } from '../../invite-view.ts'
import { momentOf } from '../invite.ts'
import { accountsStatement, type AccountRow } from './list-accounts-view-store.ts'

/** Every account that invites, with its seats and its invites of today, without its credential. */
export async function listAccounts(deps: {
  db: Database
  moment?: () => Date
}): Promise<ProviderAccountView[]> {
  const rows = await deps.db.once(
    'fulfilment.list-accounts',
    { role: 'worker' },
    accountsStatement(momentOf(deps)),
  )
  return rows.map(toView)
}

/** Seats that others use at the provider count as used: nobody can be put there. */
function toView(row: AccountRow): ProviderAccountView {
  return {
    id: row.id,
    provider: row.provider,
    label: row.label,
    externalId: row.external_id,
    plans: row.plans,
    state: row.state,
    seats: row.seats,
    used: row.used + row.outside_used,
    held: row.held,
    invitedToday: row.invited_today,
    dailyQuota: row.daily_quota,
    cooldownUntil: row.cooldown_until?.toISOString() ?? null,
    detail: row.detail,
  }
}
