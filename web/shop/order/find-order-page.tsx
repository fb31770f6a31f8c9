import { redirect, useLoaderData, type LoaderFunctionArgs, type MetaFunction } from 'react-router'
import { localePath } from '../../i18n/locale.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { headersOfLoader, orderPage, publicPage, readPage } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { orderPathOf } from './order-link.ts'

export const headers = headersOfLoader

export function loader(args: LoaderFunctionArgs) {
  const { page, url } = readPage(args)
  const pasted = url.searchParams.get('order')
  if (pasted === null) return publicPage({ page, pasted: '', error: undefined }, page.locale, url)
  const path = orderPathOf(pasted)
  if (path) throw redirect(localePath(path, page.locale), 303)
  return orderPage({ page, pasted, error: orderTexts[page.locale].findMissing })
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => {
  if (!loaderData) return []
  const texts = orderTexts[loaderData.page.locale]
  return pageHead(loaderData.page, { title: texts.findTitle, description: texts.findLead })
}

export default function FindOrderPage() {
  const { page, pasted, error } = useLoaderData<typeof loader>()
  const texts = orderTexts[page.locale]
  return (
    <div className="wrap wrap-narrow stack pt-8">
      <h1>{texts.findTitle}</h1>
      <p className="muted">{texts.findLead}</p>
      <form action="/track" method="get" className="card stack">
        <TextField
          id="order"
          name="order"
          label={texts.findLabel}
          help={texts.findHelp}
          error={error}
          defaultValue={pasted}
          required
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="none"
        />
        {page.locale === 'en' ? <input type="hidden" name="lang" value="en" /> : null}
        <Button look="primary">{texts.findButton}</Button>
      </form>
      <p className="muted">
        {texts.findNoLink}{' '}
        <a className="text-link" href={localePath('/support', page.locale)}>
          {siteTexts[page.locale].support}
        </a>
      </p>
    </div>
  )
}
