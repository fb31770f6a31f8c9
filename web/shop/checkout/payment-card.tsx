import type { PaymentMethodOffer } from '../../../src/orders/order-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import { checkoutTexts } from '../../i18n/checkout-texts.ts'
import type { Locale } from '../../i18n/locale.ts'
import { Tile } from '../../ui/tile.tsx'
import { totalName } from './checkout-form.ts'

type PaymentCardProps = {
  locale: Locale
  methods: readonly PaymentMethodOffer[]
  chosen: string | undefined
  error: string | undefined
}

function MethodTile({
  offer,
  locale,
  isChosen,
}: {
  offer: PaymentMethodOffer
  locale: Locale
  isChosen: boolean
}) {
  const texts = checkoutTexts[locale]
  const methodLabels: Record<string, string> = texts.methodLabels
  const feeNote = offer.fee > 0 ? texts.feeIncluded(formatRupiah(offer.fee)) : texts.noFee
  return (
    <li>
      <Tile
        row
        name="paymentMethod"
        value={offer.method}
        title={methodLabels[offer.method] ?? offer.label}
        price={formatRupiah(offer.total)}
        note={
          offer.enabled ? feeNote : locale === 'id' ? (offer.reason ?? texts.methodUnfit) : texts.methodUnfit
        }
        disabled={!offer.enabled}
        checked={isChosen}
        required
        facts={{ 'data-fee': offer.fee, 'data-total': offer.total }}
      />
      <input type="hidden" name={totalName(offer.method)} value={offer.total} />
    </li>
  )
}

/** The ways to pay, each with its full total; those that do not fit stay visible with the reason. */
export function PaymentCard({ locale, methods, chosen, error }: PaymentCardProps) {
  const texts = checkoutTexts[locale]
  return (
    <fieldset className="card" aria-describedby={error ? 'method-error' : undefined}>
      <legend className="sr-only">{texts.methodTitle}</legend>
      <h2 className="mb-3" aria-hidden="true">
        {texts.methodTitle}
      </h2>
      {error ? (
        <p className="field-error mb-2" id="method-error">
          {error}
        </p>
      ) : null}
      <ul className="grid gap-2">
        {methods.map((offer) => (
          <MethodTile key={offer.method} offer={offer} locale={locale} isChosen={offer.method === chosen} />
        ))}
      </ul>
    </fieldset>
  )
}
