import { BrokenCircuitError, CircuitState, circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import { createTransport } from 'nodemailer'
import type { MessageChannel, OutgoingMessage, SendOutcome } from '../../notifications/ports.ts'
import { failpoint } from '../../platform/failpoint.ts'
import { isTroubleOfServer, outcomeOfFailure } from './smtp-failure.ts'

export type MailOptions = {
  /** `smtp://` or `smtps://` with user and password. */
  smtpUrl: string
  /** `Name <address>`. */
  from: string
  /** Sends nothing to a server that does not encrypt; without it, encryption is used where it is offered. */
  requireTls?: boolean
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

/** So many messages in a row that the server itself failed, and the others stop waiting for it, too. */
const BREAK_AFTER = 3
/** Then one message tries again. Shorter than the first waits of a message, which hold the worker for nothing. */
const HALF_OPEN_AFTER_MS = 30_000
const RESTING: SendOutcome = {
  kind: 'not_sent',
  detail: 'the mail server fails again and again',
  retryAfterMs: HALF_OPEN_AFTER_MS,
}

/** A failure that counts for the circuit. */
class ServerFailed extends Error {
  readonly outcome: SendOutcome
  constructor(outcome: SendOutcome) {
    super('the mail server failed')
    this.outcome = outcome
  }
}

/** One address, without a name, a list or anything a header could take for more. */
const ADDRESS = /^[^\s<>,;:"()@]+@[^\s<>,;:"()@]+$/

/**
 * E-mail over SMTP. Repeatable: a message carries the same Message-ID over all tries, and mailboxes show one copy of it.
 * Mail goes to one recipient each. A server that fails again and again is left alone for a while: it may take a minute
 * to say nothing, and whoever waits for it could send other news.
 */
export function createMailChannel(options: MailOptions): MessageChannel {
  const { connectMs, totalMs } = options.timeouts ?? {
    connectMs: CONNECT_TIMEOUT_MS,
    totalMs: TOTAL_TIMEOUT_MS,
  }
  const transport = createTransport({
    url: options.smtpUrl,
    requireTLS: options.requireTls ?? false,
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
  const circuit = circuitBreaker(handleAll, {
    halfOpenAfter: HALF_OPEN_AFTER_MS,
    breaker: new ConsecutiveBreaker(BREAK_AFTER),
  })
  const domain = domainOf(options.from)
  return {
    channel: 'email',
    repeatable: true,
    async send(message) {
      if (!ADDRESS.test(message.to)) return { kind: 'refused', detail: 'not an address' }
      // One message tries the server again; behind it others would wait as long as the server says nothing.
      if (circuit.state === CircuitState.HalfOpen) return RESTING
      try {
        return await circuit.execute(() => sendOnce(message))
      } catch (error) {
        if (error instanceof ServerFailed) return error.outcome
        if (error instanceof BrokenCircuitError) return RESTING
        throw error
      }
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

  async function sendOnce(message: OutgoingMessage): Promise<SendOutcome> {
    failpoint('mail.call')
    const { outcome, isTrouble } = await sendWithin(message)
    failpoint('mail.answered')
    if (isTrouble) throw new ServerFailed(outcome)
    return outcome
  }

  async function sendWithin(message: OutgoingMessage): Promise<{ outcome: SendOutcome; isTrouble: boolean }> {
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
      return { outcome: { kind: 'sent', providerRef: info.messageId }, isTrouble: false }
    } catch (error) {
      return { outcome: outcomeOfFailure(error), isTrouble: isTroubleOfServer(error) }
    }
  }
}

/** The right half of the Message-ID: the sender's domain, which the shop owns. */
function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'lapak.invalid'
}
