import { listRenewalMethods, qrPicture, refreshPayment, renewPayment, trackOrder } from '#orders'
import { changeMethod, listMethods } from '#payments'
import { err, ok } from '#shared/result.ts'
import type { App } from '../app.ts'
import type { Shop } from './shop.ts'

/** What operators may ask of ways to pay. */
export function methodsApp(shop: Shop): App['methods'] {
  return {
    list: () => listMethods(shop),
    change: (method, change) => changeMethod(shop, method, change),
  }
}

/** What the buyer of an order may ask of its payment. */
export function paymentsApp(
  shop: Shop,
): Pick<App['orders'], 'paymentMethods' | 'renewPayment' | 'qrPicture' | 'refreshPayment'> {
  return {
    paymentMethods: (token) => listRenewalMethods(shop, token),
    async renewPayment(token, method) {
      const renewed = await renewPayment(shop, token, method)
      if (!renewed.ok) return renewed
      const view = await trackOrder(shop, token)
      return view === undefined ? err({ code: 'not_found' }) : ok(view)
    },
    qrPicture: (token) => qrPicture(shop, token),
    async refreshPayment(token) {
      return (await refreshPayment(shop, token)) ? await trackOrder(shop, token) : undefined
    },
  }
}
