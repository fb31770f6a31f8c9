export type Channel = 'email' | 'whatsapp' | 'telegram'

/** A message that the shop sent, whatever way it came in. */
export type Message = {
  id: string
  channel: Channel
  at: string
  from: string
  to: string[]
  subject: string
  text: string
  html: string
  /** `Message-ID` of a mail; empty for the other channels. */
  messageId: string
  /** Everything else the channel brought: headers, template name, raw body. */
  details: Record<string, unknown>
}
