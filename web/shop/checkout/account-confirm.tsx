import type { AccountCheck, Service } from '../../../src/catalog/service-view.ts'
import { checkoutTexts } from '../../i18n/checkout-texts.ts'
import { pickText, type Locale } from '../../i18n/locale.ts'
import { FactRows, type FactRow } from '../../ui/fact-rows.tsx'
import { Alert } from '../../ui/status.tsx'

type AccountConfirmProps = {
  locale: Locale
  service: Service
  input: Record<string, string>
  check: AccountCheck | null
  backPath: string
  hasConfirmed: boolean
  error: string | undefined
}

function inputRows({ service, input, locale }: AccountConfirmProps): FactRow[] {
  return service.inputFields
    .filter((field) => input[field.name])
    .map((field) => {
      const value = input[field.name] ?? ''
      const option = field.options?.find((candidate) => candidate.value === value)
      return {
        key: field.name,
        label: pickText(locale, field.label, field.labelEn),
        value: option?.label ?? value,
      }
    })
}

/** The account that will receive the goods, to be compared before paying: wrong ids cannot be undone. */
export function AccountConfirm(props: AccountConfirmProps) {
  const { locale, service, check, backPath, hasConfirmed, error } = props
  if (service.inputFields.length === 0) return null
  const texts = checkoutTexts[locale]
  const rows = inputRows(props)
  const isInvite = service.deliveryKind === 'INVITE'
  if (check?.valid) {
    rows.unshift({
      key: 'nickname',
      label: texts.nickname,
      value: <strong className="text-good">✓ {check.nickname}</strong>,
    })
    if (check.region) rows.push({ key: 'region', label: texts.region, value: check.region })
  }
  return (
    <section className="card stack" aria-labelledby="confirm-title">
      <div>
        <h2 id="confirm-title">{isInvite ? texts.inviteTitle : texts.confirmTitle}</h2>
        {isInvite ? <p className="muted text-sm">{texts.inviteText}</p> : null}
      </div>
      <FactRows rows={rows} />
      {check?.valid === false ? (
        <Alert tone="bad" urgent title={texts.accountWrong}>
          {texts.accountWrongText}
        </Alert>
      ) : null}
      {check?.valid === null ? (
        <div>
          <input type="hidden" name="mustConfirm" value="yes" />
          <p className="text-warn">{texts.confirmUnsure}</p>
          <label className="tick">
            <input type="checkbox" name="confirm" value="yes" required defaultChecked={hasConfirmed} />
            {texts.confirmTick}
          </label>
          {error ? <p className="field-error">{error}</p> : null}
        </div>
      ) : null}
      <p>
        <a className="text-link inline-block py-2.5" href={backPath}>
          {texts.change}
        </a>
      </p>
    </section>
  )
}
