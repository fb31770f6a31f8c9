import { redirect } from 'react-router'
import type { App } from '../../../src/app.ts'
import type { FieldError, PaymentMethodOffer, RenewalRefusal } from '../../../src/orders/order-view.ts'
import { exitTexts } from '../../i18n/exit-texts.ts'
import type { Locale } from '../../i18n/locale.ts'
import { payTexts } from '../../i18n/pay-texts.ts'

/** What a button of the page did, told after the redirect, so that a reload repeats nothing. */
export type OrderNote =
  | 'checked'
  | 'cancelled'
  | 'not_cancellable'
  | 'renewed'
  | 'not_renewable'
  | 'price_changed'
  | 'sku_unavailable'
  | 'corrected'
  | 'declined'
  | 'not_correctable'
  | 'account_saved'
  | 'not_needed'

/** Why a form of the page came back, with everything that was typed, by field. */
export type OrderAnswer = {
  form: 'renew' | 'account' | `correct-${number}`
  values: Record<string, string>
  errors: Record<string, string>
  title: string
  text: string
  /** Fresh ways to pay, when the chosen one is gone. */
  methods?: PaymentMethodOffer[]
}

type OrderTask = { app: App; token: string; form: FormData; url: URL; locale: Locale }

/** Longest text of a field: names and numbers of accounts and of games are far below. */
const MAX_LENGTH = 200
const INPUT_PREFIX = 'input.'
const ACCOUNT_FIELDS = ['bank', 'number', 'holder'] as const

function noted({ url }: OrderTask, note: OrderNote): Response {
  const params = new URLSearchParams(url.search)
  params.set('note', note)
  return redirect(`${url.pathname}?${params}`, 303)
}

function readText(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim().slice(0, MAX_LENGTH) : ''
}

/** The form again with the mistakes at their fields, which the last part of each pointer names; others on top. */
function answerErrors(
  form: OrderAnswer['form'],
  values: Record<string, string>,
  mistakes: readonly FieldError[],
  locale: Locale,
): OrderAnswer {
  const errors: Record<string, string> = {}
  const rest: string[] = []
  for (const { pointer, detail, detailEn } of mistakes) {
    const field = pointer.split('/').at(-1) ?? ''
    const text = locale === 'en' ? detailEn : detail
    if (field in values) errors[field] ??= text
    else rest.push(text)
  }
  const base = refused(form, values, errors, locale)
  return rest.length === 0 ? base : { ...base, text: rest.join(' ') }
}

/**
 * Does what a button of the order page asks for. Answers with a redirect back to the page, or with the form's
 * content and its mistakes.
 */
export async function runOrderAction(task: OrderTask): Promise<Response | OrderAnswer> {
  const { app, token, form } = task
  switch (form.get('intent')) {
    case 'cancel': {
      const cancelled = await app.orders.cancel(token)
      return noted(task, cancelled.ok ? 'cancelled' : 'not_cancellable')
    }
    case 'renew':
      return renew(task)
    case 'correct':
      return correct(task)
    case 'decline': {
      const declined = await app.orders.declineCorrection(token, readLine(form))
      return noted(task, declined.ok ? 'declined' : 'not_correctable')
    }
    case 'account':
      return setAccount(task)
    default:
      await app.orders.refreshPayment(token)
      return noted(task, 'checked')
  }
}

async function renew(task: OrderTask): Promise<Response | OrderAnswer> {
  const { app, token, form, locale } = task
  const method = readText(form, 'paymentMethod') || undefined
  const renewed = await app.orders.renewPayment(token, method)
  if (renewed.ok) return noted(task, 'renewed')
  const { error } = renewed
  switch (error.code) {
    case 'payment_method_unavailable':
    case 'gateway_unavailable': {
      const texts = payTexts[locale]
      const isDown = error.code === 'gateway_unavailable'
      return {
        form: 'renew',
        values: method === undefined ? {} : { paymentMethod: method },
        errors: {},
        title: isDown ? texts.gatewayDown : texts.methodGone,
        text: isDown ? texts.gatewayDownText : texts.methodGoneText,
        methods: offersOf(error),
      }
    }
    case 'price_changed':
    case 'sku_unavailable':
      return noted(task, error.code)
    case 'not_found':
    case 'not_renewable':
      return noted(task, 'not_renewable')
  }
}

function offersOf(error: Extract<RenewalRefusal, { methods: unknown }>): PaymentMethodOffer[] {
  return error.methods
}

function readLine(form: FormData): number {
  const line = Number(readText(form, 'line'))
  return Number.isSafeInteger(line) ? line : 0
}

async function correct(task: OrderTask): Promise<Response | OrderAnswer> {
  const { app, token, form, locale } = task
  const line = readLine(form)
  const names = [...form.keys()].filter((name) => name.startsWith(INPUT_PREFIX))
  const values = Object.fromEntries(
    names.map((name) => [name.slice(INPUT_PREFIX.length), readText(form, name)]),
  )
  const corrected = await app.orders.correctInput(token, line, values)
  if (corrected.ok) return noted(task, 'corrected')
  if (corrected.error.code !== 'invalid_request') return noted(task, 'not_correctable')
  return answerErrors(`correct-${line}`, values, corrected.error.errors, locale)
}

async function setAccount(task: OrderTask): Promise<Response | OrderAnswer> {
  const { app, token, form, locale } = task
  const texts = exitTexts[locale]
  const account = {
    bank: readText(form, 'bank'),
    number: readText(form, 'number'),
    holder: readText(form, 'holder'),
  }
  const labels = { bank: texts.bank, number: texts.accountNumber, holder: texts.holder }
  const empty = ACCOUNT_FIELDS.filter((name) => !account[name])
  if (empty.length > 0) {
    const errors = Object.fromEntries(empty.map((name) => [name, texts.missing(labels[name])]))
    return refused('account', account, errors, locale)
  }
  const saved = await app.orders.setRefundAccount(token, account)
  if (saved.ok) return noted(task, 'account_saved')
  if (saved.error.code !== 'invalid_request') return noted(task, 'not_needed')
  return answerErrors('account', account, saved.error.errors, locale)
}

function refused(
  form: OrderAnswer['form'],
  values: Record<string, string>,
  errors: Record<string, string>,
  locale: Locale,
): OrderAnswer {
  const texts = exitTexts[locale]
  return { form, values, errors, title: texts.fixTitle, text: texts.fixText }
}
