import { newId } from '#platform/ids.ts'
import type { PendingEvent } from '#platform/outbox.ts'
import { tellingOf, type Audience } from './events.ts'
import type { Channel, Locale } from './message-view.ts'
import type { NewMessage } from './message.ts'

/** What a plan has to know of an order: nothing that tells who the buyer is. */
export type OrderToTell = { number: string; locale: Locale; hasPhone: boolean }

/** By which channels each audience is told, where they are configured. */
const CHANNELS: Readonly<Record<Audience, readonly Channel[]>> = {
  buyer: ['email', 'whatsapp'],
  staff: ['telegram'],
}

/** Language of what staff are told. */
const STAFF_LOCALE: Locale = 'id'

/** The messages that an event asks for: one per channel; none for an event nobody is told of. */
export function planMessages(
  event: PendingEvent,
  order: OrderToTell | undefined,
  configured: ReadonlySet<Channel>,
): NewMessage[] {
  const telling = tellingOf(event.kind)
  if (telling === undefined) return []
  const { template, audience } = telling
  if (audience === 'buyer' && order === undefined) return []
  return CHANNELS[audience]
    .filter((channel) => configured.has(channel) && (channel !== 'whatsapp' || order?.hasPhone === true))
    .map((channel) => ({
      id: newId(),
      eventNumber: event.number,
      businessKey: `${event.key}:${channel}`,
      channel,
      audience,
      template,
      locale: order?.locale ?? STAFF_LOCALE,
      orderId: event.orderId,
      lineId: event.lineId,
      orderNumber: order?.number ?? null,
      data: event.data,
    }))
}
