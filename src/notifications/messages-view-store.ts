import type { Database } from '#platform/database.ts'
import type { Channel, Locale, MessageState, TemplateName } from './message-view.ts'

/** A message with whom it goes to, for the log. */
export type MessageRow = {
  id: string
  template: TemplateName
  channel: Channel
  locale: Locale
  orderNumber: string | null
  email: string | null
  phone: string | null
  state: MessageState
  tries: number
  detail: string | null
  createdAt: Date
  sentAt: Date | null
}

/** Newest first, of one order if asked for. Read-only; takes the recipient from the order. Uses the primary keys. */
export async function selectMessages(
  db: Database,
  query: { orderNumber: string | undefined; cursor: string | undefined; limit: number },
): Promise<MessageRow[]> {
  return await db.once<MessageRow>(
    'messages.list',
    { role: 'worker' },
    {
      text: `select m.id, m.template, m.channel, m.locale, m.order_number as "orderNumber", o.customer_email as email,
          o.customer_phone as phone, m.state, m.tries, m.detail, m.created_at as "createdAt", m.sent_at as "sentAt"
        from messages m left join orders o on o.id = m.order_id
        where ($1::text is null or o.number = $1) and ($2::uuid is null or m.id < $2)
        order by m.id desc limit $3`,
      values: [query.orderNumber ?? null, query.cursor ?? null, query.limit],
    },
  )
}
