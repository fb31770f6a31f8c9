import type { Database } from '#platform/database.ts'
import { unseal, type KeyRing } from '#platform/sealing.ts'
import { accountSealPlace } from '../../delivery/seal-places.ts'
import type { InviteAccount } from '../../ports.ts'
import { nameAccount, selectSealedAccount } from './credential-store.ts'

/**
 * An account with its opened credential, or undefined when there is none of that id or its seal does not open. The
 * vault role sees nothing but the account that its transaction names. The credential goes to the provider's adapter
 * and nowhere else.
 */
export async function openAccount(
  deps: { db: Database; keys: KeyRing },
  id: string,
): Promise<InviteAccount | undefined> {
  const row = await deps.db.transaction('fulfilment.open-account', { role: 'vault' }, async (tx) => {
    const named = nameAccount(tx, id)
    const found = selectSealedAccount(tx, id)
    const [account] = await Promise.all([found, named])
    return account
  })
  if (row === undefined) return undefined
  try {
    const credential = unseal(deps.keys, accountSealPlace(id), { sealed: row.sealed, keyId: row.key_id })
    return { id, externalId: row.external_id, credential }
  } catch {
    return undefined
  }
}
