import type { Database } from '#platform/database.ts'
import { isUuid } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { momentOf } from '../invite.ts'
import { INVITE_TIMING } from '../invite-timing.ts'
import { lockAccount, moveAccount } from './account-store.ts'

/**
 * Lets an account invite again, holds it still, or takes it out of the pool; running memberships stay with it in every
 * case. An account that is used again is inspected at once, so that one that is still banned does not stay in use.
 */
export async function setAccountState(
  deps: { db: Database; log: Log; moment?: () => Date },
  id: string,
  state: 'ACTIVE' | 'PAUSED' | 'RETIRED',
  by: string,
): Promise<Result<void, { code: 'not_found' }>> {
  if (!isUuid(id)) return err({ code: 'not_found' })
  const found = await deps.db.transaction('fulfilment.set-account-state', { role: 'worker' }, async (tx) => {
    const account = await lockAccount(tx, id)
    if (account === undefined) return false
    const detail = state === 'ACTIVE' ? null : `${state.toLowerCase()} by ${by}`
    const lookAfterMs = state === 'ACTIVE' ? 0 : INVITE_TIMING.inspectEveryMs
    await moveAccount(tx, id, { to: state, detail, lookAfterMs }, momentOf(deps))
    return true
  })
  if (!found) return err({ code: 'not_found' })
  deps.log.info({ accountId: id, state, by }, 'provider account changed')
  return ok(undefined)
}
