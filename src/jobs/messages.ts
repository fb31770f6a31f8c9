import {
  dispatchEvents,
  dueMessages,
  purgeOldMessages,
  sendMessage,
  type Channel,
  type Sender,
} from '#notifications'
import { ordersToTell } from '#orders'
import { attemptEach } from '#platform/attempt-each.ts'
import { elapsedMs } from '#platform/clock.ts'
import type { Tx } from '#platform/database.ts'
import { purgeEvents } from '#platform/outbox.ts'
import type { Queue } from '#platform/queue.ts'
import type { MessageChannel } from '../notifications/ports.ts'
import { composeMessage } from './compose-message.ts'
import type { Shop } from './shop.ts'

/** Ways to reach people, as configured, and who writes. */
export type Messaging = {
  channels: ReadonlyMap<Channel, MessageChannel>
  staffChat: string | null
  sender: Sender
}

/** What telling news needs of the shop. */
export type TellingShop = Pick<
  Shop,
  'db' | 'log' | 'keys' | 'origin' | 'gateways' | 'clock' | 'messaging'
> & {
  queue: Pick<Queue, 'enqueue'>
}

/** Events are turned into messages this many batches a turn at most; the next turn takes the rest. */
const MAX_BATCHES = 20
/** Messages of one channel that one sweep looks at. */
const SWEEP_BATCH = 40
/** Messages of one channel that one sweep sends at the same time. */
const SWEEP_WIDTH = 3
/** After this a sweep starts no further message: where each takes a minute to fail, the next sweep must not wait for all. */
const SWEEP_MS = 15_000

/** Turns what happened into messages, and these into jobs, until nothing is left. */
export async function tellNews(shop: TellingShop): Promise<void> {
  const { channels } = shop.messaging
  const deps = {
    db: shop.db,
    channels: new Set(channels.keys()),
    ordersToTell,
    enqueue: (tx: Tx, id: string) => shop.queue.enqueue(tx, 'message.send', id),
  }
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) if (!(await dispatchEvents(deps))) return
}

/** Tries to send one message, if it is due. */
export async function sendMessageNow(shop: TellingShop, id: string): Promise<void> {
  const { channels, staffChat, sender } = shop.messaging
  const { db, log, keys, origin, gateways } = shop
  const reading = { db, keys, origin, gateways, staffChat, shopName: sender.shop }
  await sendMessage(
    { db, log, channels, sender, compose: (message) => composeMessage(reading, message, shop.clock.now()) },
    id,
  )
}

/**
 * Sends what is due and has no job any more: later tries, lost jobs, and claims of processes that died. No channel waits
 * for another. Starts nothing after `forMs`; each lane sends one at least.
 */
export async function sweepMessages(shop: TellingShop, forMs = SWEEP_MS): Promise<void> {
  const due = await dueMessages(shop.db, SWEEP_BATCH)
  const until = elapsedMs() + forMs
  const lanes = [...Map.groupBy(due, ({ channel }) => channel).values()].flatMap((messages) => {
    const rest = messages.values()
    return Array.from({ length: SWEEP_WIDTH }, () => sendInTurn(shop, rest, until))
  })
  await Promise.all(lanes)
}

/** Sends what other lanes have left of the same messages, one after another. */
async function sendInTurn(
  shop: TellingShop,
  rest: IterableIterator<{ id: string }>,
  until: number,
): Promise<void> {
  for (const { id } of rest) {
    await attemptEach([id], { log: shop.log, name: 'messages.due' }, (one) => sendMessageNow(shop, one))
    if (elapsedMs() >= until) return
  }
}

/** Forgets events that were told long ago, and messages that were over still earlier. */
export async function purgeNews(shop: Pick<Shop, 'db'>): Promise<void> {
  await purgeEvents(shop.db)
  await purgeOldMessages(shop.db)
}
