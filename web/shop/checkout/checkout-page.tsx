import {
  data,
  redirect,
  useActionData,
  useLoaderData,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from 'react-router'
import { checkoutTexts } from '../../i18n/checkout-texts.ts'
import { localePath } from '../../i18n/locale.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import { Alert } from '../../ui/status.tsx'
import { choiceParams, findChosenSku, findMistakes, parseChoice } from '../catalog/purchase-choice.ts'
import { headersOfLoader, orderPage, readPage } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { AccountConfirm } from './account-confirm.tsx'
import { parseCheckout } from './checkout-form.ts'
import { CheckoutSummary } from './checkout-summary.tsx'
import { ContactCard } from './contact-card.tsx'
import { PaymentCard } from './payment-card.tsx'
import { fixPath, submitCheckout } from './submit-checkout.ts'

export const headers = headersOfLoader

async function loadChoice(args: LoaderFunctionArgs) {
  const facts = readPage(args)
  const service = await facts.app.catalog.findService(args.params.slug ?? '')
  if (!service) throw data(null, { status: 404 })
  return { ...facts, service, choice: parseChoice(facts.url.searchParams, service.inputFields) }
}

export async function loader(args: LoaderFunctionArgs) {
  const { app, visitor, page, service, choice } = await loadChoice(args)
  const sku = findChosenSku(service, choice)
  const mistakes = findMistakes(service.inputFields, choice.input)
  const toFix = fixPath(service.slug, choice, page.locale)
  if (!sku || Object.keys(mistakes).length > 0) throw redirect(toFix, 303)
  const items = [{ sku: sku.sku, quantity: choice.quantity, input: choice.input }]
  const [quote, check] = await Promise.all([
    app.orders.quote({ items }),
    service.nicknameCheck ? app.catalog.checkAccount(service.slug, choice.input, visitor) : null,
  ])
  if (!quote.ok) throw redirect(toFix, 303)
  return orderPage({
    page,
    service,
    sku,
    choice,
    quote: quote.value,
    check,
    idempotencyKey: crypto.randomUUID(),
  })
}

export async function action(args: ActionFunctionArgs) {
  const { app, visitor, page, service, choice } = await loadChoice(args)
  const form = parseCheckout(await args.request.formData())
  const outcome = await submitCheckout({
    app,
    visitor,
    locale: page.locale,
    slug: service.slug,
    choice,
    form,
  })
  return outcome instanceof Response
    ? outcome
    : orderPage(outcome, { status: form.intent === 'pay' ? 422 : 200 })
}

export const meta: MetaFunction<typeof loader> = ({ loaderData }) => {
  if (!loaderData) return []
  const texts = checkoutTexts[loaderData.page.locale]
  const title = texts.title(loaderData.service.name)
  return pageHead(loaderData.page, { title, description: texts.description, hidden: true })
}

export default function CheckoutPage() {
  const loaded = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { page, service, sku, choice, check } = loaded
  const { locale } = page
  const texts = checkoutTexts[locale]
  const quote = answer?.quote ?? loaded.quote
  const methods = answer?.methods ?? quote.methods
  const quantity = answer?.values.quantity ?? choice.quantity
  const here = choiceParams({ ...choice, quantity })
  const backPath = localePath(`/products/${service.slug}?${here}`, locale)
  const wanted = methods.find((offer) => offer.enabled && offer.method === answer?.values.paymentMethod)
  const chosen = wanted ?? methods.find((offer) => offer.enabled)
  const isPayable = check?.valid !== false && chosen !== undefined
  return (
    <div className="wrap grid gap-5 pt-5">
      <nav aria-label="Breadcrumb" className="text-sm muted">
        <a className="text-link inline-block py-2.5" href={localePath('/products', locale)}>
          {siteTexts[locale].products}
        </a>
        <span aria-hidden="true"> / </span>
        <a className="text-link inline-block py-2.5" href={backPath}>
          {service.name}
        </a>
      </nav>
      <h1>{texts.heading}</h1>
      {answer ? (
        <Alert tone={answer.notice.tone} urgent title={answer.notice.title}>
          {answer.notice.text}
        </Alert>
      ) : null}
      <form
        method="post"
        action={localePath(`/checkout/${service.slug}?${here}`, locale)}
        className="buy-layout"
        data-checkout-form=""
        data-sending={texts.sending}
      >
        <input type="hidden" name="idempotencyKey" value={answer?.idempotencyKey ?? loaded.idempotencyKey} />
        <input type="hidden" name="shownQuantity" value={quantity} />
        <div className="stack">
          <AccountConfirm
            locale={locale}
            service={service}
            input={choice.input}
            check={check}
            backPath={backPath}
            hasConfirmed={answer?.values.hasConfirmed ?? false}
            error={answer?.errors.confirm}
          />
          <ContactCard locale={locale} values={answer?.values} errors={answer?.errors ?? {}} />
          <PaymentCard
            locale={locale}
            methods={methods}
            chosen={chosen?.method}
            error={answer?.errors.paymentMethod}
          />
        </div>
        <CheckoutSummary
          locale={locale}
          quote={quote}
          chosen={chosen}
          productName={service.name}
          skuName={sku.name}
          quantity={quantity}
          canChangeQuantity={service.deliveryKind !== 'INVITE'}
          isPayable={isPayable}
          backPath={backPath}
        />
      </form>
    </div>
  )
}
