import { useLoaderData, type LoaderFunctionArgs, type MetaFunction } from 'react-router'
import { infoTexts } from '../../i18n/info-texts.ts'
import { headersOfLoader, publicPage, readPage } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { InfoArticle } from './info-article.tsx'

export const headers = headersOfLoader

export function loader(args: LoaderFunctionArgs) {
  const { page, url } = readPage(args)
  return publicPage({ page }, page.locale, url)
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => {
  if (!loaderData) return []
  const { title, description } = infoTexts[loaderData.page.locale].privacy
  return pageHead(loaderData.page, { title, description })
}

export default function PrivacyPage() {
  const { page } = useLoaderData<typeof loader>()
  return <InfoArticle info={infoTexts[page.locale].privacy} />
}
