import { redirect } from 'react-router'
import type { App, Visitor } from '../../../src/app.ts'
import type { CreatedOrder, OrderRefusal, PaymentMethodOffer, Quote } from '../../../src/orders/order-view.ts'
import { formatRupiah } from '../../../src/shared/money.ts'
import { checkoutTexts } from '../../i18n/checkout-texts.ts'
import { localePath, type Locale } from '../../i18n/locale.ts'
import { choiceParams, type PurchaseChoice } from '../catalog/purchase-choice.ts'
import { orderCookie } from '../order/order-cookie.ts'
import {
  findFormErrors,
  sortErrors,
  toOrderRequest,
  type CheckoutErrors,
  type CheckoutForm,
  type CheckoutValues,
} from './checkout-form.ts'

/** Why the form came back, with everything that was typed. */
export type CheckoutAnswer = {
  values: CheckoutValues
  errors: CheckoutErrors
  notice: { tone: 'wait' | 'bad'; title: string; text: string }
  /** Fresh prices, when they are newer than those the page loads by itself. */
  quote?: Quote
  methods?: PaymentMethodOffer[]
  /** Set when the same key is used again: an order under it may be in the making, or was given up. */
  idempotencyKey?: string
}

export type CheckoutTask = {
  app: App
  visitor: Visitor
  locale: Locale
  slug: string
  choice: PurchaseChoice
  form: CheckoutForm
}

/** The choice again, kept, with what is wrong shown: the page may not know yet that an amount is gone. */
function fixPath({ slug, choice, locale }: CheckoutTask, fault: 'sku' | 'account'): string {
  const params = choiceParams(choice)
  params.set('fix', fault)
  return localePath(`/checkout/${encodeURIComponent(slug)}?${params}`, locale)
}

/**
 * Places the order, or says what stands in the way. Answers with a redirect to the invoice or to the
 * choice when that is at fault, or with the form's content and the reason.
 */
export async function submitCheckout(task: CheckoutTask): Promise<Response | CheckoutAnswer> {
  const { app, visitor, locale, form } = task
  const { values } = form
  if (form.intent === 'recalculate' || values.quantity !== form.shownQuantity) return recalculate(task)
  const errors = findFormErrors(form, locale)
  if (Object.keys(errors).length > 0) return answer(task, errors, 'bad', 'fix')
  const request = toOrderRequest(form, task.choice, locale)
  const created = await app.orders.create(request, form.idempotencyKey || undefined, visitor)
  return created.ok ? toInvoice(app, created.value, locale) : answerRefusal(task, created.error)
}

async function recalculate(task: CheckoutTask): Promise<Response | CheckoutAnswer> {
  const { app, choice, form, locale } = task
  const items = [{ sku: choice.sku, quantity: form.values.quantity, input: choice.input }]
  const quote = await app.orders.quote({ items })
  if (!quote.ok) return answerRefusal(task, quote.error)
  const texts = checkoutTexts[locale]
  const notice = { tone: 'wait' as const, title: texts.recalculated, text: '' }
  return { values: form.values, errors: {}, notice, quote: quote.value }
}

function toInvoice(app: App, order: CreatedOrder, locale: Locale): Response {
  const query = new URLSearchParams({ t: order.trackingToken })
  const target = localePath(`/invoice/${order.orderNumber}?${query}`, locale)
  const cookie = orderCookie(order.orderNumber, order.trackingToken, app.shop.origin)
  return redirect(target, { status: 303, headers: { 'Set-Cookie': cookie } })
}

type NoticeKind = 'fix' | 'gateway' | 'progress' | 'again'

function answer(
  task: CheckoutTask,
  errors: CheckoutErrors,
  tone: 'wait' | 'bad',
  kind: NoticeKind,
): CheckoutAnswer {
  const texts = checkoutTexts[task.locale]
  const notice = { tone, title: texts[`${kind}Title`], text: texts[`${kind}Text`] }
  return { values: task.form.values, errors, notice }
}

function answerRefusal(task: CheckoutTask, refusal: OrderRefusal): Response | CheckoutAnswer {
  const { form, locale } = task
  switch (refusal.code) {
    case 'sku_unknown':
    case 'sku_unavailable':
      return redirect(fixPath(task, 'sku'), 303)
    case 'invalid_request':
    case 'payment_method_unavailable': {
      const sorted = sortErrors(refusal.errors, locale)
      if (sorted.isAboutAccount) return redirect(fixPath(task, 'account'), 303)
      const base = answer(task, sorted.fields, 'bad', 'fix')
      return sorted.rest.length === 0
        ? base
        : { ...base, notice: { ...base.notice, text: sorted.rest.join(' ') } }
    }
    case 'price_changed':
      return answerPriceChange(task, refusal.current)
    case 'gateway_unavailable':
      return answerGatewayTrouble(task, refusal.methods)
    case 'request_in_progress':
      return { ...answer(task, {}, 'wait', 'progress'), idempotencyKey: form.idempotencyKey }
    case 'idempotency_key_missing':
    case 'idempotency_key_reused':
      return answer(task, {}, 'wait', 'again')
  }
}

/** Where another way to pay is left, the failing one is shown disabled; else it stays, to be tried again. */
function answerGatewayTrouble(task: CheckoutTask, methods: PaymentMethodOffer[]): CheckoutAnswer {
  const base = { ...answer(task, {}, 'bad', 'gateway'), idempotencyKey: task.form.idempotencyKey }
  return methods.some((offer) => offer.enabled) ? { ...base, methods } : base
}

function answerPriceChange({ form, locale }: CheckoutTask, current: Quote): CheckoutAnswer {
  const texts = checkoutTexts[locale]
  const method = current.methods.find((offer) => offer.method === form.values.paymentMethod)
  const before = formatRupiah(form.expectedTotal ?? 0)
  const after = formatRupiah(method?.total ?? current.total)
  const notice = { tone: 'wait' as const, title: texts.priceTitle, text: texts.priceText(before, after) }
  return { values: form.values, errors: {}, notice, quote: current }
}
