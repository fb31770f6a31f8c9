import { addCredential, listCredentials, rotateCredential, setCredentialState, shareSku } from '#fulfilment'
import type { App } from '../app.ts'
import type { Shop } from './shop.ts'

/** What operators may ask of credentials that several buyers share. */
export function sharedStockApp(shop: Pick<Shop, 'db' | 'keys'>): App['sharedStock'] {
  return {
    share: (sku, days) => shareSku(shop, sku, days),
    list: (sku) => listCredentials(shop, sku),
    add: (sku, credential, by) => addCredential(shop, sku, credential, by),
    rotate: (id, secret, by) => rotateCredential(shop, id, secret, by),
    setState: (id, state, by) => setCredentialState(shop, id, state, by),
  }
}
