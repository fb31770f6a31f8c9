import type { Statement } from '#platform/database.ts'
import type { ProviderAccountState } from '../../invite-view.ts'
import { at } from '../invite-store.ts'

/** An account with its figures of today. */
export type AccountRow = {
  id: string
  provider: string
  label: string
  external_id: string
  plans: string[]
  state: ProviderAccountState
  seats: number
  outside_used: number
  used: number
  held: number
  invited_today: number
  daily_quota: number
  cooldown_until: Date | null
  detail: string | null
}

/** Every account, by provider and label. A cooldown that is over reads as active. Reads a few hundred rows at most. */
export function accountsStatement(moment: Date | null): Statement<AccountRow> {
  return {
    text: `select a.id, a.provider, a.label, a.external_id, a.plans, least(a.seats, coalesce(a.seats_seen, a.seats)) as seats,
        case when a.state = 'COOLDOWN' and a.cooldown_until <= ${at('$1')} then 'ACTIVE' else a.state end as state,
        a.outside_used, seats.used, seats.held, coalesce(d.used, 0) as invited_today,
        coalesce(d.quota, a.daily_quota) as daily_quota,
        case when a.cooldown_until > ${at('$1')} then a.cooldown_until end as cooldown_until, a.detail
      from provider_accounts a
      left join account_days d on d.account_id = a.id and d.day = (${at('$1')} at time zone 'Asia/Jakarta')::date
      cross join lateral (
        select count(*) filter (where i.state in ('INVITED', 'JOINED')) as used,
          count(*) filter (where i.state not in ('INVITED', 'JOINED')) as held
        from account_seats s join invites i on i.id = s.invite_id
        where s.account_id = a.id and s.freed_at is null) seats
      order by a.provider, a.label, a.id`,
    values: [moment],
  }
}
