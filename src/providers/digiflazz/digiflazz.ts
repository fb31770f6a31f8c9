import type { SupplierCatalogue } from '../../catalog/ports.ts'
import { createDigiflazzCatalogue } from './catalogue.ts'
import { createDigiflazzApi, type DigiflazzOptions } from './digiflazz-api.ts'

export type { DigiflazzOptions } from './digiflazz-api.ts'

/** One Digiflazz account, seen through the port it serves. */
export type Digiflazz = { catalogue: SupplierCatalogue }

/** Connects one account to the catalogue's port. Nothing is sent before the first call. */
export function createDigiflazz(options: DigiflazzOptions): Digiflazz {
  return { catalogue: createDigiflazzCatalogue(createDigiflazzApi(options)) }
}
