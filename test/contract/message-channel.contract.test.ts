import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSandboxes, type RunningSandboxes } from '../../sandboxes/main.ts'
import type { MessageChannel, OutgoingMessage } from '../../src/notifications/ports.ts'
import { createMailChannel } from '../../src/providers/mail/mail-channel.ts'
import { createTelegramChannel } from '../../src/providers/telegram/telegram-channel.ts'
import { createWhatsAppChannel } from '../../src/providers/whatsapp/whatsapp-channel.ts'
import { control } from '../support/test-shop.ts'
import { anyMessage, describeMessageChannel, type Received } from './message-channel.contract.ts'

const SECRET = 'secret-of-the-test'
/** More than a busy machine needs; an answer that is held back ends by its connection. */
const PATIENCE_MS = 8_000

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The message sandbox, with what the suite asks of it. */
async function startInbox(method: string) {
  const sandboxes: RunningSandboxes = await startSandboxes({ port: 0, only: ['messages'], seed: 'test' })
  const { messages = '', smtp = '' } = sandboxes.urls
  return {
    messages,
    smtp: smtp.replace('smtp://', `smtp://toko:${SECRET}@`),
    setFaults: async (faults: readonly object[]) => {
      await control(
        `${messages}/_sandbox/faults`,
        faults.map((fault) => ({ match: { method }, ...fault })),
      )
    },
    received: async () => {
      const answer = (await (await fetch(`${messages}/messages`)).json()) as { messages: Received[] }
      return answer.messages
    },
    reset: async () => void (await control(`${messages}/_sandbox/reset`, {})),
    stop: () => sandboxes.stop(),
  }
}

describeMessageChannel('mail', async () => {
  const inbox = await startInbox('SMTP')
  const from = 'Lapak <toko@shop.example>'
  const timeouts = { connectMs: PATIENCE_MS, totalMs: PATIENCE_MS }
  const channel = createMailChannel({ smtpUrl: inbox.smtp, from, timeouts })
  const unreachable = createMailChannel({ smtpUrl: `smtp://127.0.0.1:${await closedPort()}`, from, timeouts })
  return {
    ...inbox,
    channel,
    unreachable,
    recipient: 'ani@mail.example',
    refused: 'tolak@mail.example',
    stop: async () => {
      await channel.close?.()
      await unreachable.close?.()
      await inbox.stop()
    },
  }
})

describeMessageChannel('WhatsApp', async () => {
  const inbox = await startInbox('POST')
  const options = { token: SECRET, form: 'template', timeoutMs: PATIENCE_MS } as const
  return {
    ...inbox,
    channel: createWhatsAppChannel({ ...options, apiUrl: `${inbox.messages}/v21.0/1000` }),
    unreachable: createWhatsAppChannel({ ...options, apiUrl: `http://127.0.0.1:${await closedPort()}` }),
    recipient: '+6281234567890',
    refused: 'nobody',
  }
})

describeMessageChannel('Telegram', async () => {
  const inbox = await startInbox('POST')
  const options = { botToken: `1:${SECRET}`, timeoutMs: PATIENCE_MS }
  return {
    ...inbox,
    channel: createTelegramChannel({ ...options, apiUrl: inbox.messages }),
    unreachable: createTelegramChannel({ ...options, apiUrl: `http://127.0.0.1:${await closedPort()}` }),
    recipient: '-1000000000',
  }
})

