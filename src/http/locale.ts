import type { Visitor } from '../app.ts'

type Locale = Visitor['locale']

/** How long a chosen language is remembered: one year. */
const LANGUAGE_COOKIE_SECONDS = 31_536_000

/** `id` or `en` when the text is exactly that, else undefined. */
export function readLocale(text: string | null | undefined): Locale | undefined {
  return text === 'id' || text === 'en' ? text : undefined
}

/**
 * The language a browser asks for. Indonesian wherever it is listed at all, because phones set to English
 * list it too; English when English is listed without it; Indonesian otherwise.
 */
export function localeOfBrowser(acceptLanguage: string | null): Locale {
  if (acceptLanguage === null) return 'id'
  const languages = acceptLanguage
    .toLowerCase()
    .split(',')
    .filter((range) => !/;\s*q=0(\.0*)?\s*$/.test(range))
    .map((range) => range.trim().split(/[-;]/, 1)[0])
  if (languages.includes('id') || languages.includes('in')) return 'id'
  return languages.includes('en') ? 'en' : 'id'
}

/** The language remembered in the cookie header, if any. */
export function localeOfCookie(cookieHeader: string | null): Locale | undefined {
  const match = cookieHeader === null ? null : /(?:^|;\s*)lang=(id|en)(?:;|$)/.exec(cookieHeader)
  return readLocale(match?.[1])
}

/** The cookie that remembers a language chosen with `?lang=`. */
export function languageCookie(locale: Locale, isSecure: boolean): string {
  const flags = isSecure ? '; Secure' : ''
  return `lang=${locale}; Path=/; Max-Age=${LANGUAGE_COOKIE_SECONDS}; SameSite=Lax; HttpOnly${flags}`
}
