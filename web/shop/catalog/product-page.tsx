import { data, useLoaderData, type LoaderFunctionArgs, type MetaFunction } from 'react-router'
import { formatRupiah } from '../../../src/shared/money.ts'
import { productTexts } from '../../i18n/product-texts.ts'
import { headersOfLoader, publicPage, readPage } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { productTrail, serviceJsonLd } from './product-json-ld.ts'
import { ProductView } from './product-view.tsx'

export const headers = headersOfLoader

export async function loader(args: LoaderFunctionArgs) {
  const { app, page, url } = readPage(args)
  const service = await app.catalog.findService(args.params.slug ?? '')
  if (!service) throw data(null, { status: 404 })
  // Only the SKU may be preset: the page is the same for everyone, what a buyer enters never is part of it.
  const sku = url.searchParams.get('sku') ?? ''
  return publicPage({ page, service, sku }, page.locale, url)
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => {
  if (!loaderData) return []
  const { page, service } = loaderData
  const texts = productTexts[page.locale]
  const prices = service.products.filter((sku) => sku.available).map((sku) => sku.price)
  const description =
    prices.length > 0
      ? texts.description(service.name, formatRupiah(Math.min(...prices)))
      : texts.descriptionSoldOut(service.name)
  return pageHead(page, {
    title: service.name,
    description,
    jsonLd: [serviceJsonLd(page, service, description), productTrail(page, service)],
  })
}

export default function ProductPage() {
  const { page, service, sku } = useLoaderData<typeof loader>()
  const choice = { sku, quantity: 1, input: {} }
  return <ProductView service={service} locale={page.locale} choice={choice} mistakes={{}} isFixing={false} />
}
