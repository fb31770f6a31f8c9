import { localePath, type Locale } from '../../i18n/locale.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { ButtonLink } from '../../ui/button.tsx'

/** A compass that lost its way, or a wrench. Drawn, as not every device has a font with such signs. */
function FailureSign({ isMissing }: { isMissing: boolean }) {
  return (
    <svg
      viewBox="0 0 48 48"
      width="56"
      height="56"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="text-gold-soft"
      aria-hidden="true"
    >
      {isMissing ? (
        <>
          <circle cx="24" cy="24" r="19" />
          <path d="M32 16 27.5 27.5 16 32l4.5-11.5Z" />
          <circle cx="24" cy="24" r="1" />
        </>
      ) : (
        <path d="M41 13.5 34 20.5l-6.5-6.5L34.5 7a11 11 0 0 0-14 14L7.5 34a4.6 4.6 0 0 0 6.5 6.5L27 27.5a11 11 0 0 0 14-14Z" />
      )}
    </svg>
  )
}

/** What a reader sees instead of a page: not found, or broken on our side. */
export function Failure({ locale, isMissing }: { locale: Locale; isMissing: boolean }) {
  const texts = siteTexts[locale]
  return (
    <div className="wrap wrap-narrow py-16">
      <title>{isMissing ? texts.notFoundTitle : texts.errorTitle}</title>
      <div className="card empty">
        <FailureSign isMissing={isMissing} />
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
