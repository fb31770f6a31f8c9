import type { GatewayOrder } from '../../payments/ports.ts'

/** @see payments.md 1.2 */
const MAX_ITEM_TEXT = 50
/** The longest other text, addresses included. */
export const MAX_TEXT = 255
/** Two official pages disagree on the shortest expiry; five minutes satisfy both. */
const MIN_EXPIRY_MINUTES = 5
/** A page dies after seven days whatever was asked. */
const MAX_EXPIRY_MINUTES = 7 * 24 * 60

type Item = GatewayOrder['items'][number]

/** Items that add up to the amount: a fee or a discount becomes a line of its own. */
export function toItems(order: GatewayOrder): Item[] {
  const items = order.items.map((item) => ({
    id: cut(item.id, MAX_ITEM_TEXT),
    name: cut(item.name.trim(), MAX_ITEM_TEXT) || cut(item.id, MAX_ITEM_TEXT),
    price: item.price,
    quantity: item.quantity,
  }))
  const rest = order.amount - items.reduce((sum, item) => sum + item.price * item.quantity, 0)
  if (rest > 0) items.push({ id: 'fee', name: 'Biaya layanan', price: rest, quantity: 1 })
  if (rest < 0) items.push({ id: 'discount', name: 'Potongan harga', price: rest, quantity: 1 })
  return items
}

/** What the gateway may know of the buyer; unknown fields are left out. */
export function toCustomer({ name, email, phone }: GatewayOrder['customer']): Record<string, string> {
  const fields = { first_name: cut(name, MAX_TEXT), email: cut(email, MAX_TEXT), phone: cut(phone, MAX_TEXT) }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

/** Minutes until the end of a payment. Rounded down: the page must not outlive our own deadline, or people pay for what was let go. */
export function expiryMinutes({ expiresAt, now }: GatewayOrder): number {
  const minutes = Math.floor((expiresAt.getTime() - now.getTime()) / 60_000)
  return Math.min(MAX_EXPIRY_MINUTES, Math.max(MIN_EXPIRY_MINUTES, minutes))
}

/** At most `length` UTF-16 units, without half an emoji at the end. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
