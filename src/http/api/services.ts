import { isPageCursor } from '#catalog'
import { err, ok } from '#shared/result.ts'
import { refuseField } from '../problem-reply.ts'
import { jsonReply, sharedJsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import {
  EXAMPLE_SERVICE,
  NicknameBody,
  NicknameModel,
  ServiceListModel,
  ServiceListQuery,
  ServiceModel,
  SlugParams,
} from './service-schemas.ts'

/** A cursor that no list gave out. */
export const WRONG_CURSOR = {
  pointer: '/query/cursor',
  code: 'cursor_unknown',
  detail: 'Penanda halaman ini tidak dikenal. Mulai lagi tanpa cursor.',
  detailEn: 'This cursor is not known. Start again without one.',
}

const UNKNOWN_SERVICE = {
  pointer: '/service',
  code: 'service_unknown',
  detail: 'Produk ini tidak ada atau sudah tidak dijual.',
  detailEn: 'This product does not exist or is no longer sold.',
}

/** Visible products with their prices, page by page. */
export const listServices = defineRoute({
  method: 'get',
  path: '/api/services',
  id: 'listServices',
  tag: 'Catalogue',
  summary: 'Products with prices',
  access: 'public',
  headers: 'api',
  limit: 'catalogue',
  query: ServiceListQuery,
  answers: {
    200: {
      description: 'One page; `nextCursor` is null on the last',
      schema: ServiceListModel,
      example: { services: [EXAMPLE_SERVICE], nextCursor: null },
    },
  },
  problems: ['invalid_request', 'rate_limited'],
  handle: async ({ query }, { app }) => {
    // A list that silently began anew would run a client in circles.
    if (query.cursor !== undefined && !isPageCursor(query.cursor)) return err(refuseField(WRONG_CURSOR))
    return ok(sharedJsonReply(await app.catalog.listServices(defined(query))))
  },
})

/** One product by its slug. */
export const getService = defineRoute({
  method: 'get',
  path: '/api/services/{slug}',
  id: 'getService',
  tag: 'Catalogue',
  summary: 'One product',
  access: 'public',
  headers: 'api',
  limit: 'catalogue',
  params: SlugParams,
  answers: { 200: { description: 'The product', schema: ServiceModel, example: EXAMPLE_SERVICE } },
  problems: ['not_found', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const service = await app.catalog.findService(params.slug)
    return service === undefined ? err({ code: 'not_found' }) : ok(sharedJsonReply(service))
  },
})

/** The nickname behind a game account. */
export const checkNickname = defineRoute({
  method: 'post',
  path: '/api/services/nickname',
  id: 'checkNickname',
  tag: 'Catalogue',
  summary: 'Check a game account before buying',
  description: '`valid` is null when the check could not be made; buying stays possible.',
  access: 'public',
  headers: 'privateApi',
  limit: 'nickname',
  json: NicknameBody,
  jsonExample: { service: 'mobile-legends', input: { user_id: '12345678', zone_id: '2001' } },
  answers: {
    200: {
      description: 'What the check found',
      schema: NicknameModel,
      example: { valid: true, nickname: 'Sari', region: 'ID' },
    },
  },
  problems: [
    'invalid_request',
    'not_found',
    'malformed_json',
    'unsupported_media_type',
    'body_too_large',
    'cross_site_request',
    'rate_limited',
  ],
  handle: async ({ body }, { app, visitor }) => {
    const service = await app.catalog.findService(body.service)
    if (service === undefined) return err({ code: 'not_found', errors: [UNKNOWN_SERVICE] })
    return ok(jsonReply(await app.catalog.checkAccount(service.slug, body.input, visitor)))
  },
})

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** The same object without members that are undefined, as optional members of the domain's types demand. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>
}
