import { Hono } from 'hono'
import { escapeHtml, htmlPage } from './html.ts'

/** One provider as shown on the index page. */
export type IndexEntry = { name: string; title: string; url: string; besideUrls: Record<string, string> }

/** Returns the app of the index port: a page for people, the same list as JSON at `/index.json`. */
export function createIndexApp(entries: () => IndexEntry[]): Hono {
  const app = new Hono()
  app.get('/', (c) => c.html(indexPage(entries())))
  app.get('/index.json', (c) =>
    c.json({
      sandboxes: Object.fromEntries(
        entries().flatMap((entry) => [[entry.name, entry.url], ...Object.entries(entry.besideUrls)]),
      ),
    }),
  )
  return app
}

function indexPage(entries: IndexEntry[]): string {
  const cards = entries.map(({ title, url, besideUrls }) => {
    const beside = Object.values(besideUrls).map((other) => `<p class="soft">${escapeHtml(other)}</p>`)
    return `<section class="card"><h2 style="margin-top:0">${escapeHtml(title)}</h2>
<p><a href="${escapeHtml(url)}/">${escapeHtml(url)}</a> · <a href="${escapeHtml(url)}/_sandbox/state">state</a></p>
${beside.join('')}</section>`
  })
  return htmlPage(
    'Sandbox Lapak',
    `<p><span class="badge">Simulasi</span></p><h1>Sandbox penyedia</h1>
<p class="soft">Tiruan lokal para penyedia. Tidak ada uang sungguhan di sini.</p>${cards.join('')}`,
  )
}
