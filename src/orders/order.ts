import type { DeliveryKind } from '#catalog'
import type { LineState, OrderState, ShownInput } from './order-view.ts'

/** Minutes a buyer has to pay; stock stays reserved that long. Longer holds let anybody freeze the shelf. */
export const PAYMENT_WINDOW_MINUTES = 60
/** Stock stays reserved a little longer than the payment page lives, for the notification that is under way. */
export const HOLD_GRACE_MINUTES = 5

/** The scope under which creating an order claims its idempotency keys. */
export const CREATE_SCOPE = 'orders.create'

/** An order as the use cases work with it. Money in whole rupiah. */
export type OrderRow = {
  id: string
  number: string
  token_version: number
  state: OrderState
  version: number
  locale: 'id' | 'en'
  customer_name: string
  customer_email: string
  customer_phone: string
  subtotal: number
  discount: number
  fee: number
  total: number
  payment_method: string
  return_url: string | null
  expires_at: Date
  created_at: Date
}

/** A line of an order. `input` holds what the buyer entered, by field name. */
export type LineRow = {
  id: string
  order_id: string
  position: number
  sku_id: string
  product_id: string
  sku_code: string
  sku_name: string
  product_name: string
  product_slug: string
  delivery_kind: DeliveryKind
  input: Record<string, string>
  input_shown: ShownInput[]
  quantity: number
  unit_price: number
  total: number
  state: LineState
  failure: string | null
  failure_code: string | null
  /** How often the buyer corrected what was entered. */
  corrections: number
}
