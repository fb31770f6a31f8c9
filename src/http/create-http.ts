import { Hono } from 'hono'
import { err, ok } from '#shared/result.ts'
import { assetReply, loadAssets } from './assets.ts'
import { createFront, type Front, type HttpContext, type ServerBindings } from './front.ts'
import type { HttpDeps } from './http-deps.ts'
import { routeTable } from './route-table.ts'
import type { Route } from './route.ts'
import { createPageServer } from './serve-pages.ts'

export type Http = Hono<{ Bindings: ServerBindings }>

/** The whole HTTP side of the shop: routes, files, pages. Throws when the configuration is not usable. */
export function createHttp(deps: HttpDeps): Http {
  const front = createFront(deps)
  const hono: Http = new Hono({ strict: false })
  const routes = routeTable(deps, front.appUrl)
  for (const route of routes)
    hono.on(route.method.toUpperCase(), honoPath(route.path), (c) => front.serveRoute(route, c))
  for (const [path, allow] of allowedMethods(routes))
    hono.all(honoPath(path), (c) => refuseMethod(front, path, allow, c))
  mountRest(deps, front, hono)
  return hono
}

/** A path of the table in the router's spelling; `{path}` takes the rest of the address. */
export function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => (name === 'path' ? ':path{.+}' : `:${name}`))
}

/** Each path with the methods it takes. */
function allowedMethods(routes: readonly Route[]): Map<string, string> {
  const methods = Map.groupBy(routes, ({ path }) => path)
  return new Map([...methods].map(([path, group]) => [path, listMethods(group)]))
}

function listMethods(group: readonly Route[]): string {
  const names = group.map(({ method }) => method.toUpperCase())
  return [...(names.includes('GET') ? ['HEAD'] : []), ...names].toSorted().join(', ')
}

function refuseMethod(front: Front, path: string, allow: string, c: HttpContext): Promise<Response> {
  const answer = async () => err({ code: 'method_not_allowed' as const, headers: { allow } })
  return front.serve({ route: path, headers: 'privateApi', answer }, c)
}

/** What browsers get that ask for the old icon file unasked. */
const FAVICON = '/icon.svg'

function mountRest(deps: HttpDeps, front: Front, hono: Http): void {
  const assets = loadAssets(deps.assetsDir)
  const servePage = deps.pages === null ? null : createPageServer(deps, front, deps.pages)
  const missing = (c: HttpContext, route: string) =>
    front.serve({ route, headers: 'privateApi', answer: async () => err({ code: 'not_found' as const }) }, c)
  hono.all('/api/*', (c) => missing(c, '/api/*'))
  hono.all('*', (c) => {
    const asset = assets.get(c.req.path === '/favicon.ico' ? FAVICON : c.req.path)
    if (asset !== undefined && (c.req.method === 'GET' || c.req.method === 'HEAD')) {
      const answer = async () => ok(await assetReply(c.req.raw, asset))
      return front.serve({ route: '/assets/*', headers: 'asset', answer }, c)
    }
    if (c.req.path.startsWith('/assets/') || servePage === null) return missing(c, '/*')
    return servePage(c)
  })
}
