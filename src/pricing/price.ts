import { bps, roundUpTo, rupiah, shareRoundedUp } from '#shared/money.ts'

/** How a retail price follows from a cost: `cost + marginBps + marginFixed`, at least `cost + marginFloor`, rounded up. */
export type PriceRule = {
  /** Margin in basis points of the cost. */
  marginBps: number
  /** Added to every price, in rupiah. */
  marginFixed: number
  /** Prices are multiples of this, in rupiah. */
  roundTo: number
  /** The least that must stay above the cost, in rupiah. */
  marginFloor: number
}

/** One step of "why this price": what was done and the amount after it, in rupiah. */
export type PriceStep = {
  step: 'cost' | 'margin' | 'fixed' | 'floor' | 'round'
  amount: number
  note: string
}

/** A price, the least it may be, and how it came about. */
export type Price = { retail: number; floor: number; trace: PriceStep[] }

/** The rule of a shop that has set none: 6 % and Rp250, in steps of Rp100, never less than Rp200 above cost. */
export const DEFAULT_SHOP_RULE: PriceRule = {
  marginBps: 600,
  marginFixed: 250,
  roundTo: 100,
  marginFloor: 200,
}

/**
 * The price of something that costs `cost` rupiah. A function of its inputs alone: no earlier price enters, so
 * applying it again changes nothing. Never below the floor, never falling when the cost rises, always a multiple
 * of `roundTo`. Throws on amounts that are not whole or a rule that is out of range.
 */
export function priceFromCost(cost: number, rule: PriceRule): Price {
  if (!Number.isSafeInteger(cost) || cost <= 0) throw new RangeError(`not a cost: ${cost}`)
  const margin = cost + shareRoundedUp(rupiah(cost), bps(rule.marginBps))
  const fixed = margin + rule.marginFixed
  const floor = cost + rule.marginFloor
  const raised = Math.max(fixed, floor)
  const retail = roundUpTo(rupiah(raised), rule.roundTo)
  const trace: PriceStep[] = [
    { step: 'cost', amount: cost, note: 'supplier cost' },
    { step: 'margin', amount: margin, note: `+ ${rule.marginBps} bps` },
    { step: 'fixed', amount: fixed, note: `+ ${rule.marginFixed}` },
  ]
  if (raised > fixed)
    trace.push({ step: 'floor', amount: raised, note: `at least cost + ${rule.marginFloor}` })
  trace.push({ step: 'round', amount: retail, note: `up to a multiple of ${rule.roundTo}` })
  return { retail, floor, trace }
}
