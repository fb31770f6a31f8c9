/** How a message reaches somebody. */
export type Channel = 'email' | 'whatsapp' | 'telegram'

/** Language of a message. */
export type Locale = 'id' | 'en'

/** What is told; each has a text in both languages. */
export type TemplateName =
  | 'order-waiting'
  | 'order-paid'
  | 'order-delivered'
  | 'order-partial'
  | 'order-failed'
  | 'payment-surplus'
  | 'refund-started'
  | 'refund-done'
  | 'refund-needs-account'
  | 'line-needs-input'
  | 'invite-sent'
  | 'membership-ending'
  | 'credential-changed'
  | 'incident-opened'
  | 'incident-resolved'

export type MessageState = 'WAITING' | 'SENDING' | 'SENT' | 'UNKNOWN' | 'FAILED' | 'SKIPPED'

/** A message as the log shows it: the recipient is masked. */
export type MessageView = {
  id: string
  template: TemplateName
  channel: Channel
  recipient: string
  locale: 'id' | 'en'
  orderNumber: string | null
  state: MessageState
  tries: number
  detail: string | null
  createdAt: string
  sentAt: string | null
}

/** A message as it would be sent. */
export type MessagePreview = { subject: string; text: string; html: string }
