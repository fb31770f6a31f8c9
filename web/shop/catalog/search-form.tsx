import type { Locale } from '../../i18n/locale.ts'
import { catalogTexts } from '../../i18n/catalog-texts.ts'
import { Button } from '../../ui/button.tsx'

type SearchFormProps = {
  locale: Locale
  query?: string
  /** Filters to keep while searching. */
  kept?: Record<string, string | undefined>
}

/** The product search; a plain GET form. */
export function SearchForm({ locale, query, kept = {} }: SearchFormProps) {
  const texts = catalogTexts[locale]
  return (
    <form action="/products" method="get" role="search" className="flex gap-2 w-full max-w-xl">
      <input
        className="control"
        type="search"
        name="q"
        maxLength={80}
        defaultValue={query}
        placeholder={texts.searchHint}
        aria-label={texts.searchLabel}
        autoComplete="off"
      />
      {Object.entries(kept).map(([name, value]) =>
        value ? <input key={name} type="hidden" name={name} value={value} /> : null,
      )}
      {locale === 'en' ? <input type="hidden" name="lang" value="en" /> : null}
      <Button look="primary">{texts.search}</Button>
    </form>
  )
}
