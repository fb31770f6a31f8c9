import type { Database } from '#platform/database.ts'
import { isUuid, newId } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { countOutlasting, insertChange, lockCredential, setEnd } from './credential-store.ts'
import { readEnd } from './read-end.ts'

/** Why the end was not changed. */
export type SetEndRefusal = { code: 'not_found' | 'invalid_request' }

/**
 * Lets a credential end at another moment, or never (null); how many sold seats outlast it. Those stay as they are: what
 * was sold is for a person to make good. Seats held for unpaid orders that would outlast it are not sold any more. The
 * lock makes sales wait, so that the count is complete. Repeating it changes nothing.
 */
export async function setCredentialEnd(
  { db }: { db: Database },
  id: string,
  expiresAt: string | null,
  by: { actor: string; now: Date },
): Promise<Result<{ outlasting: number }, SetEndRefusal>> {
  const end = expiresAt === null ? null : readEnd(expiresAt, by.now)
  if (end === undefined) return err({ code: 'invalid_request' })
  if (!isUuid(id)) return err({ code: 'not_found' })
  return await db.transaction('fulfilment.set-credential-end', { role: 'worker' }, async (tx) => {
    const credential = await lockCredential(tx, id)
    if (credential === undefined) return err({ code: 'not_found' })
    if (await setEnd(tx, id, end)) {
      const { version } = credential
      await insertChange(tx, { id: newId(), credentialId: id, action: 'END_SET', version, actor: by.actor })
    }
    return ok({ outlasting: await countOutlasting(tx, id) })
  })
}
