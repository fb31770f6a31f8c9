import { escapeHtml, htmlPage } from '../html.ts'
import { publicPath } from './blob-answer.ts'
import type { BlobState } from './blob-state.ts'

/** Files shown; the state route counts all. */
const MAX_SHOWN = 200

/** Returns the page of stored files, newest first. */
export function renderFilesPage(state: BlobState): string {
  const files = [...state.files.values()].slice(-MAX_SHOWN).reverse()
  const rows = files.map((file) => {
    const path = escapeHtml(publicPath(state, file.pathname))
    const preview = file.contentType.startsWith('image/')
      ? `<img src="${path}" alt="" loading="lazy" width="64" height="64" style="object-fit:contain">`
      : ''
    return `<tr><td>${preview}</td><td><a href="${path}">${escapeHtml(file.pathname)}</a></td>
<td>${escapeHtml(file.contentType)}</td><td>${file.body.byteLength}</td><td>${escapeHtml(file.uploadedAt)}</td></tr>`
  })
  return htmlPage(
    'Berkas (simulasi)',
    `<p><span class="badge">Simulasi</span></p><h1>Penyimpanan berkas</h1>
<p class="soft">${state.files.size} berkas · <a href="/_sandbox/state">JSON</a></p>
<table><thead><tr><th></th><th>Nama</th><th>Jenis</th><th>Byte</th><th>Diunggah</th></tr></thead>
<tbody>${rows.join('') || '<tr><td colspan="5">Belum ada berkas.</td></tr>'}</tbody></table>`,
  )
}
