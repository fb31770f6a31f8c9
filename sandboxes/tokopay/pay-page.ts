import { escapeHtml, formatRupiah, htmlPage } from '../html.ts'
import { qrSvg } from '../qr-image.ts'
import type { Bill } from './bill.ts'
import { PAY_PAGE_TEXTS, type PayPageLanguage, type PayPageTexts } from './pay-page-texts.ts'

/** What the page shows: the bill as it stands, in one language. */
export type PayPage = { bill: Bill; status: string; language: PayPageLanguage; backUrl: string }

/** Returns the payment page for people: plain forms, no script needed. */
export function renderPayPage(page: PayPage): string {
  const { bill, language } = page
  const texts = PAY_PAGE_TEXTS[language]
  const other = language === 'id' ? 'en' : 'id'
  const body = `<p><span class="badge">${texts.badge}</span></p>
<header class="card"><p class="soft">${texts.total}</p><p class="amount">${formatRupiah(bill.asked)}</p>
<p class="soft">${texts.order} <strong>${escapeHtml(bill.refId)}</strong></p>${itemList(bill)}</header>
<section class="card" aria-labelledby="stage"><h1 id="stage">${texts.title}</h1>${stageHtml(page, texts)}</section>
<a class="button" href="${escapeHtml(page.backUrl)}">${texts.back}</a>
<p class="soft"><a href="?lang=${other}" lang="${other}" hreflang="${other}">${texts.otherLanguage}</a></p>`
  return htmlPage(`${texts.title} ${formatRupiah(bill.asked)} · Tokopay`, body, { language })
}

function itemList({ items }: Bill): string {
  const rows = items.map(({ name, price }) => `<dt>${escapeHtml(name)}</dt><dd>${formatRupiah(price)}</dd>`)
  return rows.length === 0 ? '' : `<dl>${rows.join('')}</dl>`
}

function stageHtml({ bill, status, language, backUrl }: PayPage, texts: PayPageTexts): string {
  if (status === 'Success' || status === 'Completed') {
    return `<p class="good" role="status"><strong>${texts.paid}</strong></p><p class="soft">${texts.thanks}</p>
<a class="button primary" href="${escapeHtml(backUrl)}">${texts.continue}</a>`
  }
  if (status !== 'Unpaid') {
    const reason = status === 'Expired' ? texts.expired : texts.closed
    return `<p class="bad" role="status"><strong>${reason}</strong></p><p class="soft">${texts.newPayment}</p>`
  }
  return `<p><strong>${escapeHtml(bill.channel.label)}</strong></p>${payloadHtml(bill, texts)}
<p class="soft">${texts.before} <strong>${formatDeadline(bill.expiresAt, language)} WIB</strong></p>
<form method="post" action="/pay/${escapeHtml(bill.trxId)}?lang=${language}"><button type="submit" class="primary">${texts.pay}</button></form>`
}

function payloadHtml(bill: Bill, texts: PayPageTexts): string {
  if (bill.qrString) {
    return `<figure class="qr" role="img" aria-label="${texts.qrLabel}">${qrSvg(bill.qrString)}</figure>
<p class="soft" style="text-align:center">${texts.qrHint}</p>`
  }
  if (bill.number) {
    return `<p class="soft">${texts.numberLabel}</p><p class="code" data-testid="payment-number">${bill.number}</p>`
  }
  return `<p class="soft">${texts.walletHint}</p>`
}

function formatDeadline(time: Date, language: PayPageLanguage): string {
  const locale = language === 'id' ? 'id-ID' : 'en-GB'
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Asia/Jakarta',
  }).format(time)
}
