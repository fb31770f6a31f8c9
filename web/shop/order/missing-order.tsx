import type { Locale } from '../../i18n/locale.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { findOrderPath } from './load-order.ts'

/** Said for unknown, expired and foreign links alike, with a way on. */
export function MissingOrder({ locale }: { locale: Locale }) {
  const texts = orderTexts[locale]
  return (
    <div className="wrap wrap-narrow py-16">
      <div className="card empty">
        <h1>{texts.missingTitle}</h1>
        <p className="muted max-w-md">{texts.missingText}</p>
        <ButtonLink look="primary" href={findOrderPath(locale)}>
          {texts.findTitle}
        </ButtonLink>
      </div>
    </div>
  )
}
