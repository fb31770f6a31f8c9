import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { etagOf, hasVersion } from '../etag.ts'
import { defineRoute } from '../route.ts'

/** Content under a key never changes, so a browser need not ask again for a year. */
const IMMUTABLE = 'public, max-age=31536000, immutable'

/** What mirrored pictures are stored as. SVG is not among them: it can carry scripts. */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/avif', 'image/webp', 'image/jpeg', 'image/png'])

/** Steps of letters, digits, dots, dashes and underscores; none begins with a dot, so none leads upwards. */
const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/

/** Longest key; ours are a folder and a hash. */
const MAX_KEY = 300

/** A mirrored picture from the local store. */
export const readMedia = defineRoute({
  method: 'get',
  path: '/media/{path}',
  id: 'readMedia',
  tag: 'System',
  summary: 'Mirrored picture',
  access: 'public',
  headers: 'media',
  params: z.object({ path: z.string().max(MAX_KEY).regex(KEY) }),
  answers: {
    200: { description: 'The picture', contentType: 'image/webp' },
    304: { description: 'Unchanged' },
  },
  problems: ['not_found'],
  handle: async ({ params }, { app, request }) => {
    const blob = await app.media.read(params.path)
    if (blob === undefined || !IMAGE_TYPES.has(blob.contentType)) return err({ code: 'not_found' })
    const headers = { etag: etagOf(blob.body), 'cache-control': IMMUTABLE }
    if (hasVersion(request, headers.etag)) return ok({ status: 304, headers, body: null })
    const body = new Uint8Array(blob.body)
    return ok({ status: 200, headers: { 'content-type': blob.contentType, ...headers }, body })
  },
})
