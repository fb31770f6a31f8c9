import type { CreatedOrder, OrderItemRequest } from '#orders'
import { eventually } from '../support/eventually.ts'
import { queryAs } from '../support/test-database.ts'
import { control } from '../support/test-shop.ts'
import { send, type Call } from './http-buyer.ts'
import type { KillGoods } from './kill-template.ts'
import type { TendedShop } from './tended-shop.ts'

/** What one buyer wants, and what comes of it wherever a process dies. */
export type Wanted = {
  item: OrderItemRequest
  ends: 'SUCCESS' | 'REFUNDED' | 'EXPIRED' | 'FAILED'
  /** Whom a supplier delivers to, and how many orders it has for that in the end. */
  target?: string
  bought?: number
  supplier?: 'vip-reseller' | 'digiflazz'
  /** Who is invited, and how many seats that address has in the end. */
  email?: string
  seats?: number
  paymentMethod?: 'midtrans' | 'tokopay_qris'
}

/** A buyer with the order that the shop acknowledged. */
export type Bought = Wanted & { order: CreatedOrder }

/** A cell at work. `noted` is what its story wants to remember between two looks. */
export type Scene = {
  shop: TendedShop
  goods: KillGoods
  bought: Bought[]
  noted: Set<string>
}

/** What happens to the buyers of a cell. Its steps may be called again while a process is dead. */
export type Story = {
  wants(goods: KillGoods): Wanted[]
  /** Settings and faults of the providers. */
  before?(sandboxes: Record<string, string>): Promise<void>
  /** Instead of everybody paying at once. */
  pays?(scene: Scene): Promise<void>
  /** What goes on until the orders are over. */
  meanwhile?(scene: Scene): Promise<void>
  /** Goes on with what follows the end of the orders; true once that is over, too. */
  afterwards?(scene: Scene): Promise<boolean>
  /** Waits run out even while nobody has died. */
  hurried?: boolean
  /** The first invitation comes to nothing. */
  isInvitedAgain?: boolean
}

let accounts = 0

/** An account id that no other cell uses: the supplier's list of orders is searched by it. */
export function newTarget(): string {
  accounts += 1
  return String(710_000_001 + process.pid * 10 + accounts * 7).replace(/000$/, '001')
}

/** Sets something at a sandbox. */
export async function set(
  sandboxes: Record<string, string>,
  provider: string,
  route: string,
  body: unknown,
): Promise<void> {
  await control(`${sandboxes[provider]}/_sandbox/${route}`, body)
}

const RETRY_EVERY_MS = 400

/** Sends a buyer's request again and again until the shop has done it, whatever happens to its processes. */
export async function insist(shop: TendedShop, path: string, body?: unknown): Promise<unknown> {
  return await eventually(
    `${path} to be done`,
    async () => {
      const answer = await ask(shop, path, body)
      if (answer !== undefined) return answer
      await shop.help()
      return undefined
    },
    { everyMs: RETRY_EVERY_MS },
  )
}

/** Sends a buyer's request once; what was answered, or undefined when it was not done. */
export async function ask(shop: TendedShop, path: string, body?: unknown): Promise<unknown> {
  const call: Call =
    body === undefined
      ? { method: 'GET' }
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await send(`${shop.url}${path}`, call)
  return answer !== undefined && answer.status < 300 ? (answer.body ?? true) : undefined
}

/** Pays an order by the way it was placed with. */
export async function payOrder(shop: TendedShop, { order, paymentMethod }: Bought): Promise<void> {
  const { reference } = order.payment
  if (paymentMethod === 'tokopay_qris') await set(shop.sandboxes, 'tokopay', 'pay', { ref_id: reference })
  else await set(shop.sandboxes, 'midtrans', 'pay', { order_id: reference, payment_type: 'gopay' })
}

/** Lets the database say how something stands. */
export async function isTrue({ shop }: Scene, question: string, values: unknown[] = []): Promise<boolean> {
  const [row] = await queryAs<{ is: boolean }>(shop.databaseUrl, `select (${question}) as is`, values)
  return row?.is === true
}

/** Two units from the shelf. */
export const fromStock = ({ stock }: KillGoods): Wanted => ({
  item: { sku: stock, quantity: 2 },
  ends: 'SUCCESS',
})

/** One unit bought at the supplier whose orders are listed. */
export function fromList(
  { listed }: KillGoods,
  change: Partial<Wanted> = {},
  target: string = newTarget(),
): Wanted {
  return {
    item: { sku: listed, quantity: 1, input: { user_id: target, zone_id: '2685' } },
    target,
    supplier: 'vip-reseller',
    ends: 'SUCCESS',
    bought: 1,
    ...change,
  }
}

/** One unit bought at the supplier that is asked by the same call. */
export function fromRepeated({ repeated }: KillGoods): Wanted {
  const target = newTarget()
  return {
    item: { sku: repeated, quantity: 1, input: { user_id: target, zone_id: '2685' } },
    target,
    supplier: 'digiflazz',
    ends: 'SUCCESS',
    bought: 1,
  }
}

/** One seat by invite. */
export function byInvite(sku: string, change: Partial<Wanted> = {}): Wanted {
  const email = `buyer-${newTarget()}@mail.example`
  return { item: { sku, quantity: 1, input: { email } }, email, seats: 1, ends: 'SUCCESS', ...change }
}
