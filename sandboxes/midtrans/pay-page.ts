import { escapeHtml, formatRupiah, htmlPage } from '../html.ts'
import { findMethod, type PaymentMethod } from './payment-methods.ts'
import { qrSvg } from '../qr-image.ts'
import type { Transaction } from './transaction.ts'

const deadline = new Intl.DateTimeFormat('id-ID', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'Asia/Jakarta',
})

/** What the pay page shows, by the state of the payment. */
export type PayPageStage =
  | { kind: 'choose'; methods: readonly PaymentMethod[]; isDeclined: boolean }
  | { kind: 'pay'; transaction: Transaction; canChange: boolean }
  | { kind: 'paid'; transaction: Transaction }
  | { kind: 'closed'; reason: string }

export type PayPage = {
  /** Path the forms post to. */
  basePath: string
  isEmbedded: boolean
  orderId: string
  grossAmount: number
  items: { name: string; price: number; quantity: number }[]
  backUrl: string
  finishUrl: string | undefined
  /** Message for the surrounding snap.js when the page is left; undefined on a page of its own. */
  leaveMessage: { event: string; result: unknown } | undefined
  stage: PayPageStage
}

/** Returns the payment page for people: plain forms, no script needed. */
export function renderPayPage(page: PayPage): string {
  const heading = page.stage.kind === 'choose' ? 'Pilih cara bayar' : 'Pembayaran'
  const body = `<p><span class="badge">Simulasi Midtrans · bukan uang sungguhan</span></p>
<header class="card"><p class="soft">Total pembayaran</p><p class="amount">${formatRupiah(page.grossAmount)}</p>
<p class="soft">Nomor pesanan <strong>${escapeHtml(page.orderId)}</strong></p>${itemList(page)}</header>
<section class="card" aria-labelledby="stage"><h1 id="stage">${heading}</h1>${stageHtml(page)}</section>
${leaveHtml(page)}`
  return htmlPage(`Bayar ${formatRupiah(page.grossAmount)} · Simulasi Midtrans`, body)
}

function itemList({ items }: PayPage): string {
  if (items.length === 0) return ''
  const rows = items.map(
    (item) =>
      `<dt>${escapeHtml(item.name)}${item.quantity > 1 ? ` × ${item.quantity}` : ''}</dt><dd>${formatRupiah(item.price * item.quantity)}</dd>`,
  )
  return `<details><summary class="soft">Rincian</summary><dl>${rows.join('')}</dl></details>`
}

function stageHtml(page: PayPage): string {
  switch (page.stage.kind) {
    case 'choose':
      return chooseHtml(page, page.stage)
    case 'pay':
      return instructionHtml(page, page.stage)
    case 'paid':
      return `<p class="good" role="status"><strong>Pembayaran berhasil.</strong></p>
<p class="soft">Terima kasih. Pesanan Anda sedang diproses oleh toko.</p>
<a class="button primary" href="${escapeHtml(page.finishUrl ?? page.backUrl)}">Lanjut ke toko</a>`
    case 'closed':
      return `<p class="bad" role="status"><strong>${escapeHtml(page.stage.reason)}</strong></p>
<p class="soft">Silakan kembali ke toko untuk membuat pembayaran baru.</p>`
  }
}

function chooseHtml(page: PayPage, stage: Extract<PayPageStage, { kind: 'choose' }>): string {
  const notice = stage.isDeclined
    ? `<p class="bad" role="status"><strong>Pembayaran ditolak.</strong> Silakan coba lagi atau pilih cara lain.</p>`
    : ''
  const methods = stage.methods.map(
    (method) => `<li><button type="submit" name="method" value="${escapeHtml(method.code)}">
<span>${escapeHtml(method.label)}<br><small>${escapeHtml(method.hint)}</small></span><span aria-hidden="true">›</span></button></li>`,
  )
  return `${notice}<form method="post" action="${formAction(page, 'method')}"><ul class="methods">${methods.join('')}</ul></form>`
}

function instructionHtml(
  page: PayPage,
  { transaction, canChange }: Extract<PayPageStage, { kind: 'pay' }>,
): string {
  const method = findMethod(transaction.methodCode)
  const change = canChange ? simpleForm(page, 'change', 'Ganti cara bayar', '') : ''
  return `<p><strong>${escapeHtml(method?.label ?? transaction.paymentType)}</strong></p>
${payloadHtml(transaction, method)}
<p class="soft">Bayar sebelum <strong>${deadline.format(transaction.expiryTime)} WIB</strong></p>
${simpleForm(page, 'pay', 'Bayar sekarang (simulasi)', 'primary')}
${simpleForm(page, 'decline', 'Tolak', 'bad')}
${change}`
}

function payloadHtml(transaction: Transaction, method: PaymentMethod | undefined): string {
  if (transaction.qrText) {
    return `<figure class="qr" role="img" aria-label="Kode QR pembayaran simulasi">${qrSvg(transaction.qrText)}</figure>
<p class="soft" style="text-align:center">Kode QR tiruan, tidak dapat dibayar dengan aplikasi sungguhan.</p>`
  }
  const biller = textField(transaction, 'biller_code')
  const company = biller ? `<p class="soft">Kode perusahaan</p><p class="code">${escapeHtml(biller)}</p>` : ''
  return `${company}<p class="soft">${escapeHtml(method?.numberLabel ?? 'Nomor pembayaran')}</p>
<p class="code" data-testid="payment-number">${escapeHtml(paymentNumber(transaction))}</p>`
}

/** Returns the number the payer types, whatever field the method keeps it in. */
function paymentNumber(transaction: Transaction): string {
  const accounts = transaction.methodFields.va_numbers as { va_number: string }[] | undefined
  const fields = ['permata_va_number', 'bill_key', 'payment_code']
  return accounts?.[0]?.va_number ?? fields.map((field) => textField(transaction, field)).join('')
}

function textField({ methodFields }: Transaction, name: string): string {
  const value = methodFields[name]
  return typeof value === 'string' ? value : ''
}

function simpleForm(page: PayPage, action: string, label: string, style: string): string {
  return `<form method="post" action="${formAction(page, action)}"><button type="submit" class="${style}">${label}</button></form>`
}

function formAction({ basePath, isEmbedded }: PayPage, action: string): string {
  return escapeHtml(`${basePath}/${action}${isEmbedded ? '?embedded=1' : ''}`)
}

/** A link on a page of its own; inside snap.js a button that tells the shop's page. */
function leaveHtml(page: PayPage): string {
  if (!page.isEmbedded) return `<a class="button" href="${escapeHtml(page.backUrl)}">Kembali ke toko</a>`
  // "<" is escaped so that no text of the shop can end the script element.
  const message = JSON.stringify({ source: 'midtrans-sandbox', ...page.leaveMessage }).replaceAll(
    '<',
    '\\u003c',
  )
  const isDone = page.stage.kind === 'paid'
  return `<button type="button" id="leave">Kembali ke toko</button>
<script>(function(){function leave(){parent.postMessage(${message},'*')}
document.getElementById('leave').addEventListener('click',leave)${isDone ? ';leave()' : ''}})()</script>`
}