/** One canned answer of a provider. */
async function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const { createServer: createHttp } = await import('node:http')
  const bodies: string[] = []
  const server = createHttp((request, response) => {
    request.on('data', (part: Buffer) => bodies.push(part.toString()))
    request.on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function outcomeOf(
  open: (url: string) => MessageChannel,
  answer: Parameters<typeof answering>,
  message: OutgoingMessage,
) {
  const server = await answering(...answer)
  const outcome = await open(server.url).send(message)
  await server.stop()
  return { outcome, body: server.bodies.join('') }
}

describe('what WhatsApp answers', () => {
  const open = (apiUrl: string) =>
    createWhatsAppChannel({ apiUrl, token: SECRET, form: 'template', timeoutMs: PATIENCE_MS })
  const error = (code: number) => ({ error: { message: 'x', code } })

  test.each<[string, Parameters<typeof answering>, object]>([
    [
      'a rate limit',
      [429, error(130_429), { 'retry-after': '60' }],
      { kind: 'not_sent', retryAfterMs: 60_000 },
    ],
    ['a rate limit as 400', [400, error(131_056)], { kind: 'not_sent' }],
    ['a token that ended', [401, error(190)], { kind: 'not_sent' }],
    ['a template that is not approved', [404, error(132_001)], { kind: 'not_sent' }],
    ['a recipient without WhatsApp', [400, error(131_026)], { kind: 'refused' }],
    ['a page of a proxy', [400, '<html>'], { kind: 'not_sent' }],
    ['a fault of its own', [503, error(131_016)], { kind: 'unknown' }],
    ['success without an id', [200, {}], { kind: 'unknown' }],
  ])('%s', async (_name, answer, expected) => {
    const { outcome } = await outcomeOf(open, answer, anyMessage('+6281234567890'))
    expect(outcome).toMatchObject(expected)
  })

  test('a template names itself, its language and its values without line breaks', async () => {
    const message = { ...anyMessage('+6281234567890'), locale: 'en' as const }
    const values = ['LP-1', 'a\n\tb     c', '']
    const { body } = await outcomeOf(open, [200, { messages: [{ id: 'wamid.1' }] }], {
      ...message,
      template: { name: 'order-paid', values },
    })
    expect(JSON.parse(body)).toMatchObject({
      messaging_product: 'whatsapp',
      to: '6281234567890',
      type: 'template',
      template: {
        name: 'lapak_order_paid',
        language: { code: 'en' },
        components: [{ parameters: [{ text: 'LP-1' }, { text: 'a b c' }, { text: '-' }] }],
      },
    })
  })
})

describe('what Telegram answers', () => {
  const open = (apiUrl: string) => createTelegramChannel({ apiUrl, botToken: SECRET, timeoutMs: PATIENCE_MS })
  test.each<[string, Parameters<typeof answering>, object]>([
    [
      'a rate limit',
      [429, { ok: false, parameters: { retry_after: 7 } }],
      { kind: 'not_sent', retryAfterMs: 7_000 },
    ],
    ['a chat that is gone', [400, { ok: false, description: 'chat not found' }], { kind: 'refused' }],
    ['a bot that was thrown out', [403, { ok: false }], { kind: 'refused' }],
    ['a wrong token', [401, { ok: false }], { kind: 'not_sent' }],
    ['a fault of its own', [502, '<html>'], { kind: 'unknown' }],
    ['success in somebody else’s words', [200, '<html>'], { kind: 'unknown' }],
  ])('%s', async (_name, answer, expected) => {
    const { outcome } = await outcomeOf(open, answer, anyMessage('-1'))
    expect(outcome).toMatchObject(expected)
    expect(JSON.stringify(outcome)).not.toContain(SECRET)
  })
})

describe('what a mail server answers', () => {
  let inbox: Awaited<ReturnType<typeof startInbox>>
  let channel: MessageChannel
  beforeAll(async () => {
    inbox = await startInbox('SMTP')
    const timeouts = { connectMs: PATIENCE_MS, totalMs: PATIENCE_MS }
    channel = createMailChannel({ smtpUrl: inbox.smtp, from: 'Lapak <toko@shop.example>', timeouts })
  })
  afterAll(async () => {
    await channel.close?.()
    await inbox.stop()
  })

  test('451 after the message is a definite no for now', async () => {
    await inbox.setFaults([{ fault: 'http_500', times: 1 }])
    expect(await channel.send(anyMessage('ani@mail.example'))).toMatchObject({ kind: 'not_sent' })
  })

  test.each(['not an address', 'ani@mail.example, all@mail.example', '<ani@mail.example>', 'ani@'])(
    '%s is no address: nobody is asked, nothing goes out',
    async (to) => {
      await inbox.setFaults([])
      await inbox.reset()
      expect(await channel.send(anyMessage(to))).toMatchObject({ kind: 'refused' })
      expect(await inbox.received()).toEqual([])
    },
  )
})
