import type { InputField, Service } from '../../../src/catalog/service-view.ts'
import { pickText, type Locale } from '../../i18n/locale.ts'
import { productTexts } from '../../i18n/product-texts.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import type { AccountCheckSetup } from '../enhance/account-check.ts'
import { inputName, type InputMistake, type PurchaseChoice } from './purchase-choice.ts'

const INPUT_KINDS = {
  text: { type: 'text', inputMode: 'text', autoComplete: 'off' },
  digits: { type: 'text', inputMode: 'numeric', autoComplete: 'off' },
  email: { type: 'email', inputMode: 'email', autoComplete: 'email' },
  phone: { type: 'tel', inputMode: 'tel', autoComplete: 'tel' },
} as const

type AccountFieldProps = {
  field: InputField
  locale: Locale
  value: string
  mistake: InputMistake | undefined
}

function AccountField({ field, locale, value, mistake }: AccountFieldProps) {
  const texts = productTexts[locale]
  const label = pickText(locale, field.label, field.labelEn)
  const error =
    mistake === 'required'
      ? texts.fieldRequired(label)
      : mistake === 'shape'
        ? texts.fieldShape(label)
        : undefined
  const shared = {
    id: `input-${field.name}`,
    name: inputName(field.name),
    label,
    help: pickText(locale, field.help ?? '', field.helpEn) || undefined,
    error,
    optionalHint: field.required ? undefined : texts.optional,
    required: field.required,
    defaultValue: value,
    'data-account-field': field.name,
    'data-label': label,
  }
  if (field.type === 'select')
    return <SelectField {...shared} options={field.options ?? []} prompt={texts.choose} />
  return (
    <TextField
      {...shared}
      {...INPUT_KINDS[field.type]}
      pattern={field.pattern}
      minLength={field.minLength}
      maxLength={field.maxLength}
      title={field.pattern ? texts.fieldShape(label) : undefined}
      spellCheck={false}
      autoCapitalize="none"
    />
  )
}

type AccountCardProps = {
  service: Service
  locale: Locale
  choice: PurchaseChoice
  mistakes: Record<string, InputMistake>
}

/** The fields a product asks for, with the live account check where the product has one. */
export function AccountCard({ service, locale, choice, mistakes }: AccountCardProps) {
  const texts = productTexts[locale]
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
        {texts.accountTitle}
      </h2>
      <div className="grid gap-4 sm:grid-cols-2">
        {service.inputFields.map((field) => (
          <AccountField
            key={field.name}
            field={field}
            locale={locale}
            value={choice.input[field.name] ?? ''}
            mistake={mistakes[field.name]}
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
