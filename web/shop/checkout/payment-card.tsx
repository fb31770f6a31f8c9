import type { PaymentMethodOffer } from '../../../src/orders/order-view.ts'
import { checkoutTexts } from '../../i18n/checkout-texts.ts'
import type { Locale } from '../../i18n/locale.ts'
import { MethodList } from './method-list.tsx'

type PaymentCardProps = {
  locale: Locale
  methods: readonly PaymentMethodOffer[]
  chosen: string | undefined
  error: string | undefined
}

/** The choice of the way to pay. */
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
      <MethodList locale={locale} offers={methods} chosen={chosen} />
    </fieldset>
  )
}
