import { useLoaderData, type LoaderFunctionArgs, type MetaFunction } from 'react-router'
import { supportTexts } from '../../i18n/support-texts.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Alert } from '../../ui/status.tsx'
import { headersOfLoader, orderPage, publicPage, readPage } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { QuestionList } from './question-list.tsx'

/** Answers repeated on the support page, from the top of the list. */
const FIRST_QUESTIONS = 5

export const headers = headersOfLoader

export function loader(args: LoaderFunctionArgs) {
  const { app, page, url } = readPage(args)
  const asked = url.searchParams.get('order') ?? ''
  const orderNumber = /^[A-Za-z0-9-]{1,40}$/.test(asked) ? asked : ''
  const texts = supportTexts[page.locale]
  const phone = app.shop.supportWhatsApp.replace(/\D/g, '')
  const whatsAppUrl = phone
    ? `https://wa.me/${phone}?text=${encodeURIComponent(texts.message(orderNumber))}`
    : null
  const { supportEmail } = app.shop
  const emailUrl = `mailto:${supportEmail}?subject=${encodeURIComponent(texts.subject(orderNumber))}`
  const value = { page, orderNumber, whatsAppUrl, supportEmail, emailUrl }
  return asked ? orderPage(value) : publicPage(value, page.locale, url)
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => {
  if (!loaderData) return []
  const texts = supportTexts[loaderData.page.locale]
  return pageHead(loaderData.page, { title: texts.supportTitle, description: texts.supportDescription })
}

export default function SupportPage() {
  const { page, orderNumber, whatsAppUrl, supportEmail, emailUrl } = useLoaderData<typeof loader>()
  const texts = supportTexts[page.locale]
  return (
    <div className="wrap wrap-narrow stack pt-8">
      <h1>{texts.supportTitle}</h1>
      <p className="muted">{texts.supportLead}</p>
      {orderNumber ? <p className="font-semibold">{texts.aboutOrder(orderNumber)}</p> : null}
      <div className="flex flex-wrap gap-3">
        {whatsAppUrl ? (
          <ButtonLink look="primary" href={whatsAppUrl} rel="noopener">
            {texts.whatsApp}
          </ButtonLink>
        ) : null}
        <ButtonLink href={emailUrl}>{texts.email}</ButtonLink>
      </div>
      <p className="muted">{supportEmail}</p>
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
