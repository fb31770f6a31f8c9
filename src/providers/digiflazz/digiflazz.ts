import type { SupplierCatalogue } from '../../catalog/ports.ts'
import type { Supplier } from '../../fulfilment/ports.ts'
import { createDigiflazzCatalogue } from './catalogue.ts'
import { createDigiflazzApi, type DigiflazzOptions } from './digiflazz-api.ts'
import { createDigiflazzSupplier } from './purchases.ts'

export type { DigiflazzOptions } from './digiflazz-api.ts'

/** One Digiflazz account, seen through the two ports it serves. */
export type Digiflazz = { catalogue: SupplierCatalogue; supplier: Supplier }

/** Connects one account to the ports of catalog and fulfilment. Nothing is sent before the first call. */
export function createDigiflazz(options: DigiflazzOptions): Digiflazz {
  const api = createDigiflazzApi(options)
  return {
    catalogue: createDigiflazzCatalogue(api),
    supplier: createDigiflazzSupplier(api, options.webhookSecret ?? null),
  }
}
