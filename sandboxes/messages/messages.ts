import { Hono } from 'hono'
import type { Sandbox, SandboxContext, SandboxDefinition } from '../sandbox.ts'
import { createChatRoutes } from './chat-routes.ts'
import { parseMail } from './mail-parser.ts'
import type { Message } from './message.ts'
import { renderMessagesPage } from './messages-page.ts'
import { listenSmtp, type Envelope } from './smtp-server.ts'

/** Messages kept; the oldest go first. */
const MAX_MESSAGES = 5_000
/** Messages kept over a restart. */
const MAX_SAVED = 500

/** The message sandbox: every e-mail, WhatsApp and Telegram message of the shop in one inbox. */
export const messagesSandbox: SandboxDefinition = {
  name: 'messages',
  title: 'Pesan (e-mail, WhatsApp, Telegram)',
  portOffset: 8,
  create: createMessagesSandbox,
}

function createMessagesSandbox({ clock, random }: SandboxContext): Sandbox {
  let messages: Message[] = []
  function receive(parts: Omit<Message, 'id' | 'at'>): Message {
    const message = { ...parts, id: random.uuid(), at: clock.now().toISOString() }
    messages = [...messages, message].slice(-MAX_MESSAGES)
    return message
  }
  const app = new Hono()
  app.get('/', (c) => c.html(renderMessagesPage(messages)))
  app.get('/messages', (c) => c.json({ messages: matching(messages, c.req.query()) }))
  app.get('/_sandbox/messages', (c) => c.json({ messages: matching(messages, c.req.query()) }))
  app.route('/', createChatRoutes(receive, random))
  return {
    app,
    state: () => ({ messages }),
    save: () => messages.slice(-MAX_SAVED),
    restore(saved) {
      messages = saved as Message[]
    },
    reset() {
      messages = []
    },
    async listenBeside(host, port, faults) {
      const onMail = (envelope: Envelope) => void receive(fromMail(envelope))
      const smtp = await listenSmtp({ host, port, faults, onMail })
      return { urls: { smtp: smtp.url }, close: () => smtp.close() }
    },
  }
}

/** Keeps the messages of one `channel`, `to` and `messageId`, as the query asks, each with the number of its copies. */
function matching(
  messages: readonly Message[],
  query: Record<string, string>,
): (Message & { copies: number })[] {
  const copies = countCopies(messages)
  const kept = messages.filter(
    ({ channel, to, messageId }) =>
      (!query.channel || channel === query.channel) &&
      (!query.to || to.includes(query.to)) &&
      (!query.messageId || messageId === query.messageId),
  )
  return kept.map((message) => ({ ...message, copies: copies.get(message.messageId) ?? 1 }))
}

/** Returns how many mails came in per `Message-ID`. */
function countCopies(messages: readonly Message[]): Map<string, number> {
  const copies = new Map<string, number>()
  for (const { messageId } of messages) {
    if (messageId !== '') copies.set(messageId, (copies.get(messageId) ?? 0) + 1)
  }
  return copies
}

function fromMail({ from, to, raw }: Envelope): Omit<Message, 'id' | 'at'> {
  const { headers, subject, from: author, text, html, attachments } = parseMail(raw)
  return {
    channel: 'email',
    from: author || from,
    to,
    subject,
    text,
    html,
    messageId: headers['message-id'] ?? '',
    details: { headers, attachments },
  }
}
