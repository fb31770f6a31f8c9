import type { Database } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { PreviewedPrice, PreviewRequest, PricePreview } from './price-view.ts'
import { findScopeId, listUnknownCodes } from './price-inputs-view-store.ts'
import { previewRepricing, type WhatIf } from './preview-repricing.ts'

/** Why nothing can be imagined: a rule or cost out of range, or a name that the shop does not have. */
export type PreviewRefused =
  | { code: 'rule_invalid' | 'cost_invalid' | 'target_unknown' }
  | { code: 'sku_unknown'; skus: string[] }

/**
 * What a change in an operator's words would do to prices, with at most `limit` of them by SKU code; nothing is
 * written. For operators only: it holds costs.
 */
export async function previewChange(
  db: Database,
  request: PreviewRequest,
  limit: number,
): Promise<Result<PricePreview, PreviewRefused>> {
  const whatIf = await understand(db, request)
  if (!whatIf.ok) return whatIf
  const previewed = await previewRepricing(db, whatIf.value)
  return previewed.ok ? ok(summarise(previewed.value, limit)) : previewed
}

async function understand(db: Database, request: PreviewRequest): Promise<Result<WhatIf, PreviewRefused>> {
  if (request.kind === 'costs') {
    const costs = new Map(request.costs.map(({ sku, cost }) => [sku, cost]))
    const skus = await listUnknownCodes(db, [...costs.keys()])
    return skus.length === 0 ? ok({ kind: 'costs', costs }) : err({ code: 'sku_unknown', skus })
  }
  const { target, rule } = request
  if (target.scope === 'shop') return ok({ kind: 'rule', target, rule })
  const id = await findScopeId(db, target.scope, target.name)
  if (id === undefined) return err({ code: 'target_unknown' })
  return ok({ kind: 'rule', target: { scope: target.scope, id }, rule })
}

function summarise(all: readonly PreviewedPrice[], limit: number): PricePreview {
  return {
    total: all.length,
    raised: all.filter(({ oldRetail, newRetail }) => oldRetail !== null && newRetail > oldRetail).length,
    lowered: all.filter(({ oldRetail, newRetail }) => oldRetail !== null && newRetail < oldRetail).length,
    unsellable: all.filter(({ sellable }) => !sellable).length,
    prices: all.slice(0, limit),
  }
}
