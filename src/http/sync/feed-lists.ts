import { z } from '@hono/zod-openapi'
import { ok } from '#shared/result.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { CronKeyQuery, IdPageQuery, NextCursor } from './run-schemas.ts'

const Price = z.int().min(0)

const FeedProductModel = z
  .object({
    id: z.string(),
    externalId: z.string(),
    name: z.string(),
    slug: z.string(),
    description: z.string(),
    registrationNumber: z.string().nullable(),
    prices: z.object({
      general: Price.nullable(),
      consultant: Price.nullable(),
      supervisor: Price.nullable(),
      manager: Price.nullable(),
      director: Price.nullable(),
    }),
    imageUrl: z.string().nullable(),
    imageAlt: z.string(),
    active: z.boolean(),
    updatedAt: z.iso.datetime({ offset: true }),
  })
  .openapi('FeedProduct')

const ResellerModel = z
  .object({
    id: z.string(),
    externalId: z.string(),
    name: z.string(),
    phone: z.string().nullable(),
    area: z.string().nullable(),
    level: z.string().nullable(),
    uplineExternalId: z.string().nullable(),
    facebook: z.string().nullable(),
    instagram: z.string().nullable(),
    imageUrl: z.string().nullable(),
    imageAlt: z.string(),
    active: z.boolean(),
    customPrices: z.array(z.object({ productId: z.string(), price: Price })),
    updatedAt: z.iso.datetime({ offset: true }),
  })
  .openapi('Reseller')

const ListQuery = IdPageQuery.extend(CronKeyQuery.shape)

/** Products of the external feed, from our database. */
export const listFeedProducts = defineRoute({
  method: 'get',
  path: '/api/db-products',
  id: 'listFeedProducts',
  tag: 'Operator',
  summary: 'Products of the external feed',
  access: 'cron',
  headers: 'privateApi',
  query: ListQuery,
  answers: {
    200: {
      description: 'One page',
      schema: z.object({ products: z.array(FeedProductModel), nextCursor: NextCursor }),
    },
  },
  problems: ['token_required', 'invalid_request', 'rate_limited'],
  handle: async ({ query }, { app }) => ok(jsonReply(await app.feed.listProducts(pageOf(query)))),
})

/** Resellers of the external feed with their own prices, from our database. */
export const listFeedResellers = defineRoute({
  method: 'get',
  path: '/api/db-resellers',
  id: 'listFeedResellers',
  tag: 'Operator',
  summary: 'Resellers of the external feed',
  description: 'Without bank data and street addresses: those are never stored.',
  access: 'cron',
  headers: 'privateApi',
  query: ListQuery,
  answers: {
    200: {
      description: 'One page',
      schema: z.object({ resellers: z.array(ResellerModel), nextCursor: NextCursor }),
    },
  },
  problems: ['token_required', 'invalid_request', 'rate_limited'],
  handle: async ({ query }, { app }) => ok(jsonReply(await app.feed.listResellers(pageOf(query)))),
})

function pageOf({ limit, cursor }: z.output<typeof ListQuery>) {
  return cursor === undefined ? { limit } : { limit, cursor }
}
