import type { AccountChecker, SupplierCatalogue } from '../../catalog/ports.ts'
import type { Supplier } from '../../fulfilment/ports.ts'
import { createVipAccountChecker } from './account-checker.ts'
import { createVipCatalogue } from './catalogue.ts'
import { createVipSupplier } from './purchases.ts'
import { createVipApi, type VipResellerOptions } from './vip-api.ts'

export type { VipResellerOptions } from './vip-api.ts'

/** One VIP-Reseller account, seen through the three ports it serves. */
export type VipReseller = { catalogue: SupplierCatalogue; accountChecker: AccountChecker; supplier: Supplier }

/** Connects one account to the ports of catalog and fulfilment. Nothing is sent before the first call. */
export function createVipReseller(options: VipResellerOptions): VipReseller {
  const api = createVipApi(options)
  return {
    catalogue: createVipCatalogue(api),
    accountChecker: createVipAccountChecker(api),
    supplier: createVipSupplier(api),
  }
}
