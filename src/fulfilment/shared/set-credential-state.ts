import type { Database } from '#platform/database.ts'
import { isUuid, newId } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { insertChange, lockCredential, setState } from './credential-store.ts'

/**
 * Lets a credential be sold from, or not. Those who hold a sold seat keep it and see its secret; seats held for unpaid
 * orders are not sold any more: a payment claims a seat of another credential. Repeating it changes nothing.
 */
export async function setCredentialState(
  { db }: { db: Database },
  id: string,
  state: 'ACTIVE' | 'PAUSED' | 'RETIRED',
  by: string,
): Promise<Result<void, { code: 'not_found' }>> {
  if (!isUuid(id)) return err({ code: 'not_found' })
  return await db.transaction('fulfilment.set-credential-state', { role: 'worker' }, async (tx) => {
    const credential = await lockCredential(tx, id)
    if (credential === undefined) return err({ code: 'not_found' })
    if (!(await setState(tx, id, state))) return ok(undefined)
    const { version } = credential
    await insertChange(tx, { id: newId(), credentialId: id, action: state, version, actor: by })
    return ok(undefined)
  })
}
