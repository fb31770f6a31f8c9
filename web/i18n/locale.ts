import type { Visitor } from '../../src/app.ts'

/** A language of the shop. Indonesian is the default and the only one without `?lang=` in its addresses. */
export type Locale = Visitor['locale']

/** One text set in both languages; the second must have exactly the shape of the first. */
export type Texts<T> = Record<Locale, T>

/** Both languages of one area of the site. Fails to compile when English lacks a text or has one too many. */
export function defineTexts<T>(id: T, en: NoInfer<T>): Texts<T> {
  return { id, en }
}

/** The text in the visitor's language; falls back to Indonesian where no English was written. */
export function pickText(locale: Locale, id: string, en: string | null | undefined): string {
  return locale === 'en' && en ? en : id
}

/**
 * `path` in the given language. English is part of the address (`?lang=en`), so that a shared cache never
 * hands one language's page to a reader of the other.
 */
export function localePath(path: string, locale: Locale): string {
  if (locale === 'id') return path
  const [beforeHash = '', hash] = path.split('#', 2)
  const joined = `${beforeHash}${beforeHash.includes('?') ? '&' : '?'}lang=en`
  return hash === undefined ? joined : `${joined}#${hash}`
}
