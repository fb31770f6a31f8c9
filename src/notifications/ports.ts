/** What a channel is given: everything is text already, and `id` stays the same over all tries. */
export type OutgoingMessage = {
  /** Unique per message for ever; mail carries it as Message-ID, so that a mailbox shows a repeat once. */
  id: string
  to: string
  subject: string
  text: string
  html: string
  locale: 'id' | 'en'
  /** Name of the template and its values in order, for channels that send approved templates only. */
  template: { name: string; values: readonly string[] }
}

/**
 * What came of sending. `unknown`: it may have gone out; only a channel that is `repeatable` sends it again.
 * `refused`: this recipient or text never works.
 */
export type SendOutcome =
  | { kind: 'sent'; providerRef: string }
  | { kind: 'refused'; detail: string }
  | { kind: 'not_sent'; detail: string; retryAfterMs?: number }
  | { kind: 'unknown'; detail: string }

/** A way to reach people. One adapter each. */
export type MessageChannel = {
  channel: 'email' | 'whatsapp' | 'telegram'
  /** The receiving side shows two copies of one id as one. */
  repeatable: boolean
  send(message: OutgoingMessage): Promise<SendOutcome>
  /** Whether the channel answers with our credentials; for `lapak doctor`. */
  probe(): Promise<{ ok: boolean; detail: string }>
  /** Lets go of idle connections; what is being sent is finished first. */
  close?(): Promise<void>
}
