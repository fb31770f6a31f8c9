import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import {
  createRequestHandler,
  RouterContextProvider,
  type RouterContext,
  type ServerBuild,
} from 'react-router'
import type { App, Visitor } from '../app.ts'

/** Renders the page of a request for a visitor. */
export type PagesHandler = (request: Request, visitor: Visitor) => Promise<Response>

/** The keys under which pages find the domain; they must come from the same bundle as the pages. */
type PageContexts = { appContext: RouterContext<App>; visitorContext: RouterContext<Visitor> }

/**
 * The handler of the pages built into `buildDir` (the folder that holds `server/` and `client/`). Throws when
 * the build is missing or does not export its context keys.
 */
export async function loadPages(buildDir: string, app: App): Promise<PagesHandler> {
  const file = pathToFileURL(join(buildDir, 'server', 'index.js'))
  const build: ServerBuild = await import(file.href)
  const { appContext, visitorContext } = contextsOf(build)
  const handle = createRequestHandler(build, 'production')
  return (request, visitor) => {
    const context = new RouterContextProvider()
    context.set(appContext, app)
    context.set(visitorContext, visitor)
    return handle(request, context)
  }
}

function contextsOf(build: ServerBuild): PageContexts {
  const entry: object = build.entry.module
  if (!('appContext' in entry) || !('visitorContext' in entry)) {
    throw new Error('the page build exports no context keys: build the pages again')
  }
  return entry as PageContexts
}
