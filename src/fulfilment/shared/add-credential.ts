import { violatedConstraint, type Database, type Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { fingerprint, seal, type KeyRing } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { credentialSealPlace } from '../delivery/seal-places.ts'
import type { SharedCredentialView } from '../shared-stock-view.ts'
import {
  credentialsStatement,
  findSkuForSharing,
  insertChange,
  insertCredential,
} from './credential-store.ts'
import { readEnd } from './read-end.ts'
import { readSecret } from './secret-text.ts'

/** Why a credential was not added. */
export type AddCredentialRefusal = { code: 'sku_unknown' | 'not_shared' | 'end_invalid' | 'invalid_request' }

/** More seats than any real account shares; the table's own limit. */
export const MAX_SEATS = 1_000
const MAX_LABEL = 120

/** What is known of a new credential. */
export type NewCredential = { label: string; secret: string; seats: number; expiresAt?: string }

/**
 * Seals a credential into a SKU's shared stock with all its seats free. The same secret is taken once per SKU, or its
 * seats would be sold twice: a repetition is an invalid request. Never answers or logs the secret.
 */
export async function addCredential(
  deps: { db: Database; keys: KeyRing },
  sku: string,
  credential: NewCredential,
  by: { actor: string; now: Date },
): Promise<Result<SharedCredentialView, AddCredentialRefusal>> {
  const end = credential.expiresAt === undefined ? null : readEnd(credential.expiresAt, by.now)
  if (end === undefined) return err({ code: 'end_invalid' })
  const checked = check(credential, end)
  if (checked === undefined) return err({ code: 'invalid_request' })
  try {
    return await deps.db.transaction('fulfilment.add-credential', { role: 'worker' }, (tx) =>
      write(tx, deps.keys, { ...checked, sku, by: by.actor }),
    )
  } catch (error) {
    if (violatedConstraint(error) === 'shared_credentials_fingerprint')
      return err({ code: 'invalid_request' })
    throw error
  }
}

type Checked = { label: string; secret: string; seats: number; expiresAt: Date | null }

function check({ label, secret, seats }: NewCredential, end: Date | null): Checked | undefined {
  const text = readSecret(secret)
  const name = label.trim()
  const isSound =
    name !== '' && name.length <= MAX_LABEL && Number.isInteger(seats) && seats >= 1 && seats <= MAX_SEATS
  return text !== undefined && isSound ? { label: name, secret: text, seats, expiresAt: end } : undefined
}

async function write(
  tx: Tx,
  keys: KeyRing,
  { sku: code, by, secret, ...credential }: Checked & { sku: string; by: string },
): Promise<Result<SharedCredentialView, AddCredentialRefusal>> {
  const sku = await findSkuForSharing(tx, code)
  if (sku === undefined) return err({ code: 'sku_unknown' })
  if (sku.delivery_kind !== 'STOCK' || sku.stock_mode !== 'shared') return err({ code: 'not_shared' })
  const id = newId()
  await insertCredential(tx, {
    ...credential,
    id,
    skuId: sku.id,
    fingerprint: fingerprint(keys, sku.id, secret),
    ...seal(keys, credentialSealPlace(id), secret),
  })
  await insertChange(tx, { id: newId(), credentialId: id, action: 'ADDED', version: 1, actor: by })
  return ok(await tx.one(credentialsStatement({ id })))
}
