import { createHash } from 'node:crypto'
import { dueMessages } from '#notifications'
import { paymentGateways } from '#payments'
import { systemClock } from '#platform/clock.ts'
import { newId, newOrderNumber } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import { publish, type OutboxEvent } from '#platform/outbox.ts'
import { startSandboxes } from '../../../sandboxes/main.ts'
import { sweepMessages, tellNews, type TellingShop } from '../../../src/jobs/messages.ts'
import type { MessageChannel } from '../../../src/notifications/ports.ts'
import { createMailChannel } from '../../../src/providers/mail/mail-channel.ts'
import { createTelegramChannel } from '../../../src/providers/telegram/telegram-channel.ts'
import { createWhatsAppChannel } from '../../../src/providers/whatsapp/whatsapp-channel.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { testKeys } from '../../support/test-keys.ts'
import { control } from '../../support/test-shop.ts'

/** A message as it arrived. */
export type Arrived = {
  channel: string
  to: string[]
  subject: string
  text: string
  html: string
  messageId: string
  copies: number
}

/** A row of the table of messages. */
export type Row = {
  id: string
  channel: string
  template: string
  state: string
  tries: number
  failure: string | null
  detail: string | null
}

/** Messages on a database and a sandbox of their own, moved by hand. */
export type MessageStage = {
  database: TestDatabase
  shop: TellingShop
  /** The addresses of the sandboxes; `smtp` ends when `stopMail` was called. */
  order(facts?: {
    state?: string
    email?: string
    locale?: string
    phone?: string
    name?: string
  }): Promise<string>
  publish(...events: OutboxEvent[]): Promise<void>
  /** Turns events into messages. */
  tell(): Promise<void>
  /** Sends what is due until nothing is. */
  send(): Promise<void>
  /** Lets waits and claims run out. */
  later(): Promise<void>
  rows(): Promise<Row[]>
  moves(messageId: string): Promise<string[]>
  inbox(): Promise<Arrived[]>
  setFaults(...faults: object[]): Promise<void>
  /** Rules about messages that the database breaks. */
  brokenRules(): Promise<unknown[]>
  reset(): Promise<void>
  stop(): Promise<void>
}

/** More than a busy machine needs; an answer that is held back ends by its connection. */
const PATIENCE_MS = 8_000

/** Starts a database, a message sandbox and the channels that are named. */
export async function startMessageStage(
  change: (channels: Map<string, MessageChannel>) => void = () => undefined,
): Promise<MessageStage> {
  const [database, sandboxes] = await Promise.all([
    createTestDatabase(),
    startSandboxes({ port: 0, only: ['messages'], seed: 'messages' }),
  ])
  const { messages = '', smtp = '' } = sandboxes.urls
  const mail = createMailChannel({
    smtpUrl: smtp,
    from: 'Lapak <toko@shop.example>',
    timeouts: { connectMs: PATIENCE_MS, totalMs: PATIENCE_MS },
  })
  const whatsApp = createWhatsAppChannel({
    apiUrl: `${messages}/v21.0/1000`,
    token: 'x',
    form: 'text',
    timeoutMs: PATIENCE_MS,
  })
  const telegram = createTelegramChannel({ apiUrl: messages, botToken: '1:x', timeoutMs: PATIENCE_MS })
  const channels = new Map([mail, whatsApp, telegram].map((channel) => [channel.channel, channel] as const))
  change(channels)
  const shop: TellingShop = {
    db: database.db,
    log: createLog('silent'),
    keys: testKeys(),
    origin: 'https://shop.example',
    gateways: paymentGateways([]),
    clock: systemClock,
    queue: { enqueue: async () => undefined },
    messaging: {
      channels,
      staffChat: '-100',
      sender: { shop: 'Lapak', supportEmail: 'bantuan@shop.example' },
    },
  }
  const rows = () =>
    queryAs<Row>(
      database.url,
      `select id, channel, template, state, tries, failure, detail from messages order by event_number, channel`,
    )
  return {
    database,
    shop,
    order: (facts = {}) => insertOrder(database.url, facts),
    publish: (...events) =>
      database.db.transaction('test.publish', { role: 'worker' }, async (tx) => {
        await Promise.all(events.map((event) => publish(tx, event)))
      }),
    tell: () => tellNews(shop),
    async send() {
      while ((await dueMessages(database.db, 1)).length > 0) await sweepMessages(shop)
    },
    async later() {
      await queryAs(
        database.url,
        `update messages set next_try_at = now() - interval '1 second' where state in ('WAITING', 'SENDING')`,
      )
    },
    rows,
    async moves(messageId) {
      const moves = await queryAs<{ move: string }>(
        database.url,
        `select from_state || '>' || to_state as move from message_history where message_id = $1 order by at, id`,
        [messageId],
      )
      return moves.map(({ move }) => move)
    },
    async inbox() {
      const answer = (await (await fetch(`${messages}/messages`)).json()) as { messages: Arrived[] }
      return answer.messages.map((one) => ({ ...one, text: one.text.replaceAll('\r\n', '\n') }))
    },
    setFaults: async (...faults) => void (await control(`${messages}/_sandbox/faults`, faults)),
    async brokenRules() {
      return (await checkInvariants(database.url)).filter(({ name }) => name.startsWith('M'))
    },
    async reset() {
      await control(`${messages}/_sandbox/faults`, [])
      await control(`${messages}/_sandbox/reset`, {})
      await queryAs(database.url, 'truncate outbox_events, messages, message_history, incidents')
    },
    async stop() {
      await mail.close?.()
      await sandboxes.stop()
      await database.drop()
    },
  }
}

async function insertOrder(
  url: string,
  facts: { state?: string; email?: string; locale?: string; phone?: string; name?: string },
): Promise<string> {
  const id = newId()
  await queryAs(
    url,
    `insert into orders (id, number, token_hash, state, locale, customer_name, customer_email, customer_phone, subtotal, total,
        payment_method, expires_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, 21500, 21500, 'qris', now() + interval '1 hour')`,
    [
      id,
      newOrderNumber(),
      createHash('sha256').update(id).digest(),
      facts.state ?? 'SUCCESS',
      facts.locale ?? 'id',
      facts.name ?? 'Ani Wijaya',
      facts.email ?? 'ani@mail.example',
      facts.phone ?? '+6281234567890',
    ],
  )
  if (facts.state === 'WAITING_PAYMENT') {
    await queryAs(
      url,
      `insert into payments (id, order_id, gateway, method, reference, amount, state, expires_at)
        values ($1, $2, 'tokopay', 'qris', $3, 21500, 'PENDING', now() + interval '1 hour')`,
      [newId(), id, id],
    )
  }
  return id
}
