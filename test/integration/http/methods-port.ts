import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import type { PaymentMethodOffer } from '../../../src/orders/order-view.ts'
import type { MethodSetting } from '../../../src/payments/method-view.ts'

/** A way to pay as buyers are offered it. */
export const OFFER: PaymentMethodOffer = {
  method: 'midtrans',
  label: 'QRIS, e-wallet, transfer bank, kartu',
  labelEn: 'QRIS, e-wallet, bank transfer, card',
  group: 'page',
  confirmSeconds: 20,
  fee: 0,
  total: 20_500,
  enabled: true,
}

/** The same as operators see it. */
export const SETTING: MethodSetting = {
  method: 'midtrans',
  gateway: 'midtrans',
  label: OFFER.label,
  group: 'page',
  enabled: true,
  position: 1,
  minimum: 1_000,
  maximum: 100_000_000,
  cost: { fixed: 0, bps: 70 },
  buyerPaysCost: false,
  lately: { payments: 2, received: 41_000, kept: 287 },
}

/** Ways to pay with fixed answers: one method that takes every change. */
export function methodsPort(): App['methods'] {
  return {
    list: async () => [SETTING],
    change: async (method, change) =>
      method === SETTING.method
        ? ok({ ...SETTING, ...change })
        : err({ code: 'method_unknown', detail: 'no such method' }),
  }
}
