import { syncCatalogue, type Run } from '#catalog'
import { repriceSkus } from '#pricing'
import { err, type Result } from '#shared/result.ts'
import type { Shop } from './shop.ts'

/** Pulls one supplier's catalogue and lets prices follow. `busy` while another run of it is going on. */
export async function syncSupplierCatalogue(
  shop: Shop,
  supplier: string,
  options: { trigger: 'manual' | 'cli' | 'schedule'; dryRun: boolean },
): Promise<Result<Run, { code: 'unknown_connection' | 'busy' }>> {
  const catalogue = shop.catalogues.get(supplier)
  if (catalogue === undefined) return err({ code: 'unknown_connection' })
  return await syncCatalogue({ ...shop, supplier: catalogue, reprice: repriceSkus }, options)
}
