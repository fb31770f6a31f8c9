import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import type { SharedCredentialView } from '../../../src/fulfilment/shared-stock-view.ts'
import { RUN } from './sync-port.ts'

/** The one shared account that the port knows. */
export const CREDENTIAL: SharedCredentialView = {
  id: RUN.runId,
  sku: 'DISNEY-PROFIL-30D',
  label: 'Akun 1',
  state: 'ACTIVE',
  seats: 4,
  taken: 1,
  held: 0,
  version: 1,
  rotatedAt: null,
  expiresAt: null,
}

/** An account that the port adds. */
export const NEW_CREDENTIAL = {
  sku: CREDENTIAL.sku,
  label: 'Akun 1',
  secret: 'kanari-di-badan-permintaan',
  seats: 4,
}

/** Shared accounts with fixed answers; the port knows one SKU, one account and one used secret. */
export function sharedStockPort(): App['sharedStock'] {
  const known = async (id: string) => id === CREDENTIAL.id
  return {
    share: async () => ok(undefined),
    list: async (sku) => (sku === undefined || sku === CREDENTIAL.sku ? [CREDENTIAL] : []),
    add: async (sku) => (sku === CREDENTIAL.sku ? ok(CREDENTIAL) : err({ code: 'sku_unknown' })),
    rotate: async (id) => ((await known(id)) ? ok({ told: 1 }) : err({ code: 'not_found' })),
    setEnd: async (id) => ((await known(id)) ? ok({ outlasting: 2 }) : err({ code: 'not_found' })),
    setState: async (id) => ((await known(id)) ? ok(undefined) : err({ code: 'not_found' })),
  }
}
