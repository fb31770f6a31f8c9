import type { InputField } from '../../../src/catalog/service-view.ts'
import { pickText, type Locale } from '../../i18n/locale.ts'
import { productTexts } from '../../i18n/product-texts.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { inputName } from './purchase-choice.ts'

const INPUT_KINDS = {
  text: { type: 'text', inputMode: 'text', autoComplete: 'off' },
  digits: { type: 'text', inputMode: 'numeric', autoComplete: 'off' },
  email: { type: 'email', inputMode: 'email', autoComplete: 'email' },
  phone: { type: 'tel', inputMode: 'tel', autoComplete: 'tel' },
} as const

type InputControlProps = {
  field: InputField
  locale: Locale
  /** Begins the id: several forms of a page may ask for the same field. */
  idPrefix: string
  value: string
  error: string | undefined
  /** Facts for the page's script, as `data-*` attributes. */
  facts?: Record<`data-${string}`, string>
}

/** One field of a product's input schema. */
export function InputControl({ field, locale, idPrefix, value, error, facts }: InputControlProps) {
  const texts = productTexts[locale]
  const label = pickText(locale, field.label, field.labelEn)
  const shared = {
    id: `${idPrefix}-${field.name}`,
    name: inputName(field.name),
    label,
    help: pickText(locale, field.help ?? '', field.helpEn) || undefined,
    error,
    optionalHint: field.required ? undefined : texts.optional,
    required: field.required,
    defaultValue: value,
    ...facts,
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

/** What is wrong with a field, in the reader's words. */
export function mistakeText(
  field: InputField,
  mistake: 'required' | 'shape' | undefined,
  locale: Locale,
): string | undefined {
  const texts = productTexts[locale]
  const label = pickText(locale, field.label, field.labelEn)
  if (mistake === undefined) return undefined
  return mistake === 'required' ? texts.fieldRequired(label) : texts.fieldShape(label)
}
