import type { MethodGroup } from '../../../src/payments/ports.ts'
import type { PaymentMethodOffer } from '../../../src/orders/order-view.ts'

/** The order in which buyers look for a way to pay. */
const ORDER: readonly MethodGroup[] = ['qris', 'ewallet', 'virtual_account', 'retail', 'page']

export type OfferGroup = { group: MethodGroup; offers: PaymentMethodOffer[] }

/** Offers by group, QRIS first; inside a group as the operator ordered them. Groups without an offer are left out. */
export function groupOffers(offers: readonly PaymentMethodOffer[]): OfferGroup[] {
  return ORDER.map((group) => ({ group, offers: offers.filter((offer) => offer.group === group) })).filter(
    ({ offers: inside }) => inside.length > 0,
  )
}

/** What is chosen before the buyer chooses: the wanted method while it is open, else the first that is. */
export function preferredOffer(
  offers: readonly PaymentMethodOffer[],
  wanted?: string,
): PaymentMethodOffer | undefined {
  const open = groupOffers(offers).flatMap((group) => group.offers.filter((offer) => offer.enabled))
  return open.find((offer) => offer.method === wanted) ?? open[0]
}
