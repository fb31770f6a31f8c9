import { localePath, type Locale } from '../../i18n/locale.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { ButtonLink } from '../../ui/button.tsx'

/** What a reader sees instead of a page: not found, or broken on our side. */
export function Failure({ locale, isMissing }: { locale: Locale; isMissing: boolean }) {
  const texts = siteTexts[locale]
  return (
    <div className="wrap wrap-narrow py-16">
      <title>{isMissing ? texts.notFoundTitle : texts.errorTitle}</title>
      <div className="card empty">
        <p className="text-5xl" aria-hidden="true">
          {isMissing ? '🧭' : '🛠️'}
        </p>
        <h1>{isMissing ? texts.notFoundTitle : texts.errorTitle}</h1>
        <p className="muted max-w-md">{isMissing ? texts.notFoundText : texts.errorText}</p>
        <div className="flex flex-wrap justify-center gap-3">
          <ButtonLink look="primary" href={localePath('/products', locale)}>
            {texts.toProducts}
          </ButtonLink>
          <ButtonLink href={localePath('/support', locale)}>{texts.toSupport}</ButtonLink>
        </div>
      </div>
    </div>
  )
}
