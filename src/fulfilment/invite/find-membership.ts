import { err, type Result } from '#shared/result.ts'
import type { InviteFailure, Membership } from '../ports.ts'
import { lookSoon } from './accounts/account-store.ts'
import { openAccount } from './accounts/open-account.ts'
import { momentOf, type Invite, type InviteDeps } from './invite.ts'

/** The membership of an invite at its provider. A call that is refused has the account inspected. */
export async function findMembership(
  deps: InviteDeps,
  invite: Invite,
): Promise<Result<Membership | undefined, InviteFailure>> {
  const provider = deps.inviteProviders.get(invite.provider)
  const account = invite.account_id === null ? undefined : await openAccount(deps, invite.account_id)
  if (provider === undefined || account === undefined)
    return err({ code: 'refused', detail: 'no provider or no credential to ask with' })
  const { email, provider_ref: ref } = invite
  const found = await provider.find(account, { email, ...(ref === null ? {} : { providerRef: ref }) })
  if (!found.ok && found.error.code === 'refused')
    await deps.db.transaction('fulfilment.doubt-account', { role: 'worker' }, (tx) =>
      lookSoon(tx, account.id, momentOf(deps)),
    )
  return found
}
