import type { ReactNode } from 'react'
import { localePath, type Locale } from '../../i18n/locale.ts'
import { siteTexts } from '../../i18n/site-texts.ts'

type SiteFrameProps = {
  locale: Locale
  shopName: string
  /** The address of this page in the other language. */
  otherLanguageHref: string
  children: ReactNode
}

/** Header, content and footer of every shop page. */
export function SiteFrame({ locale, shopName, otherLanguageHref, children }: SiteFrameProps) {
  const texts = siteTexts[locale]
  const languageLink = (
    <a
      href={otherLanguageHref}
      hrefLang={locale === 'id' ? 'en' : 'id'}
      aria-label={texts.otherLanguageLabel}
    >
      {texts.otherLanguage}
    </a>
  )
  return (
    <>
      <a className="button skip-link" href="#content">
        {texts.skip}
      </a>
      <header className="site-header">
        <div className="wrap flex items-center gap-1 min-h-14">
          <a className="-ml-2 mr-auto gap-2 text-lg font-bold!" href={localePath('/', locale)}>
            <img src="/icon.svg" alt="" width="28" height="28" />
            {shopName}
          </a>
          <nav aria-label={texts.navLabel} className="flex items-center">
            <a href={localePath('/products', locale)}>{texts.products}</a>
            <a href={localePath('/track', locale)}>{texts.trackShort}</a>
            <span className="hidden sm:block">{languageLink}</span>
          </nav>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="outline-none">
        {children}
      </main>
      <footer className="site-footer">
        <div className="wrap py-8 grid gap-4 sm:flex sm:justify-between">
          <div className="max-w-xs">
            <p className="font-bold">{shopName}</p>
            <p className="muted text-sm">{texts.tagline}</p>
          </div>
          <nav aria-label={texts.footerLabel} className="grid grid-cols-2 gap-x-6 sm:grid-cols-3">
            <a href={localePath('/faq', locale)}>{texts.faq}</a>
            <a href={localePath('/support', locale)}>{texts.support}</a>
            <a href={localePath('/track', locale)}>{texts.track}</a>
            <a href={localePath('/terms', locale)}>{texts.terms}</a>
            <a href={localePath('/privacy', locale)}>{texts.privacy}</a>
            {languageLink}
          </nav>
        </div>
      </footer>
    </>
  )
}
