import { readFileSync } from 'node:fs'
import { ok } from '#shared/result.ts'
import { etagOf, hasVersion } from '../etag.ts'
import { buildOpenApi } from '../openapi.ts'
import { renderProblemsPage } from './problems-page.ts'
import type { Reply } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

/** The documentation changes with a release; browsers ask each time and get 304. */
const REVALIDATE = 'no-cache'

/** The OpenAPI document, the interactive reference that reads it, and the page problems point to. */
export function documentationRoutes(routes: readonly Route[], appUrl: string): Route[] {
  const fixed = fixedPages()
  const pages = [fixed.page, fixed.script, fixed.style, problemsPage()]
  const document: Route = jsonDocument(() =>
    JSON.stringify(buildOpenApi([...routes, document, ...pages], appUrl)),
  )
  return [document, ...pages]
}

function jsonDocument(build: () => string): Route {
  let body: string | undefined
  return defineRoute({
    method: 'get',
    path: '/api/openapi.json',
    id: 'openApi',
    tag: 'System',
    summary: 'This document',
    access: 'public',
    headers: 'api',
    answers: {
      200: { description: 'OpenAPI 3.1', contentType: 'application/json' },
      304: { description: 'Unchanged' },
    },
    problems: [],
    handle: async (_input, { request }) => {
      body ??= build()
      return ok(unchangedOr(request, body, 'application/json; charset=utf-8'))
    },
  })
}

function fixedPages() {
  return {
    page: fixedFile('/api/docs', 'index.html', 'text/html', 'Interactive reference'),
    script: fixedFile('/api/docs/reference.js', 'reference.js', 'text/javascript', 'Script of the reference'),
    style: fixedFile('/api/docs/reference.css', 'reference.css', 'text/css', 'Style of the reference'),
  }
}

function fixedFile(path: `/${string}`, file: string, type: string, summary: string): Route {
  const body = readFileSync(new URL(`../reference/${file}`, import.meta.url), 'utf8')
  return staticRoute(path, body, type, summary)
}

function problemsPage(): Route {
  return staticRoute('/problems', renderProblemsPage(), 'text/html', 'What each problem code means')
}

function staticRoute(path: `/${string}`, body: string, type: string, summary: string): Route {
  return defineRoute({
    method: 'get',
    path,
    id: path.slice(1).replaceAll(/[^a-z]+/g, '-'),
    tag: 'System',
    summary,
    access: 'public',
    headers: 'reference',
    answers: { 200: { description: summary, contentType: type }, 304: { description: 'Unchanged' } },
    problems: [],
    handle: async (_input, { request }) => ok(unchangedOr(request, body, `${type}; charset=utf-8`)),
  })
}

function unchangedOr(request: Request, body: string, contentType: string): Reply {
  const headers = { etag: etagOf(body), 'cache-control': REVALIDATE }
  if (hasVersion(request, headers.etag)) return { status: 304, headers, body: null }
  return { status: 200, headers: { 'content-type': contentType, ...headers }, body }
}
