import { err, ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
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
  handle: async ({ query }, { app }) => ok(jsonReply(await app.catalog.listServices(defined(query)))),
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
    return service === undefined ? err({ code: 'not_found' }) : ok(jsonReply(service))
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
    'malformed_json',
    'unsupported_media_type',
    'body_too_large',
    'cross_site_request',
    'rate_limited',
  ],
  handle: async ({ body }, { app, visitor }) =>
    ok(jsonReply(await app.catalog.checkAccount(body.service, body.input, visitor))),
})

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** The same object without members that are undefined, as optional members of the domain's types demand. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>
}
