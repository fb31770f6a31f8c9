import { escapeHtml, htmlPage } from '../html.ts'
import type { Feed } from './feed-state.ts'
import { readRows } from './list-rows.ts'

/** Rows shown of each list. */
const SHOWN = 12

/** Returns the page at `/`: how much there is, and the first rows. */
export function renderHomePage(feed: Feed, origin: string): string {
  const window = { since: undefined, until: undefined }
  const { rows } = readRows(feed, 'products', origin, { from: 0, limit: SHOWN, window })
  const lines = rows.map((text) => {
    const row = JSON.parse(text) as Record<string, string>
    const cells = [row.id_produk, row.nama_produk, row.harga_umum].map((cell) => escapeHtml(cell ?? ''))
    return `<tr><td>${cells.join('</td><td>')}</td></tr>`
  })
  return htmlPage(
    'Feed reseller dan produk (simulasi)',
    `<p><span class="badge">Simulasi</span></p><h1>Feed reseller dan produk</h1>
<section class="card"><p>${feed.lists.resellers.count} reseller, ${feed.lists.products.count} produk,
${feed.pages} halaman diberikan</p></section>
<section class="card"><table><thead><tr><th>Id</th><th>Nama</th><th>Harga umum</th></tr></thead><tbody>${lines.join('')}</tbody></table></section>`,
  )
}
