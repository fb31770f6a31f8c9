import { useLoaderData, type LoaderFunctionArgs, type MetaFunction } from 'react-router'
import { catalogTexts } from '../../i18n/catalog-texts.ts'
import { localePath } from '../../i18n/locale.ts'
import { ProductGrid } from '../catalog/product-card.tsx'
import { SearchForm } from '../catalog/search-form.tsx'
import { headersOfLoader, publicPage, readPage } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'

/** Two full rows on a desktop, four on a phone. */
const POPULAR_CARDS = 8

export const headers = headersOfLoader

export async function loader(args: LoaderFunctionArgs) {
  const { app, page, url } = readPage(args)
  const [popular, categories] = await Promise.all([
    app.catalog.listCards({ limit: POPULAR_CARDS }),
    app.catalog.listCategories(),
  ])
  return publicPage({ page, cards: popular.cards, categories }, page.locale, url)
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => {
  if (!loaderData) return []
  const { page } = loaderData
  const texts = catalogTexts[page.locale]
  const organization = {
    '@type': 'Organization',
    name: page.shopName,
    url: page.origin,
    logo: `${page.origin}/icon-512.png`,
  }
  const webSite = {
    '@type': 'WebSite',
    name: page.shopName,
    url: page.origin,
    potentialAction: {
      '@type': 'SearchAction',
      target: `${page.origin}/products?q={query}`,
      'query-input': 'required name=query',
    },
  }
  return pageHead(page, {
    title: texts.homeTitle,
    description: texts.homeDescription,
    jsonLd: [organization, webSite],
  })
}

export default function HomePage() {
  const { page, cards, categories } = useLoaderData<typeof loader>()
  const texts = catalogTexts[page.locale]
  return (
    <div className="wrap grid gap-12">
      <section className="hero grid gap-5">
        <h1 className="max-w-2xl sm:text-5xl">{texts.homeTitle}</h1>
        <p className="muted max-w-xl text-lg">{texts.homeLead}</p>
        <SearchForm locale={page.locale} />
        <img
          className="hero-picture max-lg:hidden"
          src="/hero.svg"
          alt=""
          width="400"
          height="360"
          loading="lazy"
        />
        <nav aria-label={texts.categories} className="chips">
          {categories.map((category) => (
            <a
              key={category.slug}
              className="chip"
              href={localePath(`/products?category=${encodeURIComponent(category.slug)}`, page.locale)}
            >
              {page.locale === 'en' ? category.nameEn : category.name}
              <span className="muted">{category.products}</span>
            </a>
          ))}
        </nav>
      </section>

      <section className="grid gap-4">
        <div className="flex items-center justify-between gap-4">
          <h2 className="text-2xl">{texts.popular}</h2>
          <a className="text-link py-2.5" href={localePath('/products', page.locale)}>
            {texts.seeAll}
          </a>
        </div>
        <ProductGrid cards={cards} locale={page.locale} />
      </section>

      <section className="grid gap-4">
        <h2 className="text-2xl">{texts.howTitle}</h2>
        <ol className="grid gap-3 sm:grid-cols-3">
          {texts.how.map((step, index) => (
            <li key={step.title} className="card">
              <h3 className="step-title">
                <span>{index + 1}</span>
                {step.title}
              </h3>
              <p className="muted">{step.text}</p>
            </li>
          ))}
        </ol>
      </section>

      <section className="grid gap-4">
        <h2 className="text-2xl">{texts.trustTitle}</h2>
        <ul className="grid gap-3 sm:grid-cols-2">
          {texts.trust.map((fact) => (
            <li key={fact.title} className="card">
              <h3 className="mb-1">{fact.title}</h3>
              <p className="muted">{fact.text}</p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}
