import { ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import type { SharedCredentialView } from '../../../src/fulfilment/shared-stock-view.ts'

/** A shared account as the port knows it. */
const CREDENTIAL: SharedCredentialView = {
  id: '019a0000-0000-7000-8000-0000000000c1',
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

/** Shared accounts with fixed answers. */
export function sharedStockPort(): App['sharedStock'] {
  return {
    share: async () => ok(undefined),
    list: async () => [CREDENTIAL],
    add: async () => ok(CREDENTIAL),
    rotate: async () => ok({ told: 1 }),
    setState: async () => ok(undefined),
  }
}
