import { escapeHtml, formatRupiah, htmlPage } from '../html.ts'
import { statusOf } from './bill.ts'
import type { Tokopay } from './tokopay-state.ts'

/** Bills shown; older ones are in `/_sandbox/state`. */
const MAX_ROWS = 50

/** Returns the page at `/`: the newest bills, each with a link to pay it. */
export function renderHomePage(tokopay: Tokopay): string {
  const bills = [...tokopay.bills.values()].slice(-MAX_ROWS).reverse()
  const rows = bills.map(
    (bill) =>
      `<tr><td><a href="/pay/${bill.trxId}">${escapeHtml(bill.refId)}</a></td><td>${formatRupiah(bill.asked)}</td><td>${escapeHtml(`${bill.channel.code} · ${statusOf(tokopay, bill)}`)}</td></tr>`,
  )
  const table = `<table><thead><tr><th>Pesanan</th><th>Jumlah</th><th>Status</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  return htmlPage(
    'Tokopay (simulasi)',
    `<p><span class="badge">Simulasi</span></p><h1>Tokopay</h1>
<p class="soft">Buka pesanan untuk membayarnya. <a href="/_sandbox/state">state</a> · <a href="/_sandbox/webhooks">webhook</a></p>
<section class="card">${rows.length > 0 ? table : '<p>Belum ada pembayaran.</p>'}</section>`,
  )
}
