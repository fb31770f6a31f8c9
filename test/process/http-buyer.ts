import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { CreatedOrder, OrderItemRequest, TrackView } from '#orders'
import { orderOf } from '../support/buyer.ts'
import { eventually } from '../support/eventually.ts'

/** A shop as a buyer on the other side of the network sees it; `help` is called between tries. */
export type RemoteShop = { url: string; help(): Promise<void> }

/** Wide enough that a buyer who keeps trying does not run into the limit of orders per minute. */
const RETRY_EVERY_MS = 400
/** What a client may repeat; anything else, 500 above all, is a mistake of the shop. */
const TRY_AGAIN = new Set([409, 503])

/**
 * Places an order the way a patient client does: the same key and body again until the shop has said 201 or 200,
 * whatever happens to its processes in between.
 */
export async function placedOverHttp(
  shop: RemoteShop,
  items: OrderItemRequest[],
  change: Record<string, unknown> = {},
  deadlineMs?: number,
): Promise<CreatedOrder> {
  const key = randomUUID()
  let last = 'no answer'
  const created = await eventually(
    'an order number',
    async () => {
      const response = await send(`${shop.url}/api/orders/create`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(orderOf(items, change)),
      })
      if (response !== undefined && response.status < 300) return response.body as CreatedOrder
      last = JSON.stringify(response)
      if (response !== undefined && !TRY_AGAIN.has(response.status)) throw new Error(`refused: ${last}`)
      await shop.help()
      return undefined
    },
    { everyMs: RETRY_EVERY_MS, ...(deadlineMs === undefined ? {} : { deadlineMs }) },
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

/** Each call comes from another address of this machine where it has several: a busy shop has many buyers. */
const ADDRESSES = process.platform === 'linux' ? 200 : 1
const CALL_TIMEOUT_MS = 10_000
let calls = 0

/** A request of a buyer. */
export type Call = { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string }

/** The answer, or undefined when the connection broke before it was complete. */
export async function send(url: string, call: Call): Promise<{ status: number; body: unknown } | undefined> {
  calls += 1
  const localAddress = `127.0.0.${1 + (calls % ADDRESSES)}`
  try {
    const sent = request(url, {
      method: call.method,
      localAddress,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      headers: { connection: 'close', ...call.headers },
    })
    sent.end(call.body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const body = await text(response)
    return { status: response.statusCode ?? 0, body: body === '' ? undefined : (JSON.parse(body) as unknown) }
  } catch {
    return undefined
  }
}
