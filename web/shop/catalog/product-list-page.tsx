import { useLoaderData, type LoaderFunctionArgs, type MetaFunction } from 'react-router'
import { catalogTexts } from '../../i18n/catalog-texts.ts'
import { localePath } from '../../i18n/locale.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/status.tsx'
import { headersOfLoader, publicPage, readPage } from '../page-facts.ts'
import { breadcrumbList, pageHead } from '../page-head.ts'
import { DELIVERY_KINDS, listPath, parseListQuery } from './list-query.ts'
import { ProductGrid } from './product-card.tsx'
import { SearchForm } from './search-form.tsx'

export const headers = headersOfLoader

export async function loader(args: LoaderFunctionArgs) {
  const { app, page, url } = readPage(args)
  const query = parseListQuery(url.searchParams)
  const [list, categories] = await Promise.all([app.catalog.listCards(query), app.catalog.listCategories()])
  return publicPage({ page, query, list, categories }, page.locale, url)
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => {
  if (!loaderData) return []
  const { page } = loaderData
  const texts = catalogTexts[page.locale]
  const trail = [
    { name: siteTexts[page.locale].home, path: '/' },
    { name: texts.listTitle, path: '/products' },
  ]
  return pageHead(page, {
    title: texts.listTitle,
    description: texts.listDescription,
    jsonLd: [breadcrumbList(page, trail)],
  })
}

function Filters() {
  const { page, query, categories } = useLoaderData<typeof loader>()
  const texts = catalogTexts[page.locale]
  const kinds = DELIVERY_KINDS.filter((kind) => categories.some((category) => category.kinds.includes(kind)))
  const chip = (key: string, label: string, path: string, isCurrent: boolean) => (
    <a
      key={key}
      className="chip"
      href={localePath(path, page.locale)}
      aria-current={isCurrent ? 'true' : undefined}
    >
      {label}
    </a>
  )
  return (
    <nav aria-label={texts.filtersLabel} className="grid grid-cols-1 gap-3">
      <div className="chips chips-swipe" role="group" aria-label={texts.categories}>
        {chip('all', texts.allCategories, listPath(query, { category: undefined }), !query.category)}
        {categories.map((category) =>
          chip(
            category.slug,
            page.locale === 'en' ? category.nameEn : category.name,
            listPath(query, { category: category.slug }),
            query.category === category.slug,
          ),
        )}
      </div>
      <div className="chips chips-swipe" role="group" aria-label={texts.kindLabel}>
        {chip('any', texts.allKinds, listPath(query, { type: undefined }), !query.type)}
        {kinds.map((kind) =>
          chip(
            kind,
            siteTexts[page.locale].kinds[kind],
            listPath(query, { type: kind }),
            query.type === kind,
          ),
        )}
      </div>
    </nav>
  )
}

export default function ProductListPage() {
  const { page, query, list } = useLoaderData<typeof loader>()
  const texts = catalogTexts[page.locale]
  const count = query.q ? texts.foundFor(list.total, query.q) : texts.count(list.total)
  return (
    <div className="wrap grid grid-cols-1 gap-5 pt-6">
      <h1>{texts.listTitle}</h1>
      <SearchForm
        locale={page.locale}
        query={query.q ?? ''}
        kept={{ category: query.category, type: query.type }}
      />
      <Filters />
      <p className="muted" role="status">
        {count}
      </p>
      {list.cards.length === 0 ? (
        <EmptyState title={texts.emptyTitle} text={texts.emptyText}>
          <ButtonLink href={localePath('/products', page.locale)}>{texts.clearFilters}</ButtonLink>
        </EmptyState>
      ) : (
        <ProductGrid cards={list.cards} locale={page.locale} />
      )}
      <div className="flex flex-wrap justify-center gap-3 pt-2">
        {query.cursor ? (
          <ButtonLink href={localePath(listPath(query, {}), page.locale)}>{texts.first}</ButtonLink>
        ) : null}
        {list.nextCursor ? (
          <ButtonLink
            look="primary"
            href={localePath(listPath(query, { cursor: list.nextCursor }), page.locale)}
            rel="next"
          >
            {texts.next}
          </ButtonLink>
        ) : null}
      </div>
    </div>
  )
}
