import { Hono, type Context } from 'hono'
import type { Sandbox, SandboxContext, SandboxDefinition } from '../sandbox.ts'
import { describeFile, publicHost } from './blob-answer.ts'
import { createBlobState, emptyState, readFile, type BlobState } from './blob-state.ts'
import { renderFilesPage } from './files-page.ts'
import type { StoredFile } from './stored-file.ts'
import { createUploadRoutes } from './upload-routes.ts'

/** The sandbox of Vercel Blob: its upload API, its public files, and a page of what is stored. */
export const blobSandbox: SandboxDefinition = {
  name: 'blob',
  title: 'Vercel Blob',
  portOffset: 11,
  create: createBlobSandbox,
}

function createBlobSandbox(context: SandboxContext): Sandbox {
  const state = createBlobState(context)
  const app = new Hono()
  const uploads = createUploadRoutes(state, context)
  app.get('/', (c, next) =>
    c.req.header('authorization') === undefined ? c.html(renderFilesPage(state)) : next(),
  )
  app.get(`/${publicHost(state)}/*`, (c) => serveFile(c, state, context))
  app.route('/api/blob', uploads)
  app.route('/', uploads)
  return {
    app,
    state: () => ({
      store: state.store,
      counts: state.counts,
      files: [...state.files.values()].map(({ body, ...file }) => ({ ...file, size: body.byteLength })),
    }),
    reset: () => emptyState(state),
    save: () => ({ files: state.files, counts: state.counts }),
    restore(saved) {
      const { files, counts } = saved as Pick<BlobState, 'files' | 'counts'>
      state.files = new Map<string, StoredFile>(files)
      state.counts = counts
    },
  }
}

function serveFile(c: Context, state: BlobState, context: SandboxContext): Response {
  const name = decodeURIComponent(new URL(c.req.url).pathname.slice(publicHost(state).length + 2))
  const file = readFile(state, context.clock.now(), name)
  if (!file) return c.text('Not found', 404)
  const headers = {
    'Content-Type': file.contentType,
    'Cache-Control': `public, max-age=${file.cacheSeconds}`,
    'Content-Disposition': describeFile(c, state, file).contentDisposition,
    'Last-Modified': new Date(file.uploadedAt).toUTCString(),
    ETag: file.etag,
  }
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers)
  return c.body(new Uint8Array(file.body).buffer, 200, headers)
}
