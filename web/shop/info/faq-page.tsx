import { useLoaderData, type LoaderFunctionArgs, type MetaFunction } from 'react-router'
import { supportTexts } from '../../i18n/support-texts.ts'
import { headersOfLoader, publicPage, readPage } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { QuestionList } from './question-list.tsx'

export const headers = headersOfLoader

export function loader(args: LoaderFunctionArgs) {
  const { page, url } = readPage(args)
  return publicPage({ page }, page.locale, url)
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => {
  if (!loaderData) return []
  const texts = supportTexts[loaderData.page.locale]
  const faqPage = {
    '@type': 'FAQPage',
    mainEntity: texts.questions.map(({ question, answer }) => ({
      '@type': 'Question',
      name: question,
      acceptedAnswer: { '@type': 'Answer', text: answer },
    })),
  }
  return pageHead(loaderData.page, {
    title: texts.faqTitle,
    description: texts.faqDescription,
    jsonLd: [faqPage],
  })
}

export default function FaqPage() {
  const { page } = useLoaderData<typeof loader>()
  const texts = supportTexts[page.locale]
  return (
    <div className="wrap wrap-narrow stack pt-8">
      <h1>{texts.faqTitle}</h1>
      <QuestionList questions={texts.questions} />
    </div>
  )
}
