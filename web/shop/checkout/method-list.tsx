import type { PaymentMethodOffer } from '../../../src/orders/order-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import { pickText, type Locale } from '../../i18n/locale.ts'
import { confirmText, methodTexts } from '../../i18n/method-texts.ts'
import { Tile } from '../../ui/tile.tsx'
import { totalName } from './checkout-form.ts'
import { groupOffers, type OfferGroup } from './method-groups.ts'

/** The offer's name; the same name at another gateway is told apart by a number. */
function titleOf(offer: PaymentMethodOffer, beside: readonly PaymentMethodOffer[], locale: Locale): string {
  const label = pickText(locale, offer.label, offer.labelEn)
  const nth = beside.filter((other) => other.label === offer.label).indexOf(offer) + 1
  return nth > 1 ? methodTexts[locale].another(label, nth) : label
}

function MethodRow({
  offer,
  title,
  locale,
  isChosen,
}: {
  offer: PaymentMethodOffer
  title: string
  locale: Locale
  isChosen: boolean
}) {
  const texts = methodTexts[locale]
  const reason = offer.reason ? pickText(locale, offer.reason, offer.reasonEn ?? texts.unfit) : texts.unfit
  return (
    <li>
      <Tile
        row
        name="paymentMethod"
        value={offer.method}
        title={title}
        price={formatRupiah(offer.total)}
        priceNote={offer.fee > 0 ? texts.feeOf(formatRupiah(offer.fee)) : texts.noFee}
        note={offer.enabled ? confirmText(offer.confirmSeconds, locale) : reason}
        disabled={!offer.enabled}
        checked={isChosen}
        required
        facts={{ 'data-fee': offer.fee, 'data-total': offer.total }}
      />
      <input type="hidden" name={totalName(offer.method)} value={offer.total} />
    </li>
  )
}

function cheapest({ offers }: OfferGroup): number {
  const open = offers.filter((offer) => offer.enabled)
  return Math.min(...(open.length > 0 ? open : offers).map((offer) => offer.total))
}

type MethodListProps = {
  locale: Locale
  offers: readonly PaymentMethodOffer[]
  chosen: string | undefined
}

/**
 * The ways to pay as one radio group in folds: QRIS stands open, and so does the group of the chosen one. Each row
 * shows what is to be paid with it; those that do not fit stay visible with the reason.
 */
export function MethodList({ locale, offers, chosen }: MethodListProps) {
  const texts = methodTexts[locale]
  return (
    <div className="grid gap-2">
      {groupOffers(offers).map((part) => (
        <details
          key={part.group}
          className="fold fold-methods"
          open={part.group === 'qris' || part.offers.some((offer) => offer.method === chosen)}
        >
          <summary>
            <b>{texts.groups[part.group]}</b>
            <span className="money muted text-xs">{texts.from(formatRupiah(cheapest(part)))}</span>
            <small>{texts.groupHelp[part.group]}</small>
          </summary>
          <ul className="grid gap-2">
            {part.offers.map((offer) => (
              <MethodRow
                key={offer.method}
                offer={offer}
                title={titleOf(offer, part.offers, locale)}
                locale={locale}
                isChosen={offer.method === chosen}
              />
            ))}
          </ul>
        </details>
      ))}
    </div>
  )
}
