import { renderToStaticMarkup } from 'react-dom/server'
import { ServerRouter, type EntryContext } from 'react-router'

// The server reads the context keys from the built bundle (`build.entry.module`): a key is compared by
// identity, so a second copy imported from the sources would never match.
export { appContext, visitorContext } from './app-context.ts'

/**
 * The page as one HTML document. Shop pages are not hydrated, so the markup is rendered without React's
 * marker comments, in one go: smaller and quicker than a stream for documents of this size.
 */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  routerContext: EntryContext,
): Response {
  headers.set('Content-Type', 'text/html; charset=utf-8')
  if (status >= 400) headers.set('Cache-Control', 'no-store')
  if (request.method === 'HEAD') return new Response(null, { status, headers })
  const markup = renderToStaticMarkup(<ServerRouter context={routerContext} url={request.url} />)
  return new Response(`<!doctype html>${markup}`, { status, headers })
}
