import { escapeHtml } from '../escape-html.ts'
import { problemCodes, PROBLEMS } from '../problems.ts'

/** The page the `type` of every problem leads to: one anchor per code. */
export function renderProblemsPage(): string {
  const entries = problemCodes().map((code) => {
    const { status, title, titleEn, doc } = PROBLEMS[code]
    return `<section id="${code}"><h2><code>${code}</code> <small>${status}</small></h2><p>${escapeHtml(titleEn)} · <span lang="id">${escapeHtml(title)}</span></p><p>${withCode(doc)}</p></section>`
  })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Problems · Lapak</title><link rel="stylesheet" href="/api/docs/reference.css"></head><body><main class="text"><h1>Problems</h1>${entries.join('')}</main></body></html>`
}

function withCode(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}
