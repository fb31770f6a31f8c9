import { violatedConstraint, type Database, type Tx } from '#platform/database.ts'
import { isUuid, newId } from '#platform/ids.ts'
import { publish } from '#platform/outbox.ts'
import { fingerprint, seal, type KeyRing } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { credentialSealPlace } from '../delivery/seal-places.ts'
import { FULFILMENT_EVENTS } from '../events.ts'
import { insertChange, lockCredential, replaceSecret, type CredentialRow } from './credential-store.ts'
import { listSeatHolders } from './seat-holder-view-store.ts'
import { readSecret } from './secret-text.ts'

/** Why a secret was not changed. */
export type RotateRefusal = { code: 'not_found' | 'invalid_request' }

/**
 * Puts a new secret in place: everybody who holds a seat sees it from now on and is told once per version; how many
 * lines were told. The lock makes sales of its seats wait, so that nobody gets the old secret after the list of
 * holders was made. Repeating it with the same secret changes and tells nothing.
 */
export async function rotateCredential(
  deps: { db: Database; keys: KeyRing },
  id: string,
  secret: string,
  by: string,
): Promise<Result<{ told: number }, RotateRefusal>> {
  const text = readSecret(secret)
  if (text === undefined) return err({ code: 'invalid_request' })
  if (!isUuid(id)) return err({ code: 'not_found' })
  try {
    return await deps.db.transaction('fulfilment.rotate-credential', { role: 'worker' }, async (tx) => {
      const credential = await lockCredential(tx, id)
      if (credential === undefined) return err({ code: 'not_found' })
      const print = fingerprint(deps.keys, credential.sku_id, text)
      if (print.equals(credential.fingerprint)) return ok({ told: 0 })
      const version = credential.version + 1
      const sealed = seal(deps.keys, credentialSealPlace(id), text)
      await replaceSecret(tx, id, { fingerprint: print, version, ...sealed })
      const told = await tellHolders(tx, credential, version)
      await insertChange(tx, { id: newId(), credentialId: id, action: 'ROTATED', version, told, actor: by })
      return ok({ told })
    })
  } catch (error) {
    if (violatedConstraint(error) === 'shared_credentials_fingerprint')
      return err({ code: 'invalid_request' })
    throw error
  }
}

async function tellHolders(tx: Tx, { id }: CredentialRow, version: number): Promise<number> {
  const holders = await listSeatHolders(tx, id)
  const kind = FULFILMENT_EVENTS.credentialChanged
  await Promise.all(
    holders.map(({ lineId, orderId }) =>
      publish(tx, { kind, key: `${kind}:${lineId}:${id}:${version}`, orderId, lineId, data: { version } }),
    ),
  )
  return holders.length
}
