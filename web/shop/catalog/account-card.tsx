import type { Service } from '../../../src/catalog/service-view.ts'
import { pickText, type Locale } from '../../i18n/locale.ts'
import { productTexts } from '../../i18n/product-texts.ts'
import { Button } from '../../ui/button.tsx'
import type { AccountCheckSetup } from '../enhance/account-check.ts'
import { InputControl, mistakeText } from './input-control.tsx'
import type { InputMistake, PurchaseChoice } from './purchase-choice.ts'

type AccountCardProps = {
  service: Service
  locale: Locale
  choice: PurchaseChoice
  mistakes: Record<string, InputMistake>
}

/** The fields a product asks for, with the live account check where the product has one. */
export function AccountCard({ service, locale, choice, mistakes }: AccountCardProps) {
  const texts = productTexts[locale]
  const isInvite = service.deliveryKind === 'INVITE'
  const setup: AccountCheckSetup = {
    service: service.slug,
    checking: texts.checking,
    hint: texts.checkHint,
    good: texts.checkOk('{nickname}', '{region}'),
    goodWithoutRegion: texts.checkOk('{nickname}', ''),
    bad: texts.checkBad,
    offline: texts.checkOffline,
  }
  return (
    <section className="card" aria-labelledby="account-title">
      <h2 className="step-title" id="account-title">
        <span aria-hidden="true">1</span>
        {isInvite ? texts.inviteTitle : texts.accountTitle}
      </h2>
      <div className="grid gap-4 sm:grid-cols-2">
        {service.inputFields.map((field) => (
          <InputControl
            key={field.name}
            field={field}
            locale={locale}
            idPrefix="input"
            value={choice.input[field.name] ?? ''}
            error={mistakeText(field, mistakes[field.name], locale)}
            facts={{
              'data-account-field': field.name,
              'data-label': pickText(locale, field.label, field.labelEn),
            }}
          />
        ))}
      </div>
      {service.nicknameCheck ? (
        <div
          className="needs-script flex flex-wrap items-center justify-between gap-2 pt-3"
          data-account-check={JSON.stringify(setup)}
        >
          <p className="check-line muted flex-1" data-check-status="" role="status">
            {texts.checkHint}
          </p>
          <Button type="button" size="small" data-check-button="">
            {texts.check}
          </Button>
        </div>
      ) : null}
    </section>
  )
}
