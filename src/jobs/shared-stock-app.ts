import {
  addCredential,
  listCredentials,
  rotateCredential,
  setCredentialEnd,
  setCredentialState,
  shareSku,
} from '#fulfilment'
import type { App } from '../app.ts'
import type { Shop } from './shop.ts'

/** What operators may ask of credentials that several buyers share. */
export function sharedStockApp(shop: Pick<Shop, 'clock' | 'db' | 'keys'>): App['sharedStock'] {
  return {
    share: (sku, days) => shareSku(shop, sku, days),
    list: (sku) => listCredentials(shop, sku),
    add: (sku, credential, by) => addCredential(shop, sku, credential, { actor: by, now: shop.clock.now() }),
    rotate: (id, secret, by) => rotateCredential(shop, id, secret, by),
    setEnd: (id, expiresAt, by) =>
      setCredentialEnd(shop, id, expiresAt, { actor: by, now: shop.clock.now() }),
    setState: (id, state, by) => setCredentialState(shop, id, state, by),
  }
}
