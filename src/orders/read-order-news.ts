import type { Database, Tx } from '#platform/database.ts'
import type { KeyRing } from '#platform/sealing.ts'
import { selectOrderNews, selectOrdersToTell, type OrderNewsRow } from './order-news-view-store.ts'
import { trackingToken } from './tracking-token.ts'

/** An order as it is now, with whom it belongs to and the address of its page. For messages only. */
export type OrderNewsView = Omit<OrderNewsRow, 'token_version'> & { url: string }

/** What a plan of messages has to know of these orders, by id; nothing that tells whose they are. */
export async function ordersToTell(
  tx: Tx,
  orderIds: readonly string[],
): Promise<Map<string, { number: string; locale: 'id' | 'en'; hasPhone: boolean }>> {
  if (orderIds.length === 0) return new Map()
  const rows = await selectOrdersToTell(tx, orderIds)
  return new Map(rows.map(({ id, ...order }) => [id, order]))
}

/** The order as it is now, or undefined when there is none of this id. Opens nothing that was delivered. */
export async function readOrderNews(
  deps: { db: Database; keys: KeyRing; origin: string },
  orderId: string,
): Promise<OrderNewsView | undefined> {
  const row = await selectOrderNews(deps.db, orderId)
  if (row === undefined) return undefined
  const { token_version: version, ...order } = row
  const token = trackingToken(deps.keys, order.id, version)
  return { ...order, url: `${deps.origin}/track/${token}` }
}
