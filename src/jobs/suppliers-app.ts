import { listSuppliers, pauseSupplier, resumeSupplier, setLowBalance, watchBalances } from '#fulfilment'
import type { App } from '../app.ts'
import type { Shop } from './shop.ts'
import { followSuppliers } from './subscriptions.ts'

/** What operators may ask of suppliers. Offers follow at once; a change that failed there is made up within a minute. */
export function suppliersApp(shop: Shop): App['suppliers'] {
  return {
    list: () => listSuppliers(shop),
    async setLowBalance(supplier, rupiah) {
      const done = await setLowBalance(shop, supplier, rupiah)
      if (done.ok) await watchBalances(shop, { now: supplier })
      if (done.ok) await followSuppliers(shop)
      return done
    },
    async pause(supplier, by) {
      const done = await pauseSupplier(shop, supplier, by)
      if (done.ok) await followSuppliers(shop)
      return done
    },
    async resume(supplier, by) {
      const done = await resumeSupplier(shop, supplier, by)
      if (done.ok) await followSuppliers(shop)
      return done
    },
  }
}
