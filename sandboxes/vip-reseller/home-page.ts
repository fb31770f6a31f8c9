import { escapeHtml, formatRupiah, htmlPage } from '../html.ts'
import type { Vip } from './vip-state.ts'

/** Orders shown; older ones are in `/_sandbox/orders`. */
const MAX_ROWS = 50

/** Returns the page at `/`: balance and the newest orders. */
export function renderHomePage(vip: Vip): string {
  const rows = vip.orders
    .slice(-MAX_ROWS)
    .reverse()
    .map(
      (
        order,
      ) => `<tr><td>${escapeHtml(order.trxid)}<br><span class="soft">${escapeHtml(order.service)}</span></td>
<td>${escapeHtml(order.target)} ${escapeHtml(order.zone)}</td><td>${escapeHtml(order.status)}<br><span class="soft">${escapeHtml(order.note)}</span></td></tr>`,
    )
  const table = `<table><thead><tr><th>Pesanan</th><th>Tujuan</th><th>Status</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  return htmlPage(
    'VIP-Reseller (simulasi)',
    `<p><span class="badge">Simulasi</span></p><h1>VIP-Reseller</h1>
<section class="card"><p class="soft">Saldo</p><p class="amount">${formatRupiah(vip.settings.balance)}</p>
<p class="soft">${vip.games.length} layanan game, ${vip.prepaid.length} prabayar ·
<a href="/_sandbox/orders">pesanan</a> · <a href="/_sandbox/webhooks">webhook</a></p></section>
<section class="card">${rows.length > 0 ? table : '<p>Belum ada pesanan.</p>'}</section>`,
  )
}
