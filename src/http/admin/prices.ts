import type { z } from '@hono/zod-openapi'
import { err, ok, type Result } from '#shared/result.ts'
import type { App } from '../../app.ts'
import type { FieldError } from '../../orders/order-view.ts'
import type { PreviewRequest } from '../../pricing/price-view.ts'
import { refuseField, type Refusal } from '../problem-reply.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'
import { PreviewBody, PriceExplanationModel, PricePreviewModel, SkuParams } from './price-schemas.ts'

/** Why a SKU costs what it costs. */
export const explainPrice = defineRoute({
  method: 'get',
  path: '/api/prices/{sku}',
  id: 'explainPrice',
  tag: 'Operator',
  summary: 'Why this price',
  description: 'From the supplier’s cost to the price a buyer pays, step by step.',
  access: 'operator',
  headers: 'privateApi',
  params: SkuParams,
  answers: { 200: { description: 'How the price came about', schema: PriceExplanationModel } },
  problems: ['token_required', 'not_found', 'rate_limited'],
  handle: async ({ params }, { app }) => {
    const explained = await app.prices.explain(params.sku)
    return explained === undefined ? err({ code: 'not_found' }) : ok(jsonReply(explained))
  },
})

/** What a rule or new costs would do to prices. */
export const previewPrices = defineRoute({
  method: 'post',
  path: '/api/prices/preview',
  id: 'previewPrices',
  tag: 'Operator',
  summary: 'What would change prices',
  description: 'Name a `rule` or `costs`, one of them. Nothing is written.',
  access: 'operator',
  headers: 'privateApi',
  json: PreviewBody,
  jsonExample: {
    rule: {
      scope: 'product',
      name: 'mobile-legends',
      marginBps: 600,
      marginFixed: 250,
      roundTo: 100,
      marginFloor: 200,
    },
  },
  answers: { 200: { description: 'Prices that would differ', schema: PricePreviewModel } },
  problems: [
    'token_required',
    'invalid_request',
    'malformed_json',
    'unsupported_media_type',
    'body_too_large',
    'not_found',
    'sku_unknown',
    'rate_limited',
  ],
  handle: async ({ body }, { app }) => {
    const request = requestOf(body)
    if (!request.ok) return request
    const preview = await app.prices.preview(request.value, body.limit)
    return preview.ok ? ok(jsonReply(preview.value)) : err(refusePreview(preview.error, body))
  },
})

type Body = z.output<typeof PreviewBody>
type PreviewError = Extract<Awaited<ReturnType<App['prices']['preview']>>, { ok: false }>['error']

function requestOf({ rule: named, costs }: Body): Result<PreviewRequest, Refusal> {
  if ((named === undefined) === (costs === undefined)) return err(refuseField(ONE_OF_BOTH))
  if (costs !== undefined) return ok({ kind: 'costs', costs })
  if (named === undefined) return err(refuseField(ONE_OF_BOTH))
  const { scope, name, ...rule } = named
  if (scope === 'shop')
    return name === undefined
      ? ok({ kind: 'rule', target: { scope }, rule })
      : err(refuseField(NAMELESS_SHOP))
  if (name === undefined) return err(refuseField(NAME_MISSING))
  return ok({ kind: 'rule', target: { scope, name }, rule })
}

function refusePreview(error: PreviewError, { costs = [] }: Body): Refusal {
  switch (error.code) {
    case 'rule_invalid':
      return refuseField(RULE_OUT_OF_RANGE)
    case 'cost_invalid':
      return refuseField({ ...RULE_OUT_OF_RANGE, pointer: '/costs' })
    case 'target_unknown':
      return { code: 'not_found', errors: [TARGET_UNKNOWN] }
    case 'sku_unknown':
      return {
        code: 'sku_unknown',
        errors: error.skus.map((sku) => ({
          pointer: `/costs/${costs.findIndex((cost) => cost.sku === sku)}/sku`,
          code: 'sku_unknown',
          detail: `SKU ${sku} tidak ada.`,
          detailEn: `There is no SKU ${sku}.`,
        })),
      }
  }
}

const ONE_OF_BOTH: FieldError = {
  pointer: '/rule',
  code: 'required',
  detail: 'Isi "rule" atau "costs", salah satu saja.',
  detailEn: 'Give "rule" or "costs", one of them.',
}

const NAME_MISSING: FieldError = {
  pointer: '/rule/name',
  code: 'required',
  detail: 'Wajib diisi kecuali untuk seluruh toko.',
  detailEn: 'Required unless the rule is for the whole shop.',
}

const NAMELESS_SHOP: FieldError = {
  pointer: '/rule/name',
  code: 'not_allowed',
  detail: 'Aturan seluruh toko tidak punya nama.',
  detailEn: 'A rule for the whole shop takes no name.',
}

const RULE_OUT_OF_RANGE: FieldError = {
  pointer: '/rule',
  code: 'out_of_range',
  detail: 'Nilainya terlalu besar atau terlalu kecil.',
  detailEn: 'A value is too large or too small.',
}

const TARGET_UNKNOWN: FieldError = {
  pointer: '/rule/name',
  code: 'target_unknown',
  detail: 'Tidak ada kategori, produk atau SKU dengan nama ini.',
  detailEn: 'There is no category, product or SKU of this name.',
}
