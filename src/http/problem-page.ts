import type { Visitor } from '../app.ts'
import { escapeHtml } from './escape-html.ts'
import type { ProblemEntry } from './problems.ts'
import type { Reply } from './reply.ts'

/** True for a browser that opens a page, as opposed to a script or a program. */
export function wantsPage(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/html')
}

/**
 * A refusal as a small page for people: what happened and a way back. It needs no page build, because it is
 * shown when that is what failed.
 */
export function problemPage(
  refused: Reply,
  entry: ProblemEntry,
  locale: Visitor['locale'],
  requestId: string,
): Reply {
  const inEnglish = locale === 'en'
  const title = escapeHtml(inEnglish ? entry.titleEn : entry.title)
  const advice = inEnglish
    ? 'Nothing was lost. Go back and try again in a moment.'
    : 'Tidak ada yang hilang. Kembali dan coba lagi sebentar lagi.'
  const home = inEnglish ? 'To the shop' : 'Ke halaman toko'
  const body = `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><link rel="stylesheet" href="/api/docs/reference.css"></head><body><main class="text"><h1>${title}</h1><p>${advice}</p><p><a href="/">${home}</a></p><p><small>${requestId}</small></p></main></body></html>`
  return { ...refused, headers: { ...refused.headers, 'content-type': 'text/html; charset=utf-8' }, body }
}
