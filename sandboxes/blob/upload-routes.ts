import { Hono, type Context } from 'hono'
import { parseJson } from '../control.ts'
import type { SandboxContext } from '../sandbox.ts'
import { describeFile, publicHost, refuse } from './blob-answer.ts'
import { deleteFile, storeFile, type BlobState } from './blob-state.ts'
import { listFiles } from './list-files.ts'

const MAX_PATHNAME = 950
const SUFFIX_LENGTH = 30

/** Returns the upload API: put, copy, head, list and delete. */
export function createUploadRoutes(state: BlobState, context: SandboxContext): Hono {
  const app = new Hono()
  app.use(async (c, next) => checkAccess(c, state) ?? (await next()))
  app.put('/', (c) => put(c, state, context))
  app.get('/', (c) => {
    const url = c.req.query('url')
    return url === undefined ? listFiles(c, state) : head(c, state, url)
  })
  app.post('/delete', (c) => remove(c, state))
  return app
}

function checkAccess(c: Context, state: BlobState): Response | undefined {
  const token = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (token === state.token) return undefined
  const [vendor, kind, , store] = (token ?? '').split('_')
  const isToken = vendor === 'vercel' && kind === 'blob'
  if (isToken && store !== state.store) return refuse(c, 'store_not_found', 'Store not found')
  return refuse(c, 'forbidden', 'Access denied')
}

async function put(c: Context, state: BlobState, context: SandboxContext): Promise<Response> {
  const wanted = c.req.query('pathname') ?? ''
  const access = c.req.header('x-vercel-blob-access') ?? 'public'
  if (wanted === '' || wanted.length > MAX_PATHNAME || wanted.includes('//'))
    return refuse(c, 'bad_request', 'Invalid pathname')
  if (access !== 'public') return refuse(c, 'bad_request', 'This store is public')
  const pathname =
    c.req.header('x-add-random-suffix') === '1'
      ? withSuffix(wanted, context.random.code(SUFFIX_LENGTH))
      : wanted
  const existing = state.files.get(pathname)
  if (existing && c.req.header('x-allow-overwrite') !== '1')
    return refuse(c, 'bad_request', 'This blob already exists, use `allowOverwrite: true` to replace it')
  const expected = c.req.header('x-if-match')
  if (expected !== undefined && expected !== existing?.etag)
    return refuse(c, 'precondition_failed', 'Precondition failed')
  const source = c.req.query('fromUrl')
  const from = source === undefined ? undefined : state.files.get(pathnameOf(state, source))
  if (source !== undefined && !from) return refuse(c, 'not_found', 'The requested blob does not exist')
  const body = from ? from.body : new Uint8Array(await c.req.arrayBuffer())
  const cacheSeconds = c.req.header('x-cache-control-max-age')
  const file = storeFile(state, context.clock.now(), {
    pathname,
    body,
    contentType: c.req.header('x-content-type') ?? from?.contentType ?? 'application/octet-stream',
    cacheSeconds: cacheSeconds === undefined ? undefined : Number(cacheSeconds),
  })
  return c.json(describeFile(c, state, file))
}

function withSuffix(pathname: string, suffix: string): string {
  const dot = pathname.lastIndexOf('.')
  const end = dot > pathname.lastIndexOf('/') ? dot : pathname.length
  return `${pathname.slice(0, end)}-${suffix}${pathname.slice(end)}`
}

function head(c: Context, state: BlobState, url: string): Response {
  const file = state.files.get(pathnameOf(state, url))
  if (!file) return refuse(c, 'not_found', 'The requested blob does not exist')
  return c.json(describeFile(c, state, file))
}

async function remove(c: Context, state: BlobState): Promise<Response> {
  const body = parseJson(await c.req.text()) as { urls?: unknown } | undefined
  if (!Array.isArray(body?.urls)) return refuse(c, 'bad_request', 'urls must be a list')
  for (const url of body.urls) deleteFile(state, pathnameOf(state, String(url)))
  return c.json(null)
}

/** Files are named by pathname or by address, the sandbox's own or the real one. */
function pathnameOf(state: BlobState, name: string): string {
  if (!/^https?:\/\//.test(name)) return name
  const path = decodeURIComponent(new URL(name).pathname.slice(1))
  const host = `${publicHost(state)}/`
  return path.startsWith(host) ? path.slice(host.length) : path
}
