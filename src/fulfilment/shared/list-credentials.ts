import type { Database } from '#platform/database.ts'
import type { SharedCredentialView } from '../shared-stock-view.ts'
import { credentialsStatement } from './credential-store.ts'

/** The shared credentials of one SKU, or of all, without their secrets. */
export async function listCredentials(
  { db }: { db: Database },
  sku: string | undefined,
): Promise<SharedCredentialView[]> {
  const wanted = sku === undefined ? {} : { sku }
  return await db.once('fulfilment.list-credentials', { role: 'worker' }, credentialsStatement(wanted))
}
