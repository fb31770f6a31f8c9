import { expect } from 'vitest'
import { queryAs } from '../support/test-database.ts'
import { trackedOverHttp } from './http-buyer.ts'
import type { Bought, Scene } from './kill-story.ts'
import type { TendedShop } from './tended-shop.ts'

/** Expects what one buyer was promised: the end her page shows, bought once, seated once. */
export async function expectPromise(shop: TendedShop, one: Bought): Promise<void> {
  const { order, item, target, email, ends } = one
  const view = await trackedOverHttp(shop, order)
  expect(view.status).toBe(ends)
  const isFromShelf = target === undefined && email === undefined
  if (ends === 'SUCCESS' && isFromShelf)
    expect(view.lines[0]?.delivery).toMatchObject({
      kind: 'codes',
      codes: Array.from({ length: item.quantity }, () => expect.stringMatching(/KILL-|LAST-|DEMO-/)),
    })
  if (target !== undefined) expect(await ordersFor(shop, one)).toBe(one.bought ?? 1)
  if (email !== undefined) await expectSeats(shop, one)
}

async function ordersFor({ sandboxes }: TendedShop, { supplier, target }: Bought): Promise<number> {
  const response = await fetch(`${sandboxes[supplier ?? '']}/_sandbox/orders`)
  const { orders } = (await response.json()) as { orders: { target?: string; customer?: string }[] }
  return orders.filter((made) => (made.target ?? made.customer ?? '').startsWith(target ?? '')).length
}

type InviteState = {
  state: {
    invites: { email: string; state: string }[]
    breaches: { quota: number; seats: number; doubleSeats: number }
  }
}

async function expectSeats({ sandboxes }: TendedShop, { email, seats }: Bought): Promise<void> {
  const response = await fetch(`${sandboxes['invite']}/_sandbox/state`)
  const { state } = (await response.json()) as InviteState
  expect(state.breaches).toMatchObject({ quota: 0, seats: 0, doubleSeats: 0 })
  const holding = state.invites.filter(
    (invite) => invite.email === email && ['queued', 'pending', 'accepted'].includes(invite.state),
  )
  expect(holding).toHaveLength(seats ?? 1)
}

type Seen = { channel: string; to: string[]; subject: string; text: string; messageId: string }

/**
 * Expects that the buyers heard how their orders ended, and nobody anything twice; who is invited a second time is told
 * so a second time.
 */
export async function expectToldOnce({ shop, bought }: Scene, isInvitedAgain = false): Promise<void> {
  const response = await fetch(`${shop.sandboxes['messages']}/messages`)
  const { messages } = (await response.json()) as { messages: Seen[] }
  const copies = new Map<string, Set<string>>()
  messages.forEach(({ channel, to, subject, text, messageId }, index) => {
    // Staff hear of a trouble again when it comes again.
    if (channel === 'telegram') return
    const words = JSON.stringify([channel, to, subject, text])
    copies.set(words, (copies.get(words) ?? new Set()).add(channel === 'email' ? messageId : String(index)))
  })
  const repeated = [...copies].filter(([, ids]) => ids.size > 1).map(([words]) => words)
  if (!isInvitedAgain) expect(repeated).toEqual([])
  await expectMailPerMessage(shop, messages)
  for (const { order, ends } of bought) {
    if (ends === 'EXPIRED') continue
    const mails = messages.filter(
      ({ channel, subject, text }) => channel === 'email' && `${subject} ${text}`.includes(order.orderNumber),
    )
    expect(mails.length, `mails about ${order.orderNumber}`).toBeGreaterThan(0)
  }
}

/**
 * The mailbox got what the shop has sent, and nothing that it has not written down: one whose process died while it was
 * sent may count as skipped when its news was overtaken. A chat is never tried again once it may have arrived.
 */
async function expectMailPerMessage({ databaseUrl }: TendedShop, messages: readonly Seen[]): Promise<void> {
  const [wrote] = await queryAs<{ sent: number; mails: number; chats: number }>(
    databaseUrl,
    `select count(*) filter (where channel = 'email' and state = 'SENT')::int as sent,
      count(*) filter (where channel = 'email' and state in ('SENT', 'SKIPPED'))::int as mails,
      count(*) filter (where channel = 'whatsapp' and state in ('SENT', 'UNKNOWN'))::int as chats from messages`,
  )
  const mails = new Set(
    messages.filter(({ channel }) => channel === 'email').map(({ messageId }) => messageId),
  )
  expect(mails.size).toBeGreaterThanOrEqual(wrote?.sent ?? 0)
  expect(mails.size).toBeLessThanOrEqual(wrote?.mails ?? 0)
  expect(messages.filter(({ channel }) => channel === 'whatsapp').length).toBeLessThanOrEqual(
    wrote?.chats ?? 0,
  )
}

/** Each order was acknowledged to one buyer, and each payment credited once. */
export async function expectBooksOfOrders(url: string): Promise<void> {
  const [counts] = await queryAs<{ paid: string; credits: string; keys: string; orders: string }>(
    url,
    `select (select count(*) from payments where booked_to is not null) as paid,
      (select count(*) from journals where kind = 'payment.received') as credits,
      (select count(*) from idempotency_keys where scope = 'orders.create') as keys,
      (select count(*) from orders where state not in ('CANCELLED')) as orders`,
  )
  expect(counts?.credits).toBe(counts?.paid)
  expect(counts?.keys).toBe(counts?.orders)
}
