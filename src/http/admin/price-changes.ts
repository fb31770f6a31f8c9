import { z } from '@hono/zod-openapi'
import { formatRupiah } from '#shared/money.ts'
import { err, ok } from '#shared/result.ts'
import { defined } from '../api/services.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { RunParams } from '../sync/run-schemas.ts'
import { PriceChangeListModel, PriceChangeQuery } from './price-schemas.ts'

/** Retail prices that changed, newest first. */
export const listPriceChanges = defineRoute({
  method: 'get',
  path: '/api/prices/changes',
  id: 'listPriceChanges',
  tag: 'Operator',
  summary: 'Changed prices',
  description: 'With the cost before and after. A run, a rule, a person or the clock changes prices.',
  access: 'operator',
  headers: 'privateApi',
  query: PriceChangeQuery,
  answers: { 200: { description: 'One page, newest first', schema: PriceChangeListModel } },
  problems: ['token_required', 'invalid_request', 'rate_limited'],
  handle: async ({ query: { run, ...query } }, { app }) =>
    ok(jsonReply(await app.prices.listChanges(defined({ ...query, runId: run })))),
})

/** Puts the price from before a change back. */
export const revertPriceChange = defineRoute({
  method: 'post',
  path: '/api/prices/changes/{id}/revert',
  id: 'revertPriceChange',
  tag: 'Operator',
  summary: 'Take a price change back',
  description:
    'The earlier price holds from now on as one set by hand: no run and no rule overwrites it. Doing it twice changes nothing.',
  access: 'operator',
  headers: 'privateApi',
  params: RunParams,
  answers: {
    200: {
      description: 'The price that holds now',
      schema: z.object({ sku: z.string(), retail: z.int() }),
      example: { sku: 'ML-86', retail: 21_500 },
    },
  },
  problems: ['token_required', 'not_found', 'below_floor', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const reverted = await app.prices.revert(params.id)
    if (reverted.ok) return ok(jsonReply(reverted.value))
    if (reverted.error.code === 'not_found') return err({ code: 'not_found' })
    const { floor } = reverted.error
    return err({ code: 'below_floor', members: { floor }, errors: [belowFloor(floor)] })
  },
})

function belowFloor(floor: number) {
  const least = formatRupiah(floor)
  return {
    pointer: '/path/id',
    code: 'below_floor',
    detail: `Harga sebelumnya kini di bawah batas terendah ${least} (modal ditambah margin minimum). Tidak ada yang diubah.`,
    detailEn: `The earlier price is now below the floor of ${least} (cost plus the least margin). Nothing was changed.`,
  }
}
