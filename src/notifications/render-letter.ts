import type { Locale, MessagePreview } from './message-view.ts'
import type { Letter } from './templates/letter.ts'
import { say } from './templates/words.ts'

/** The shop as a message shows it. */
export type Sender = { shop: string; supportEmail: string }

/** Longer subjects are cut by every mailbox. */
const MAX_SUBJECT = 120

/** The letter as a mail: subject, plain text and HTML. Everything that is not ours is escaped. */
export function renderLetter(letter: Letter, sender: Sender, locale: Locale): MessagePreview {
  return {
    subject: oneLine(letter.subject).slice(0, MAX_SUBJECT),
    text: renderText(letter, sender, locale),
    html: renderHtml(letter, sender, locale),
  }
}

/** The letter as a chat message: what has to be known, and the link. */
export function renderChat(letter: Letter): string {
  const parts = [oneLine(letter.title), ...letter.paragraphs.map(printable), ...factLines(letter)]
  return [...parts, ...(letter.action ? [`${letter.action.label}: ${letter.action.url}`] : [])].join('\n\n')
}

function renderText(letter: Letter, sender: Sender, locale: Locale): string {
  const facts = letter.facts.map(([label, value]) => `${label}: ${printable(value).replaceAll('\n', '; ')}`)
  return [
    oneLine(letter.title),
    ...letter.paragraphs.map(printable),
    ...(facts.length > 0 ? [facts.join('\n')] : []),
    ...(letter.action ? [`${letter.action.label}:\n${letter.action.url}`] : []),
    `${oneLine(sender.shop)} · ${footer(sender, locale)}`,
  ].join('\n\n')
}

function factLines(letter: Letter): string[] {
  if (letter.facts.length === 0) return []
  return [
    letter.facts.map(([label, value]) => `${label}: ${printable(value).replaceAll('\n', '; ')}`).join('\n'),
  ]
}

function footer(sender: Sender, locale: Locale): string {
  return say(
    locale,
    `Perlu bantuan? Tulis ke ${sender.supportEmail}.`,
    `Need help? Write to ${sender.supportEmail}.`,
  )
}

/**
 * A plain column of blocks: it reads at 320 px and without style sheets. Dark by itself, and marked so that a mailbox
 * that inverts colours leaves it alone; every text keeps its contrast on a background that was not applied.
 */
function renderHtml(letter: Letter, sender: Sender, locale: Locale): string {
  const paragraphs = letter.paragraphs.map((text) => `<p style="${STYLE.text}">${markup(text)}</p>`)
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<meta name="supported-color-schemes" content="dark">
<title>${markup(oneLine(letter.subject))}</title>
</head>
<body bgcolor="#0a0a0b" style="${STYLE.page}">
<div role="article" lang="${locale}" style="${STYLE.column}">
<p style="${STYLE.brand}">${markup(oneLine(sender.shop))}</p>
<div style="${STYLE.card}">
<h1 style="${STYLE.title}">${markup(letter.title)}</h1>
${paragraphs.join('\n')}
${letter.action === undefined ? '' : renderAction(letter.action)}
${letter.facts.map(renderFact).join('\n')}
${letter.action === undefined ? '' : renderAddress(letter.action.url, locale)}
</div>
<p style="${STYLE.footer}">${markup(footer(sender, locale))}</p>
</div>
</body>
</html>
`
}

function renderFact([label, value]: [string, string]): string {
  return `<p style="${STYLE.fact}"><span style="${STYLE.label}">${markup(label)}</span><br>${markup(value)}</p>`
}

function renderAction({ label, url }: NonNullable<Letter['action']>): string {
  return `<p style="${STYLE.actionRow}"><a href="${markup(url)}" style="${STYLE.action}">${markup(label)}</a></p>`
}

/** For readers whose mailbox shows no buttons. */
function renderAddress(url: string, locale: Locale): string {
  const address = markup(url)
  const otherwise = say(locale, 'Tombol tidak bekerja? Buka', 'Button does not work? Open')
  return `<p style="${STYLE.address}">${otherwise} <a href="${address}" style="${STYLE.link}">${address}</a></p>`
}

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
const STYLE = {
  page: 'margin:0;padding:0;background-color:#0a0a0b;color:#f6f4ee;color-scheme:dark',
  column: `max-width:560px;margin:0 auto;padding:24px 16px;background-color:#0a0a0b;${FONT}`,
  brand: 'margin:0 0 16px;font-size:18px;font-weight:700;color:#d4af37',
  card: 'background-color:#141318;border:1px solid #2c2a35;border-radius:16px;padding:24px 20px',
  title: 'margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:700;color:#f6f4ee',
  text: 'margin:0 0 16px;font-size:16px;line-height:1.6;color:#f6f4ee',
  fact: 'margin:0;padding:10px 0;border-top:1px solid #2c2a35;font-size:16px;line-height:1.5;color:#f6f4ee;overflow-wrap:anywhere',
  label: 'font-size:13px;color:#b3afbf',
  actionRow: 'margin:20px 0 24px',
  action:
    'display:block;padding:14px 20px;border-radius:12px;background-color:#d4af37;color:#0a0a0b;font-size:16px;font-weight:700;text-align:center;text-decoration:none',
  address:
    'margin:0;padding:12px 0 0;border-top:1px solid #2c2a35;font-size:13px;line-height:1.5;color:#b3afbf;overflow-wrap:anywhere',
  link: 'color:#bda2ff',
  footer: 'margin:16px 0 0;font-size:13px;line-height:1.5;color:#b3afbf',
} as const

/** Text as HTML content or attribute value; line breaks stay. */
function markup(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('\n', '<br>')
}

/** The text without control characters and marks that reverse or hide what follows; line breaks stay. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu, (sign) =>
    sign === '\n' ? sign : '',
  )
}

function oneLine(text: string): string {
  return printable(text).replaceAll('\n', ' ').trim()
}
