import { randomUUID } from 'node:crypto'
import type { CreatedOrder, OrderItemRequest, TrackView } from '#orders'
import { orderOf } from '../support/buyer.ts'
import { eventually } from '../support/eventually.ts'

/** A shop as a buyer on the other side of the network sees it; `help` is called between tries. */
export type RemoteShop = { url: string; help(): Promise<void> }

/** Wide enough that a buyer who keeps trying does not run into the limit of orders per minute. */
const RETRY_EVERY_MS = 400

/**
 * Places an order the way a patient client does: the same key and body again until the shop has said 201 or 200,
 * whatever happens to its processes in between.
 */
export async function placedOverHttp(shop: RemoteShop, items: OrderItemRequest[]): Promise<CreatedOrder> {
  const key = randomUUID()
  let last = 'no answer'
  const created = await eventually(
    'an order number',
    async () => {
      const response = await send(`${shop.url}/api/orders/create`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(orderOf(items)),
      })
      if (response !== undefined && response.status < 300) return response.body as CreatedOrder
      last = JSON.stringify(response)
      if (response !== undefined && response.status < 500 && response.status !== 409)
        throw new Error(`refused: ${last}`)
      await shop.help()
      return undefined
    },
    { everyMs: RETRY_EVERY_MS },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; last: ${last}`)
  })
  return created
}

/** The order as its page shows it, asked for until the shop answers. */
export async function trackedOverHttp(
  shop: RemoteShop,
  order: Pick<CreatedOrder, 'trackingToken'>,
): Promise<TrackView> {
  return await eventually(
    'the order page',
    async () => {
      const response = await send(`${shop.url}/api/track/${order.trackingToken}`, { method: 'GET' })
      return response?.status === 200 ? (response.body as TrackView) : undefined
    },
    { everyMs: RETRY_EVERY_MS },
  )
}

/** The answer, or undefined when the connection broke before it was complete. */
async function send(url: string, init: RequestInit): Promise<{ status: number; body: unknown } | undefined> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
  } catch {
    return undefined
  }
}
