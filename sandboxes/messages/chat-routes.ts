import { Hono, type Context } from 'hono'
import { parseJson } from '../control.ts'
import type { Random } from '../random.ts'
import type { Message } from './message.ts'

type Receive = (message: Omit<Message, 'id' | 'at'>) => Message

/** Returns the routes that look like the WhatsApp Cloud API and the Telegram Bot API. */
export function createChatRoutes(receive: Receive, random: Random): Hono {
  const app = new Hono()
  const whatsapp = (c: Context) => takeWhatsapp(c, receive, random)
  app.post('/:version{v[0-9.]+}/:sender/messages', whatsapp)
  app.post('/:sender/messages', whatsapp)
  app.post('/:bot{bot[^/]+}/:method', (c) => takeTelegram(c, receive))
  app.get('/:bot{bot[^/]+}/getMe', (c) =>
    c.json({ ok: true, result: { id: 1, is_bot: true, first_name: 'Sandbox', username: 'sandbox_bot' } }),
  )
  return app
}

async function takeWhatsapp(c: Context, receive: Receive, random: Random): Promise<Response> {
  if (!/^Bearer\s+\S+/i.test(c.req.header('authorization') ?? '')) {
    return c.json(whatsappError('Invalid OAuth access token', 'OAuthException', 190), 401)
  }
  const body = asFields(parseJson(await c.req.text()))
  const { to, type = 'text' } = body
  if (body.messaging_product !== 'whatsapp' || typeof to !== 'string' || to === '') {
    return c.json(whatsappError('(#100) Invalid parameter', 'OAuthException', 100), 400)
  }
  receive({
    channel: 'whatsapp',
    from: c.req.param('sender') ?? '',
    to: [to],
    subject: asText(asFields(body.template).name),
    text: whatsappText(body),
    html: '',
    messageId: '',
    details: { type, body },
  })
  const waId = to.replace(/\D/g, '')
  return c.json({
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: waId }],
    messages: [{ id: `wamid.${random.code(32)}`, message_status: 'accepted' }],
  })
}

function whatsappText(body: Record<string, unknown>): string {
  const text = asFields(body.text).body
  if (typeof text === 'string') return text
  const components = asFields(body.template).components
  if (!Array.isArray(components)) return ''
  const parameters = components.flatMap((component: unknown) => {
    const list = asFields(component).parameters
    return Array.isArray(list) ? list.map((parameter: unknown) => asFields(parameter).text) : []
  })
  return parameters.filter((value) => typeof value === 'string').join(' | ')
}

function whatsappError(message: string, type: string, code: number): unknown {
  return { error: { message, type, code, fbtrace_id: 'sandbox' } }
}

async function takeTelegram(c: Context, receive: Receive): Promise<Response> {
  const isJson = (c.req.header('content-type') ?? '').includes('json')
  const body = isJson
    ? asFields(parseJson(await c.req.text()))
    : Object.fromEntries((await c.req.formData()).entries())
  const chatId = asText(body.chat_id)
  if (chatId === '') {
    return c.json({ ok: false, error_code: 400, description: 'Bad Request: chat_id is empty' }, 400)
  }
  const content = asText(body.text) || asText(body.caption)
  if (c.req.param('method') === 'sendMessage' && content === '') {
    return c.json({ ok: false, error_code: 400, description: 'Bad Request: message text is empty' }, 400)
  }
  const message = receive({
    channel: 'telegram',
    // The token is a secret even here; only the bot's number is kept.
    from: (c.req.param('bot') ?? '').split(':')[0] ?? '',
    to: [chatId],
    subject: '',
    text: content,
    html: '',
    messageId: '',
    details: { method: c.req.param('method'), body },
  })
  const date = Math.floor(new Date(message.at).getTime() / 1000)
  return c.json({
    ok: true,
    result: { message_id: date, date, chat: { id: chatId, type: 'private' }, text: content },
  })
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function asFields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
