import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import { SlugText } from '../api/service-schemas.ts'
import { etagOf, hasVersion } from '../etag.ts'
import type { HttpDeps } from '../http-deps.ts'
import { textReply } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

/** Pictures change with a release at most; a day is soon enough for the next one. */
const ART_CACHE = 'public, max-age=86400, stale-while-revalidate=604800'

/** The picture of a product, drawn by us: no foreign logos, no image host. */
export function artRoute(drawArt: HttpDeps['drawArt']): Route {
  return defineRoute({
    method: 'get',
    path: '/art/{file}',
    id: 'productArt',
    tag: 'System',
    summary: 'Picture of a product',
    access: 'public',
    headers: 'art',
    params: z.object({
      file: z.templateLiteral([SlugText, '.svg']).openapi({ type: 'string', example: 'mobile-legends.svg' }),
    }),
    answers: {
      200: { description: 'The picture', contentType: 'image/svg+xml' },
      304: { description: 'Unchanged' },
    },
    problems: ['not_found'],
    handle: async ({ params }, { request }) => {
      const svg = await drawArt?.(params.file.slice(0, -'.svg'.length))
      if (svg === undefined) return err({ code: 'not_found' })
      const headers = { etag: etagOf(svg), 'cache-control': ART_CACHE }
      if (hasVersion(request, headers.etag)) return ok({ status: 304, headers, body: null })
      return ok(textReply(svg, 'image/svg+xml; charset=utf-8', headers))
    },
  })
}
