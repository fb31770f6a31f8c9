import { z } from '@hono/zod-openapi'
import { IdPageQuery, NextCursor } from '../sync/run-schemas.ts'

/** The same bound as for any amount of money. */
const MAX_AMOUNT = 10_000_000_000

/** Costs of one preview: more than a supplier changes at once, and within the limit of a JSON body. */
const MAX_COSTS = 1_000

/** Prices of one preview when nothing is said, and at most. */
const USUAL_SHOWN = 100
const MAX_SHOWN = 1_000

const Amount = z.int().min(0).max(MAX_AMOUNT)
const SkuCode = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)

export const SkuParams = z.object({ sku: SkuCode })

export const PriceChangeQuery = IdPageQuery.extend({
  sku: SkuCode.optional(),
  run: z.uuid().optional().openapi({ description: 'Only what this synchronisation run changed' }),
})

const CostBefore = z.int().nullable().openapi({ description: 'What the supplier asked; null for own stock' })

export const PriceChangeListModel = z
  .object({
    changes: z.array(
      z
        .object({
          id: z.string(),
          changeSet: z.string().openapi({ description: 'The same for everything one cause changed at once' }),
          cause: z.enum(['run', 'clock', 'rule', 'hand', 'revert']),
          runId: z.string().nullable(),
          sku: z.string(),
          oldCost: CostBefore,
          newCost: CostBefore,
          oldRetail: z.int(),
          newRetail: z.int(),
          at: z.iso.datetime({ offset: true }),
        })
        .openapi('PriceChange'),
    ),
    nextCursor: NextCursor,
  })
  .openapi('PriceChangeList')

const RuleBody = z.strictObject({
  scope: z.enum(['shop', 'category', 'product', 'sku']),
  name: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Slug of the category or product, code of the SKU; left out for the shop' }),
  marginBps: Amount.openapi({ description: 'Margin in hundredths of a percent of the cost' }),
  marginFixed: Amount.openapi({ description: 'Added to every price, in rupiah' }),
  roundTo: Amount.min(1).openapi({ description: 'Prices are multiples of this, in rupiah' }),
  marginFloor: Amount.openapi({ description: 'The least that stays above the cost, in rupiah' }),
})

export const PreviewBody = z.strictObject({
  rule: RuleBody.optional(),
  costs: z
    .array(z.strictObject({ sku: SkuCode, cost: Amount.min(1) }))
    .min(1)
    .max(MAX_COSTS)
    .optional(),
  limit: z
    .int()
    .min(1)
    .max(MAX_SHOWN)
    .default(USUAL_SHOWN)
    .openapi({ description: 'Prices shown; the counts are always of all' }),
})

export const PricePreviewModel = z
  .object({
    total: z.int().openapi({ description: 'Prices that would differ' }),
    raised: z.int(),
    lowered: z.int(),
    unsellable: z.int().openapi({ description: 'Hand-set prices that would fall below their floor' }),
    prices: z.array(
      z.object({
        sku: z.string(),
        oldCost: CostBefore,
        newCost: z.int(),
        oldRetail: z.int().nullable(),
        newRetail: z.int(),
        handSet: z.boolean(),
        sellable: z.boolean(),
      }),
    ),
  })
  .openapi('PricePreview')

export const PriceExplanationModel = z
  .object({
    sku: z.string(),
    retail: z.int(),
    cost: CostBefore,
    floor: z.int(),
    sellable: z.boolean().openapi({ description: 'False while the price is below its floor' }),
    handSet: z.boolean().openapi({ description: 'Rules and runs leave the price alone' }),
    rule: z
      .enum(['shop', 'category', 'product', 'sku', 'default'])
      .nullable()
      .openapi({ description: 'The scope of the rule that applied' }),
    trace: z
      .array(
        z.object({
          step: z.enum(['cost', 'margin', 'fixed', 'floor', 'round']),
          amount: z.int(),
          note: z.string(),
        }),
      )
      .openapi({ description: 'From the cost to the price, step by step' }),
    pricedAt: z.iso.datetime({ offset: true }),
  })
  .openapi('PriceExplanation')
