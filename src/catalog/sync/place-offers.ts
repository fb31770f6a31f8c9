import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { CATEGORIES } from '../game-registry.ts'
import {
  createCategories,
  createProducts,
  createSkus,
  findProductIds,
  findSkus,
  type ProductWrite,
} from '../products-store.ts'
import { planOffer, type OfferPlan, type ProductPlan } from './offer-plan.ts'
import type { OfferValue } from './offer-value.ts'
import type { StoredOffer } from './offers-store.ts'

/** Products that several suppliers may share are found by their registry key. */
const SOURCE = 'registry'

/** A new or changed offer with what was stored of it. */
export type OfferToPlace = { id: string; offer: OfferValue; before: StoredOffer | null }

/** The SKU of each offer by the offer's id, null where it is not sold; SKU codes that another product holds. */
export type Placement = { skuIds: Map<string, string | null>; unplaced: string[] }

/**
 * Gives each new or changed offer its SKU, creating products and SKUs that are missing. An attached offer keeps
 * its SKU, which an operator may have chosen, unless the supplier gave the code another meaning: then selling on
 * would deliver the wrong goods.
 */
export async function placeOffers(tx: Tx, offers: readonly OfferToPlace[], now: Date): Promise<Placement> {
  const planned = offers.map(({ id, offer, before }) => {
    const plan = planOffer(offer)
    const kept = before === null || before.skuId === null ? null : { ...before, skuId: before.skuId }
    const keeps = kept !== null && plan?.sku.code === planOffer(kept)?.sku.code
    return { id, plan: keeps ? undefined : plan, skuId: keeps ? kept.skuId : null }
  })
  const plans = planned.map((entry) => entry.plan).filter((plan) => plan !== undefined)
  const found = plans.length === 0 ? new Map<string, string>() : await ensureSkus(tx, plans, now)
  const skuIds = new Map<string, string | null>()
  const unplaced: string[] = []
  for (const { id, plan, skuId } of planned) {
    const placed = skuId ?? (plan === undefined ? null : (found.get(plan.sku.code) ?? null))
    if (plan !== undefined && placed === null) unplaced.push(plan.sku.code)
    skuIds.set(id, placed)
  }
  return { skuIds, unplaced }
}

/** SKU ids by code; codes that another product holds are left out. */
async function ensureSkus(tx: Tx, plans: readonly OfferPlan[], now: Date): Promise<Map<string, string>> {
  const products = productsByKey(plans)
  const skus = new Map(plans.map((plan) => [plan.sku.code, plan]))
  await ensureCategories(tx)
  await createProducts(tx, [...products.values()].map(toProductWrite), now)
  const productIds = await findProductIds(tx, SOURCE, [...products.keys()])
  const missing = [...skus.values()].flatMap(({ product, sku }) => {
    const productId = productIds.get(product.key)
    return productId === undefined ? [] : [{ id: newId(), productId, ...sku, available: false }]
  })
  await createSkus(tx, missing, now)
  const found = await findSkus(tx, [...skus.keys()])
  return new Map(
    [...found]
      .filter(([code, sku]) => sku.productId === productIds.get(skus.get(code)?.product.key ?? ''))
      .map(([code, sku]) => [code, sku.id]),
  )
}

/** The products by key. A row whose category was guessed outranks one that gave no hint. */
function productsByKey(plans: readonly OfferPlan[]): Map<string, ProductPlan> {
  const products = new Map<string, ProductPlan>()
  for (const { product } of plans) {
    if (!products.has(product.key) || product.category !== 'lainnya') products.set(product.key, product)
  }
  return products
}

/** Creates the shop's categories if they are missing. */
export async function ensureCategories(tx: Tx): Promise<void> {
  const rows = CATEGORIES.map((category, index) => ({ id: newId(), ...category, position: (index + 1) * 10 }))
  await createCategories(tx, rows)
}

function toProductWrite(plan: ProductPlan): ProductWrite {
  return {
    ...plan,
    id: newId(),
    slug: plan.key,
    deliveryKind: 'SUPPLIER',
    imageUrl: `/art/${plan.key}.svg`,
    source: SOURCE,
    sourceKey: plan.key,
  }
}
