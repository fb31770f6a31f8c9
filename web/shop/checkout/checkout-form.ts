import type { FieldError, OrderRequest } from '../../../src/orders/order-view.ts'
import type { Locale } from '../../i18n/locale.ts'
import { checkoutTexts } from '../../i18n/checkout-texts.ts'
import { parseQuantity, type PurchaseChoice } from '../catalog/purchase-choice.ts'

/** What the buyer typed and picked; given back unchanged when the order is refused. */
export type CheckoutValues = {
  name: string
  phone: string
  email: string
  paymentMethod: string
  quantity: number
  hasConfirmed: boolean
}

/** One posted checkout form. `expectedTotal` is the total shown for the chosen method. */
export type CheckoutForm = {
  values: CheckoutValues
  idempotencyKey: string
  expectedTotal: number | undefined
  /** The quantity the shown totals were made for. */
  shownQuantity: number
  mustConfirm: boolean
  intent: 'pay' | 'recalculate'
}

export type CheckoutField = 'name' | 'phone' | 'email' | 'paymentMethod' | 'quantity' | 'confirm'
export type CheckoutErrors = Partial<Record<CheckoutField, string>>

/** Longest texts taken from a form: e-mail addresses end at 254, names of people well before 100. */
const MAX_LENGTHS = { name: 100, phone: 24, email: 254, paymentMethod: 60, idempotencyKey: 100 } as const

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const PHONE = /^\+?[0-9]{8,15}$/

function readText(form: FormData, name: keyof typeof MAX_LENGTHS): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim().slice(0, MAX_LENGTHS[name]) : ''
}

/** The digits of a phone number as typed, without spaces, dots, brackets and dashes. */
export function tidyPhone(text: string): string {
  return text.replace(/[\s().-]/g, '')
}

/** Reads a posted checkout form. Nothing is refused here. */
export function parseCheckout(form: FormData): CheckoutForm {
  const paymentMethod = readText(form, 'paymentMethod')
  const total = Number(form.get(totalName(paymentMethod)) ?? Number.NaN)
  const quantity = form.get('quantity')
  const shown = form.get('shownQuantity')
  return {
    values: {
      name: readText(form, 'name'),
      phone: readText(form, 'phone'),
      email: readText(form, 'email'),
      paymentMethod,
      quantity: parseQuantity(typeof quantity === 'string' ? quantity : null),
      hasConfirmed: form.get('confirm') === 'yes',
    },
    idempotencyKey: readText(form, 'idempotencyKey'),
    expectedTotal: Number.isSafeInteger(total) ? total : undefined,
    shownQuantity: parseQuantity(typeof shown === 'string' ? shown : null),
    mustConfirm: form.get('mustConfirm') === 'yes',
    intent: form.get('intent') === 'recalculate' ? 'recalculate' : 'pay',
  }
}

/** The name of the hidden field that carries the total shown for a payment method. */
export function totalName(method: string): string {
  return `total.${method}`
}

/** What is wrong at a glance, by field, in the buyer's language; the domain checks again. */
export function findFormErrors(form: CheckoutForm, locale: Locale): CheckoutErrors {
  const texts = checkoutTexts[locale]
  const { values } = form
  const errors: CheckoutErrors = {}
  if (!values.name) errors.name = texts.missing(texts.name)
  if (!values.phone) errors.phone = texts.missing(texts.phone)
  else if (!PHONE.test(tidyPhone(values.phone))) errors.phone = texts.phoneShape
  if (!values.email) errors.email = texts.missing(texts.email)
  else if (!EMAIL.test(values.email)) errors.email = texts.emailShape
  if (!values.paymentMethod) errors.paymentMethod = texts.methodMissing
  if (form.mustConfirm && !values.hasConfirmed) errors.confirm = texts.confirmMissing
  return errors
}

/** The order this form asks for. */
export function toOrderRequest(form: CheckoutForm, choice: PurchaseChoice, locale: Locale): OrderRequest {
  const { values } = form
  return {
    items: [{ sku: choice.sku, quantity: values.quantity, input: choice.input }],
    customer: { name: values.name, email: values.email, phone: tidyPhone(values.phone) },
    paymentMethod: values.paymentMethod,
    locale,
    ...(form.expectedTotal === undefined ? {} : { expectedTotal: form.expectedTotal }),
  }
}

const FIELD_OF_POINTER: Record<string, CheckoutField> = {
  '/customer/name': 'name',
  '/customer/phone': 'phone',
  '/customer/email': 'email',
  '/paymentMethod': 'paymentMethod',
  '/items/0/quantity': 'quantity',
}

/** The domain's mistakes sorted to the fields of this form; `rest` holds those without a field here. */
export function sortErrors(
  errors: readonly FieldError[],
  locale: Locale,
): { fields: CheckoutErrors; rest: string[]; isAboutAccount: boolean } {
  const fields: CheckoutErrors = {}
  const rest: string[] = []
  for (const error of errors) {
    const field = FIELD_OF_POINTER[error.pointer]
    const text = locale === 'en' ? error.detailEn : error.detail
    if (field) fields[field] ??= text
    else rest.push(text)
  }
  return { fields, rest, isAboutAccount: errors.some((error) => error.pointer.startsWith('/items/0/input')) }
}
