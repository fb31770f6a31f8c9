import type { SealPlace } from '#platform/sealing.ts'

/** Where the secret of a stock unit lives. */
export function unitSealPlace(unitId: string): SealPlace {
  return { table: 'stock_units', column: 'sealed', id: unitId }
}

/** Where the text that a supplier delivered lives. */
export function deliverySealPlace(deliveryId: string): SealPlace {
  return { table: 'deliveries', column: 'sealed', id: deliveryId }
}

/** Where the secret that several buyers share lives. */
export function credentialSealPlace(credentialId: string): SealPlace {
  return { table: 'shared_credentials', column: 'sealed', id: credentialId }
}

/** Where the credential of an invite provider's account lives. */
export function accountSealPlace(accountId: string): SealPlace {
  return { table: 'provider_accounts', column: 'sealed', id: accountId }
}
