import type { ConfigReader } from './config-reader.ts'
import { Secret } from './secret.ts'

/** By which ways people are told what happened; null for those that are not configured. */
export type MessagesConfig = {
  smtpUrl: Secret | null
  /** Whether mail goes to an encrypting server only: passwords and letters pass networks of others. */
  smtpRequireTls: boolean
  /** `Name <address>`; set when `smtpUrl` is. */
  mailFrom: string | null
  whatsApp: { apiUrl: string; token: Secret } | null
  telegram: { apiUrl: string; botToken: Secret; chatId: string } | null
}

/** Numbers and tokens of the demo; nobody has them. */
const DEMO_MAIL_FROM = 'Lapak <toko@example.com>'
const DEMO_WHATSAPP_NUMBER = '100000000000000'
const DEMO_WHATSAPP_TOKEN = 'demo-whatsapp-token'
const DEMO_TELEGRAM_TOKEN = '1000000000:demo-telegram-token'
const DEMO_TELEGRAM_CHAT = '-1000000000'

const TELEGRAM_URL = 'https://api.telegram.org'

type Options = { production: boolean; isLocal(url: string): boolean }

/** Reads the variables of mail, WhatsApp and Telegram; `isLocal` tells addresses of this machine. */
export function readMessages(read: ConfigReader, { production, isLocal }: Options): MessagesConfig {
  const smtp = read.url('SMTP_URL', ['smtp:', 'smtps:'])
  const mailFrom = read.text('MAIL_FROM')
  if (smtp !== undefined && mailFrom === undefined) {
    read.mistake('MAIL_FROM', 'wajib diisi bila SMTP_URL diisi', 'is required when SMTP_URL is set')
  }
  if (mailFrom !== undefined && !/^[^<>\r\n]*<?[^\s<>@]+@[^\s<>@]+>?$/.test(mailFrom)) {
    read.mistake('MAIL_FROM', 'harus berupa Nama <alamat>', 'must have the form Name <address>')
  }
  const whatsAppUrl = read.url('WHATSAPP_API_URL')
  const whatsApp = read.together(['WHATSAPP_API_URL', 'WHATSAPP_TOKEN'])
  const telegram = read.together(['TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID'])
  const telegramUrl = read.url('TELEGRAM_API_URL') ?? TELEGRAM_URL
  if (production) {
    requireHttps(read, 'WHATSAPP_API_URL', whatsAppUrl, isLocal)
    requireHttps(read, 'TELEGRAM_API_URL', telegramUrl, isLocal)
    refuseDemo(read, 'WHATSAPP_TOKEN', whatsApp?.[1], DEMO_WHATSAPP_TOKEN)
    refuseDemo(read, 'TELEGRAM_BOT_TOKEN', telegram?.[0], DEMO_TELEGRAM_TOKEN)
  }
  return {
    smtpUrl: smtp === undefined ? null : new Secret(smtp),
    smtpRequireTls: production && smtp !== undefined && !isLocal(smtp),
    mailFrom: mailFrom ?? null,
    whatsApp: whatsApp && whatsAppUrl ? { apiUrl: whatsAppUrl, token: new Secret(whatsApp[1]) } : null,
    telegram: telegram
      ? { apiUrl: telegramUrl, botToken: new Secret(telegram[0]), chatId: telegram[1] }
      : null,
  }
}

/** Tokens stand in headers and addresses of the calls: without encryption everybody on the way reads them. */
function requireHttps(
  read: ConfigReader,
  variable: 'WHATSAPP_API_URL' | 'TELEGRAM_API_URL',
  url: string | undefined,
  isLocal: Options['isLocal'],
): void {
  if (url === undefined || url.startsWith('https:') || isLocal(url)) return
  read.mistake(variable, 'harus memakai https di production', 'must use https in production')
}

function refuseDemo(
  read: ConfigReader,
  variable: 'WHATSAPP_TOKEN' | 'TELEGRAM_BOT_TOKEN',
  value: string | undefined,
  demo: string,
): void {
  if (value === demo) read.mistake(variable, 'masih nilai demo', 'is still the demo value')
}

/** The variables of a demo whose messages go to the sandbox; empty where there is none. */
export function messagesDemo(sandboxes: Readonly<Record<string, string>>): Record<string, string> {
  const { messages, smtp } = sandboxes
  if (messages === undefined || smtp === undefined) return {}
  return {
    SMTP_URL: smtp,
    MAIL_FROM: DEMO_MAIL_FROM,
    WHATSAPP_API_URL: `${messages}/v21.0/${DEMO_WHATSAPP_NUMBER}`,
    WHATSAPP_TOKEN: DEMO_WHATSAPP_TOKEN,
    TELEGRAM_API_URL: messages,
    TELEGRAM_BOT_TOKEN: DEMO_TELEGRAM_TOKEN,
    TELEGRAM_CHAT_ID: DEMO_TELEGRAM_CHAT,
  }
}
