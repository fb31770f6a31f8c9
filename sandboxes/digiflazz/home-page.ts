import { escapeHtml, formatRupiah, htmlPage } from '../html.ts'
import type { Digiflazz } from './digiflazz-state.ts'

/** Transactions shown; older ones are in `/_sandbox/orders`. */
const MAX_ROWS = 50

/** Returns the page at `/`: balance and the newest transactions. */
export function renderHomePage(df: Digiflazz): string {
  const rows = [...df.transactions.values()]
    .slice(-MAX_ROWS)
    .reverse()
    .map(
      (
        entry,
      ) => `<tr><td>${escapeHtml(entry.refId)}<br><span class="soft">${escapeHtml(entry.code)}</span></td>
<td>${escapeHtml(entry.customer)}</td><td>${escapeHtml(entry.status)} ${escapeHtml(entry.rc)}<br><span class="soft">${escapeHtml(entry.sn || entry.message)}</span></td></tr>`,
    )
  const table = `<table><thead><tr><th>Transaksi</th><th>Tujuan</th><th>Status</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  return htmlPage(
    'Digiflazz (simulasi)',
    `<p><span class="badge">Simulasi</span></p><h1>Digiflazz</h1>
<section class="card"><p class="soft">Saldo</p><p class="amount">${formatRupiah(df.settings.balance)}</p>
<p class="soft">${df.products.length} produk prabayar, ${df.postpaid.length} pascabayar ·
<a href="/_sandbox/orders">transaksi</a> · <a href="/_sandbox/webhooks">webhook</a></p></section>
<section class="card">${rows.length > 0 ? table : '<p>Belum ada transaksi.</p>'}</section>`,
  )
}
