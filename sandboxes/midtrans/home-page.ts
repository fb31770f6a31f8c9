import { escapeHtml, formatRupiah, htmlPage } from '../html.ts'
import type { Midtrans } from './midtrans-state.ts'

/** Payments shown; older ones are in `/_sandbox/state`. */
const MAX_ROWS = 50

/** Returns the page at `/`: the newest payments, each with a link to pay it. */
export function renderHomePage(midtrans: Midtrans): string {
  const open = [...midtrans.tokens.values()]
    .filter((token) => !token.transactionId && !token.canceledAt)
    .map((token) =>
      row(`/snap/v4/redirection/${token.token}`, token.orderId, token.grossAmount, 'belum memilih'),
    )
  const made = midtrans.transactions.map((transaction) =>
    row(
      transaction.snapToken
        ? `/snap/v4/redirection/${transaction.snapToken}`
        : `/simulator/${transaction.transactionId}`,
      transaction.orderId,
      transaction.grossAmount,
      `${transaction.paymentType} · ${transaction.status}`,
    ),
  )
  const rows = [...made, ...open].reverse().slice(0, MAX_ROWS)
  const table = `<table><thead><tr><th>Pesanan</th><th>Jumlah</th><th>Status</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  return htmlPage(
    'Midtrans (simulasi)',
    `<p><span class="badge">Simulasi</span></p><h1>Midtrans</h1>
<p class="soft">Buka pesanan untuk membayarnya. <a href="/_sandbox/state">state</a> · <a href="/_sandbox/webhooks">webhook</a></p>
<section class="card">${rows.length > 0 ? table : '<p>Belum ada pembayaran.</p>'}</section>`,
  )
}

function row(href: string, orderId: string, amount: number, status: string): string {
  return `<tr><td><a href="${escapeHtml(href)}">${escapeHtml(orderId)}</a></td><td>${formatRupiah(amount)}</td><td>${escapeHtml(status)}</td></tr>`
}
