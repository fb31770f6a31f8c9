import { createTransport } from 'nodemailer'
import type { MessageChannel, OutgoingMessage, SendOutcome } from '../../notifications/ports.ts'
import { failpoint } from '../../platform/failpoint.ts'
import { outcomeOfFailure } from './smtp-failure.ts'

export type MailOptions = {
  /** `smtp://` or `smtps://` with user and password. */
  smtpUrl: string
  /** `Name <address>`. */
  from: string
  timeouts?: { connectMs: number; totalMs: number }
}

/** Connections to the mail server; most allow few per account. */
const CONNECTIONS = 3
/** Messages of one connection, then a new one: servers end long sessions by themselves, mid-message. */
const MESSAGES_PER_CONNECTION = 50
const CONNECT_TIMEOUT_MS = 10_000
/** Greylisting servers wait before they answer; more than this is taken for lost, and within the claim's lease. */
const TOTAL_TIMEOUT_MS = 60_000
/** Silence inside a session. */
const SILENCE_TIMEOUT_MS = 30_000

/** One address, without a name, a list or anything a header could take for more. */
const ADDRESS = /^[^\s<>,;:"()@]+@[^\s<>,;:"()@]+$/

/**
 * E-mail over SMTP. Repeatable: a message carries the same Message-ID over all tries, and mailboxes show one copy of it.
 * Mail goes to one recipient each.
 */
export function createMailChannel(options: MailOptions): MessageChannel {
  const { connectMs, totalMs } = options.timeouts ?? {
    connectMs: CONNECT_TIMEOUT_MS,
    totalMs: TOTAL_TIMEOUT_MS,
  }
  const transport = createTransport({
    url: options.smtpUrl,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: MESSAGES_PER_CONNECTION,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    dnsTimeout: connectMs,
    socketTimeout: Math.min(SILENCE_TIMEOUT_MS, totalMs),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  // A connection that ends while idle is replaced by the next message.
  transport.on('error', () => undefined)
  const domain = domainOf(options.from)
  return {
    channel: 'email',
    repeatable: true,
    async send(message) {
      if (!ADDRESS.test(message.to)) return { kind: 'refused', detail: 'not an address' }
      failpoint('mail.call')
      const outcome = await sendWithin(message)
      failpoint('mail.answered')
      return outcome
    },
    async probe() {
      try {
        await transport.verify()
        return { ok: true, detail: 'menjawab / answers' }
      } catch (error) {
        return { ok: false, detail: error instanceof Error ? error.message : String(error) }
      }
    },
    close: async () => transport.close(),
  }

  async function sendWithin(message: OutgoingMessage): Promise<SendOutcome> {
    try {
      const info = await transport.sendMail({
        from: options.from,
        to: { name: '', address: message.to },
        messageId: `<${message.id}@${domain}>`,
        subject: message.subject,
        text: message.text,
        html: message.html,
        headers: {
          // Nobody's absence notice is an answer to the shop.
          'Auto-Submitted': 'auto-generated',
          'Content-Language': message.locale,
        },
        signal: AbortSignal.timeout(totalMs),
      })
      return { kind: 'sent', providerRef: info.messageId }
    } catch (error) {
      return outcomeOfFailure(error)
    }
  }
}

/** The right half of the Message-ID: the sender's domain, which the shop owns. */
function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'lapak.invalid'
}
