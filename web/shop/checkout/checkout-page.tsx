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
import { ProductView } from '../catalog/product-view.tsx'
import { findChosenSku, findMistakes, parseChoice, type PurchaseChoice } from '../catalog/purchase-choice.ts'
import { headersOfLoader, orderPage, readPage } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { parseCheckout } from './checkout-form.ts'
import { PayStep } from './pay-step.tsx'
import { submitCheckout } from './submit-checkout.ts'

export const headers = headersOfLoader

async function loadChoice(args: LoaderFunctionArgs) {
  const facts = readPage(args)
  const service = await facts.app.catalog.findService(args.params.slug ?? '')
  if (!service) throw data(null, { status: 404 })
  return { ...facts, service, choice: parseChoice(facts.url.searchParams, service.inputFields) }
}

/** Nothing was chosen yet: there is nothing to find fault with. */
function isEmpty(choice: PurchaseChoice): boolean {
  return !choice.sku && Object.keys(choice.input).length === 0
}

export async function loader(args: LoaderFunctionArgs) {
  const { app, visitor, page, url, service, choice } = await loadChoice(args)
  if (isEmpty(choice) && !url.searchParams.has('fix')) {
    return redirect(localePath(`/products/${service.slug}`, page.locale), 303)
  }
  const sku = findChosenSku(service, choice)
  const mistakes = findMistakes(service.inputFields, choice.input)
  const isGone = url.searchParams.get('fix') === 'sku'
  const choosing = { step: 'choose' as const, page, service, choice, mistakes, isGone }
  const isComplete = sku !== undefined && Object.keys(mistakes).length === 0
  if (!isComplete || url.searchParams.has('fix')) return orderPage({ ...choosing, isFixing: true })
  if (url.searchParams.has('change')) return orderPage({ ...choosing, isFixing: false })
  const items = [{ sku: sku.sku, quantity: choice.quantity, input: choice.input }]
  const [quote, check] = await Promise.all([
    app.orders.quote({ items }),
    service.nicknameCheck ? app.catalog.checkAccount(service.slug, choice.input, visitor) : null,
  ])
  if (!quote.ok) return orderPage({ ...choosing, isFixing: true })
  const idempotencyKey = crypto.randomUUID()
  const facts = { page, service, sku, choice, quote: quote.value, check, idempotencyKey }
  return orderPage({ step: 'pay' as const, ...facts })
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
  if (loaded.step === 'pay') return <PayStep {...loaded} answer={answer} />
  return <ProductView {...loaded} locale={loaded.page.locale} />
}
