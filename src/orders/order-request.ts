import * as z from 'zod'
import { err, ok, type Result } from '#shared/result.ts'
import { fieldError, pointerPart, type FieldErrorCode } from './field-errors.ts'
import type { FieldError, OrderItemRequest, OrderRequest, QuoteRequest } from './order-view.ts'
import { normalisePhone } from './phone-number.ts'

/** Lines of one order: more is a wholesale purchase, which the reseller API serves one order at a time. */
export const MAX_LINES = 20
/** Units of one line; a supplier line is bought unit by unit. */
export const MAX_QUANTITY = 100
const MAX_NAME = 100
const MAX_EMAIL = 254
const MAX_INPUT = 200
const MAX_INPUT_FIELDS = 20
const MAX_CODE = 64

type Mistakes = { errors: FieldError[] }

// Control characters and lone surrogates: PostgreSQL refuses some of them and no honest form sends any.
const FORBIDDEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u202A-\u202E\u2066-\u2069]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

const itemShape = z.strictObject({
  sku: z.string(),
  quantity: z.number(),
  input: z.record(z.string(), z.string()).optional(),
})

const quoteShape = z.object({
  items: z.array(itemShape),
  paymentMethod: z.string().max(MAX_CODE).optional(),
  couponCode: z.string().max(MAX_CODE).optional(),
  redeemPoints: z.number().optional(),
  store: z.string().max(MAX_CODE).optional(),
})

const orderShape = quoteShape.extend({
  customer: z.strictObject({ name: z.string(), email: z.string(), phone: z.string() }),
  paymentMethod: z.string(),
  returnUrl: z.string().optional(),
  expectedTotal: z.number().optional(),
  locale: z.enum(['id', 'en']).optional(),
})

/** A quote request as it may be priced, or every mistake in it. */
export function parseQuoteRequest(body: unknown): Result<QuoteRequest, Mistakes> {
  const shape = quoteShape.safeParse(body)
  if (!shape.success) return err({ errors: shape.error.issues.map(shapeError) })
  const errors = [...checkItems(shape.data.items), ...checkUnsupported(shape.data)]
  if (errors.length > 0) return err({ errors })
  return ok(dropUndefined({ ...shape.data, items: cleanItems(shape.data.items) }))
}

/** An order request with contact data in one spelling, or every mistake in it. */
export function parseOrderRequest(body: unknown, origin: string): Result<OrderRequest, Mistakes> {
  const shape = orderShape.safeParse(body)
  if (!shape.success) return err({ errors: shape.error.issues.map(shapeError) })
  const { items, customer, returnUrl } = shape.data
  const contact = checkCustomer(customer)
  const errors = [...checkItems(items), ...contact.errors, ...checkUnsupported(shape.data)]
  if (returnUrl !== undefined && !isOwnUrl(returnUrl, origin))
    errors.push(fieldError('/returnUrl', 'url_invalid'))
  if (errors.length > 0) return err({ errors })
  return ok(dropUndefined({ ...shape.data, items: cleanItems(items), customer: contact.customer }))
}

function cleanItems(items: readonly z.infer<typeof itemShape>[]): OrderItemRequest[] {
  return items.map(({ sku, quantity, input = {} }) => {
    const entries = Object.entries(input).map(([name, value]) => [name, value.trim()] as const)
    return { sku, quantity, input: Object.fromEntries(entries.filter(([, value]) => value !== '')) }
  })
}

function checkItems(items: readonly z.infer<typeof itemShape>[]): FieldError[] {
  if (items.length === 0) return [fieldError('/items', 'items_invalid')]
  if (items.length > MAX_LINES) return [fieldError('/items', 'items_too_many')]
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const errors: FieldError[] = []
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(item.sku))
      errors.push(fieldError(`/items/${index}/sku`, 'sku_unknown'))
    if (!Number.isInteger(item.quantity) || item.quantity < 1)
      errors.push(fieldError(`/items/${index}/quantity`, 'quantity_invalid'))
    else if (item.quantity > MAX_QUANTITY)
      errors.push(fieldError(`/items/${index}/quantity`, 'quantity_too_high'))
    errors.push(...checkInputTexts(item.input ?? {}, `/items/${index}/input`))
    const identity = JSON.stringify([
      item.sku,
      Object.entries(item.input ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    ])
    if (seen.has(identity)) errors.push(fieldError(`/items/${index}/sku`, 'sku_duplicate'))
    seen.add(identity)
    return errors
  })
}

function checkInputTexts(input: Record<string, string>, pointer: string): FieldError[] {
  const entries = Object.entries(input)
  if (entries.length > MAX_INPUT_FIELDS) return [fieldError(pointer, 'input_unexpected')]
  return entries.flatMap(([name, value]) => {
    const place = `${pointer}/${pointerPart(name)}`
    if (value.length > MAX_INPUT) return [fieldError(place, 'too_long')]
    return FORBIDDEN.test(value) ? [fieldError(place, 'control_characters')] : []
  })
}

function checkCustomer(customer: OrderRequest['customer']): {
  errors: FieldError[]
  customer: OrderRequest['customer']
} {
  const name = customer.name.trim().normalize('NFC')
  const email = customer.email.trim().normalize('NFC').toLowerCase()
  const phone = normalisePhone(customer.phone)
  const errors: FieldError[] = []
  if (name === '') errors.push(fieldError('/customer/name', 'required'))
  else if (name.length > MAX_NAME) errors.push(fieldError('/customer/name', 'too_long'))
  else if (FORBIDDEN.test(name)) errors.push(fieldError('/customer/name', 'control_characters'))
  if (email === '') errors.push(fieldError('/customer/email', 'required'))
  else if (email.length > MAX_EMAIL || !z.email().safeParse(email).success)
    errors.push(fieldError('/customer/email', 'email_invalid'))
  if (customer.phone.trim() === '') errors.push(fieldError('/customer/phone', 'required'))
  else if (phone === undefined) errors.push(fieldError('/customer/phone', 'phone_invalid'))
  return { errors, customer: { name, email, phone: phone ?? '' } }
}

function checkUnsupported(request: {
  couponCode?: string | undefined
  redeemPoints?: number | undefined
  store?: string | undefined
}): FieldError[] {
  const errors: FieldError[] = []
  if (request.couponCode !== undefined && request.couponCode !== '')
    errors.push(fieldError('/couponCode', 'unsupported'))
  if (request.redeemPoints !== undefined && request.redeemPoints !== 0)
    errors.push(fieldError('/redeemPoints', 'unsupported'))
  if (request.store !== undefined && request.store !== '') errors.push(fieldError('/store', 'unsupported'))
  return errors
}

function shapeError(issue: z.core.$ZodIssue): FieldError {
  const pointer = issue.path.map((part) => `/${pointerPart(part)}`).join('')
  return fieldError(pointer, shapeErrorCode(issue, pointer))
}

function shapeErrorCode(issue: z.core.$ZodIssue, pointer: string): FieldErrorCode {
  if (issue.code === 'unrecognized_keys') return 'input_unexpected'
  if (issue.code === 'too_big') return 'too_long'
  if (pointer.endsWith('/quantity')) return 'quantity_invalid'
  if (pointer === '/items') return 'items_invalid'
  return issue.code === 'invalid_type' && issue.message.includes('undefined') ? 'required' : 'not_text'
}

function isOwnUrl(text: string, origin: string): boolean {
  return text.startsWith('/') ? !text.startsWith('//') && !text.includes('\\') : text.startsWith(`${origin}/`)
}

type Present<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}

function dropUndefined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Present<T>
}
