import type { Database } from '#platform/database.ts'
import { maskEmail, maskPhone } from './mask-contact.ts'
import type { MessageView } from './message-view.ts'
import { selectMessages, type MessageRow } from './messages-view-store.ts'

const USUAL = 50
const MOST = 200

/** The log of messages, newest first, recipients masked; at most 200 at once. */
export async function listMessages(
  db: Database,
  query: { orderNumber?: string; limit?: number; cursor?: string },
): Promise<{ messages: MessageView[]; nextCursor: string | null }> {
  const limit = Math.min(Math.max(query.limit ?? USUAL, 1), MOST)
  const rows = await selectMessages(db, {
    orderNumber: query.orderNumber,
    cursor: query.cursor,
    limit: limit + 1,
  })
  const shown = rows.slice(0, limit)
  return {
    messages: shown.map(toView),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

function toView({ email, phone, createdAt, sentAt, ...row }: MessageRow): MessageView {
  return {
    ...row,
    recipient: recipientOf(row.channel, email, phone),
    createdAt: createdAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
  }
}

function recipientOf(channel: MessageRow['channel'], email: string | null, phone: string | null): string {
  if (channel === 'telegram') return 'staff'
  if (channel === 'email') return email === null ? 'staff' : maskEmail(email)
  return phone === null ? 'staff' : maskPhone(phone)
}
