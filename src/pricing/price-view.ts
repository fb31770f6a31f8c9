import type { PriceRule, PriceStep } from './price.ts'
import type { RuleScope } from './prices-store.ts'

/** Why retail prices change: a run, the clock, a rule, a person, or a person who takes a change back. */
export type ChangeCause = 'run' | 'clock' | 'rule' | 'hand' | 'revert'

/** A changed retail price as operators see it. Holds costs: never for buyers. */
export type PriceChange = {
  id: string
  changeSet: string
  cause: ChangeCause
  runId: string | null
  sku: string
  oldCost: number | null
  newCost: number | null
  oldRetail: number
  newRetail: number
  at: string
}

/** Why a SKU costs what it costs. For operators only: it holds the supplier's cost. */
export type PriceExplanation = {
  sku: string
  retail: number
  cost: number | null
  floor: number
  /** False while the price is below its floor: the SKU is then not for sale. */
  sellable: boolean
  handSet: boolean
  /** The scope of the rule that applied; `default` when the shop has set none, null when nothing was calculated. */
  rule: RuleScope | 'default' | null
  trace: PriceStep[]
  pricedAt: string
}

/** What one price would become. Hand-set prices that would fall below their floor appear with `sellable` false. */
export type PreviewedPrice = {
  sku: string
  oldCost: number | null
  newCost: number
  oldRetail: number | null
  newRetail: number
  handSet: boolean
  sellable: boolean
}

/** A change that is only imagined, in an operator's words: slugs of categories and products, codes of SKUs. */
export type PreviewRequest =
  | { kind: 'rule'; target: NamedTarget; rule: PriceRule }
  | { kind: 'costs'; costs: readonly { sku: string; cost: number }[] }

/** Which SKUs a rule is for, by name. */
export type NamedTarget = { scope: 'shop' } | { scope: 'category' | 'product' | 'sku'; name: string }

/** What an imagined change would do. `total` counts all prices that would differ, `prices` shows the first of them. */
export type PricePreview = {
  total: number
  raised: number
  lowered: number
  /** Prices set by hand that would fall below their floor: their SKUs would not be for sale. */
  unsellable: number
  prices: PreviewedPrice[]
}
