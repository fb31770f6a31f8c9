import { attemptEach } from '#platform/attempt-each.ts'
import { openAccount } from './accounts/open-account.ts'
import { lookSoon } from './accounts/account-store.ts'
import { momentOf, type InviteDeps } from './invite.ts'
import { timingOf, waitOf } from './invite-timing.ts'
import { freeSeat, leavingStatement, postponeRemoval, type LeavingSeat } from './seat-store.ts'

/**
 * Takes back seats whose memberships are over and frees them once the provider confirmed it; how many were freed.
 * Removing is harmless to repeat, so a crash between call and note repeats it. Seats of banned and locked accounts
 * wait until the account can be managed again.
 */
export async function reclaimSeats(deps: InviteDeps, limit: number): Promise<{ freed: number }> {
  const leaving = await deps.db.once(
    'fulfilment.leaving-seats',
    { role: 'worker' },
    leavingStatement(limit, momentOf(deps)),
  )
  let freed = 0
  await attemptEach(leaving, { log: deps.log, name: 'invites.reclaim' }, async (seat) => {
    if (await reclaim(deps, seat)) freed += 1
  })
  return { freed }
}

async function reclaim(deps: InviteDeps, seat: LeavingSeat): Promise<boolean> {
  const outcome = await clear(deps, seat)
  const moment = momentOf(deps)
  return await deps.db.transaction('fulfilment.reclaim-seat', { role: 'worker' }, async (tx) => {
    if (outcome === 'cleared') {
      await freeSeat(tx, seat.invite_id, moment)
      return true
    }
    if (outcome === 'refused') await lookSoon(tx, seat.account_id, moment)
    await postponeRemoval(tx, seat, waitOf(timingOf(deps).removeEveryMs, seat.removals), moment)
    return false
  })
}

/** An attempt whose answer was lost has no reference; what the provider shows for its address is removed. */
async function clear(deps: InviteDeps, seat: LeavingSeat): Promise<'cleared' | 'refused' | 'later'> {
  const provider = deps.inviteProviders.get(seat.provider)
  const account = await openAccount(deps, seat.account_id)
  if (provider === undefined || account === undefined) return 'later'
  let providerRef = seat.provider_ref
  if (providerRef === null) {
    const found = await provider.find(account, { email: seat.email })
    if (!found.ok) return found.error.code === 'refused' ? 'refused' : 'later'
    if (found.value === undefined || found.value.state === 'gone') return 'cleared'
    providerRef = found.value.providerRef
  }
  const removed = await provider.remove(account, { email: seat.email, providerRef })
  if (removed.ok) return 'cleared'
  return removed.error.code === 'refused' ? 'refused' : 'later'
}
