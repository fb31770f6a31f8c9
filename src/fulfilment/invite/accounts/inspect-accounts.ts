import { attemptEach } from '#platform/attempt-each.ts'
import type { Tx } from '#platform/database.ts'
import type { AccountHealth, InviteFailure } from '../../ports.ts'
import type { Result } from '#shared/result.ts'
import { momentOf, type InviteDeps } from '../invite.ts'
import { timingOf } from '../invite-timing.ts'
import { stopAccount } from '../record-invite.ts'
import {
  dueAccountsStatement,
  lockAccount,
  moveAccount,
  noteHealth,
  planLook,
  type DueAccount,
} from './account-store.ts'
import { openAccount } from './open-account.ts'

/** Accounts asked at once: providers see one client of ours. */
const AT_ONCE = 4

/**
 * Asks providers how the accounts stand whose inspection is due; how many were asked. A banned account lets its
 * memberships go, one whose credential is refused waits for a person, one that is well again is used again. Seats that
 * others than us use are no longer ours to give.
 */
export async function inspectAccounts(deps: InviteDeps, limit: number): Promise<{ inspected: number }> {
  const due = await deps.db.once(
    'fulfilment.due-accounts',
    { role: 'worker' },
    dueAccountsStatement(limit, momentOf(deps)),
  )
  const lanes = Array.from({ length: AT_ONCE }, (_lane, lane) =>
    due.filter((_, index) => index % AT_ONCE === lane),
  )
  await Promise.all(
    lanes.map((lane) =>
      attemptEach(lane, { log: deps.log, name: 'invites.inspect' }, (account) => inspect(deps, account)),
    ),
  )
  return { inspected: due.length }
}

async function inspect(deps: InviteDeps, account: DueAccount): Promise<void> {
  const { inspectEveryMs, inspectBrokenEveryMs } = timingOf(deps)
  const isBroken = account.state === 'BANNED' || account.state === 'CREDENTIAL'
  const moment = momentOf(deps)
  const askedAt = await deps.db.transaction('fulfilment.plan-inspection', { role: 'worker' }, (tx) =>
    planLook(tx, account, isBroken ? inspectBrokenEveryMs : inspectEveryMs, moment),
  )
  if (askedAt === undefined) return
  const opened = await openAccount(deps, account.id)
  const answer = opened && (await deps.inviteProviders.get(account.provider)?.inspect(opened))
  if (opened === undefined) deps.log.error({ accountId: account.id }, 'a credential does not open')
  if (answer === undefined) return
  await deps.db.transaction('fulfilment.note-health', { role: 'worker' }, (tx) =>
    note(tx, deps, { ...account, askedAt }, answer),
  )
}

async function note(
  tx: Tx,
  deps: InviteDeps,
  account: DueAccount & { askedAt: Date },
  answer: Result<AccountHealth, InviteFailure>,
): Promise<void> {
  const { id, askedAt } = account
  if (!answer.ok) {
    deps.log.warn({ accountId: id, detail: answer.error.detail }, 'an account could not be inspected')
    return
  }
  const locked = await lockAccount(tx, id)
  if (locked === undefined) return
  const health = answer.value
  switch (health.state) {
    case 'banned':
      return await stopAccount(tx, deps, id, { to: 'BANNED', detail: health.detail })
    case 'credential_refused':
      if (locked.state === 'ACTIVE' || locked.state === 'COOLDOWN')
        await stopAccount(tx, deps, id, { to: 'CREDENTIAL', detail: health.detail })
      return
    case 'healthy':
      await noteHealth(tx, id, { ...health, askedAt }, momentOf(deps))
      if (locked.state === 'BANNED' || locked.state === 'CREDENTIAL')
        await moveAccount(
          tx,
          id,
          { to: 'ACTIVE', detail: 'well again', lookAfterMs: timingOf(deps).inspectEveryMs },
          momentOf(deps),
        )
  }
}
