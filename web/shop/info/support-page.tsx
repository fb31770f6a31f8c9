import { useLoaderData, type LoaderFunctionArgs, type MetaFunction } from 'react-router'
import { supportTexts } from '../../i18n/support-texts.ts'
import { Alert } from '../../ui/status.tsx'
import { headersOfLoader, publicPage, readPage } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { QuestionList } from './question-list.tsx'
import { SupportButtons } from './support-buttons.tsx'
import { supportLinks } from './support-links.ts'

/** Answers repeated on the support page, from the top of the list. */
const FIRST_QUESTIONS = 5

export const headers = headersOfLoader

export function loader(args: LoaderFunctionArgs) {
  const { app, page, url } = readPage(args)
  return publicPage({ page, links: supportLinks(app.shop, page.locale) }, page.locale, url)
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => {
  if (!loaderData) return []
  const texts = supportTexts[loaderData.page.locale]
  return pageHead(loaderData.page, { title: texts.supportTitle, description: texts.supportDescription })
}

export default function SupportPage() {
  const { page, links } = useLoaderData<typeof loader>()
  const texts = supportTexts[page.locale]
  return (
    <div className="wrap wrap-narrow stack pt-8">
      <h1>{texts.supportTitle}</h1>
      <p className="muted">{texts.supportLead}</p>
      <SupportButtons links={links} locale={page.locale} />
      <section className="card">
        <h2 className="mb-2">{texts.bringTitle}</h2>
        <ul className="list-disc pl-5 muted">
          {texts.bring.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </section>
      <Alert tone="wait" title={texts.neverTitle}>
        {texts.never}
      </Alert>
      <h2>{texts.firstTitle}</h2>
      <QuestionList questions={texts.questions.slice(0, FIRST_QUESTIONS)} />
    </div>
  )
}
