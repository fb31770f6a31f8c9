import { escapeHtml, htmlPage } from '../html.ts'
import type { Channel, Message } from './message.ts'

/** Messages shown; older ones are in `/messages`. */
const MAX_SHOWN = 100
const CHANNEL_NAMES: Record<Channel, string> = { email: 'E-mail', whatsapp: 'WhatsApp', telegram: 'Telegram' }

/** Returns the inbox page: newest first, mails with their HTML in a frame that runs no scripts. */
export function renderMessagesPage(messages: readonly Message[]): string {
  const cards = messages.slice(-MAX_SHOWN).reverse().map(card)
  return htmlPage(
    'Pesan (simulasi)',
    `<p><span class="badge">Simulasi</span></p><h1>Pesan keluar</h1>
<p class="soft">${messages.length} pesan · <a href="/messages">JSON</a></p>${cards.join('') || '<p>Belum ada pesan.</p>'}`,
    // Links inside messages (reset password, tracking) open in a tab of their own.
    { head: '<base target="_blank">' },
  )
}

function card(message: Message): string {
  const plain = `<pre>${linked(message.text)}</pre>`
  const asText = message.text ? `<details><summary class="soft">Versi teks</summary>${plain}</details>` : ''
  const body = message.html
    ? `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="Isi pesan" style="width:100%;height:24rem;border:1px solid var(--line);border-radius:12px;background:#fff" srcdoc="${escapeHtml(`<base target="_blank">${message.html}`)}"></iframe>${asText}`
    : plain
  return `<article class="card"><p class="soft">${CHANNEL_NAMES[message.channel]} · ${escapeHtml(message.at)}</p>
<h2 style="margin-top:0">${escapeHtml(message.subject || message.to.join(', '))}</h2>
<p class="soft">Kepada ${escapeHtml(message.to.join(', '))} · dari ${escapeHtml(message.from)}</p>${body}</article>`
}

function linked(text: string): string {
  return escapeHtml(text).replace(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url}</a>`)
}
