import { durationMs, parseTime } from './wire-format.ts'

/** A Snap request after validation; unknown fields are kept out. */
export type SnapRequest = {
  transaction_details: { order_id: string; gross_amount: number }
  item_details: { name: string; price: number; quantity: number }[]
  customer_details: { first_name?: string; email?: string; phone?: string }
  enabled_payments: string[]
  expiry: { start_time?: string; duration: number; unit: string } | undefined
  page_expiry: { duration: number; unit: string } | undefined
  callbacks: { finish?: string; error?: string }
  gopay: { enable_callback?: boolean; callback_url?: string }
  /** Fields echoed in notifications: `custom_field1..3`, `metadata`. */
  echoed: Record<string, unknown>
}

type Json = Record<string, unknown>

const ITEM_TEXT_LIMITS = { id: 50, name: 50, brand: 50, category: 50, merchant_name: 50, url: 50 }
const CUSTOMER_TEXT_LIMITS = { first_name: 255, last_name: 255, email: 255, phone: 255 }
const ADDRESS_TEXT_LIMITS = {
  ...CUSTOMER_TEXT_LIMITS,
  address: 255,
  city: 100,
  postal_code: 10,
  country_code: 10,
}
const CUSTOM_FIELDS = ['custom_field1', 'custom_field2', 'custom_field3']

/**
 * Returns the request in a typed form, or every reason why Midtrans would refuse it.
 * @see payments.md 1.2
 */
export function validateSnapRequest(body: unknown): { request: SnapRequest } | { problems: string[] } {
  if (!isObject(body)) return { problems: ['request body is not a valid JSON object'] }
  const problems = [
    ...detailProblems(body.transaction_details),
    ...itemProblems(body),
    ...customerProblems(body.customer_details),
    ...expiryProblems('expiry', body.expiry),
    ...expiryProblems('page_expiry', body.page_expiry),
    ...textProblems('callbacks', asObject(body.callbacks), { finish: 255, error: 255 }),
    ...textProblems('', body, { custom_field1: 255, custom_field2: 255, custom_field3: 255 }),
    ...enabledPaymentProblems(body.enabled_payments),
  ]
  return problems.length > 0 ? { problems } : { request: toRequest(body) }
}

/** Returns the reasons against `transaction_details`; shared by Snap and Core API. */
export function detailProblems(details: unknown): string[] {
  if (!isObject(details)) return ['transaction_details is required']
  const problems: string[] = []
  const { order_id: orderId, gross_amount: amount } = details
  if (typeof orderId !== 'string' || orderId === '') problems.push('transaction_details.order_id is required')
  else if (orderId.length > 50) problems.push('transaction_details.order_id must be at most 50 characters')
  else if (!/^[A-Za-z0-9\-_~.]+$/.test(orderId)) {
    problems.push('transaction_details.order_id contains invalid characters')
  }
  if (amount === undefined || amount === null) problems.push('transaction_details.gross_amount is required')
  else if (!isWhole(amount)) problems.push('transaction_details.gross_amount must be an integer')
  else if (amount < 1) problems.push('transaction_details.gross_amount must be greater than or equal to 1')
  return problems
}

/** Returns the reasons against `item_details`, including a sum that differs from the gross amount. */
export function itemProblems(body: Json): string[] {
  const items = body.item_details
  if (items === undefined || items === null) return []
  if (!Array.isArray(items)) return ['item_details must be an array']
  const problems = items.flatMap((item: unknown, index) => singleItemProblems(`item_details[${index}]`, item))
  if (problems.length > 0) return problems
  const sum = items.reduce(
    (total: number, item: { price: number; quantity: number }) => total + item.price * item.quantity,
    0,
  )
  const isEqual = sum === asObject(body.transaction_details).gross_amount
  return isEqual ? [] : ['transaction_details.gross_amount is not equal to the sum of item_details']
}

function singleItemProblems(path: string, item: unknown): string[] {
  if (!isObject(item)) return [`${path} must be an object`]
  const problems = textProblems(path, item, ITEM_TEXT_LIMITS)
  if (typeof item.name !== 'string' || item.name === '') problems.push(`${path}.name is required`)
  if (!isWhole(item.price)) problems.push(`${path}.price must be an integer`)
  if (!isWhole(item.quantity) || item.quantity < 1) problems.push(`${path}.quantity must be at least 1`)
  return problems
}

function customerProblems(customer: unknown): string[] {
  if (customer === undefined || customer === null) return []
  if (!isObject(customer)) return ['customer_details must be an object']
  return [
    ...textProblems('customer_details', customer, CUSTOMER_TEXT_LIMITS),
    ...['billing_address', 'shipping_address'].flatMap((name) =>
      textProblems(`customer_details.${name}`, asObject(customer[name]), ADDRESS_TEXT_LIMITS),
    ),
  ]
}

function expiryProblems(name: string, expiry: unknown): string[] {
  if (expiry === undefined || expiry === null) return []
  if (!isObject(expiry)) return [`${name} must be an object`]
  const problems: string[] = []
  const { start_time: start, duration, unit } = expiry
  if (start !== undefined && (typeof start !== 'string' || !parseTime(start))) {
    problems.push(`${name}.start_time format is invalid, use yyyy-MM-dd HH:mm:ss Z`)
  }
  if (!isWhole(duration) || duration < 1) problems.push(`${name}.duration must be a positive integer`)
  if (typeof unit !== 'string' || unit.startsWith('second') || durationMs(1, unit) === undefined) {
    problems.push(`${name}.unit must be one of day, hour, minute`)
  }
  return problems
}

function enabledPaymentProblems(enabled: unknown): string[] {
  if (enabled === undefined || enabled === null) return []
  const isList = Array.isArray(enabled) && enabled.every((code) => typeof code === 'string')
  return isList ? [] : ['enabled_payments must be an array of strings']
}

function textProblems(path: string, object: Json, limits: Record<string, number>): string[] {
  return Object.entries(limits).flatMap(([field, limit]) => {
    const value = object[field]
    const name = path ? `${path}.${field}` : field
    if (value === undefined || value === null) return []
    // Ids are accepted as numbers: published samples write them so.
    if (typeof value !== 'string') return field === 'id' && isWhole(value) ? [] : [`${name} must be a string`]
    return value.length > limit ? [`${name} must be at most ${limit} characters`] : []
  })
}

function toRequest(body: Json): SnapRequest {
  return {
    transaction_details: body.transaction_details as SnapRequest['transaction_details'],
    item_details: (body.item_details ?? []) as SnapRequest['item_details'],
    customer_details: asObject(body.customer_details),
    enabled_payments: (body.enabled_payments ?? []) as string[],
    expiry: (body.expiry ?? undefined) as SnapRequest['expiry'],
    page_expiry: (body.page_expiry ?? undefined) as SnapRequest['page_expiry'],
    callbacks: asObject(body.callbacks),
    gopay: asObject(body.gopay),
    echoed: echoedFields(body),
  }
}

/** Returns the fields of a request that come back in notifications and status answers. */
export function echoedFields(body: Json): Record<string, unknown> {
  const names = [...CUSTOM_FIELDS, 'metadata'].filter(
    (name) => body[name] !== undefined && body[name] !== null,
  )
  return Object.fromEntries(names.map((name) => [name, body[name]]))
}

/** Returns the value as an object, or an empty one. */
export function asObject(value: unknown): Json {
  return isObject(value) ? value : {}
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns whether the value is a safe whole number. */
export function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}
