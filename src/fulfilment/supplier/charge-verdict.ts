import type { Neighbour } from './purchase-view-store.ts'

/** Least and most that the other purchases may have taken from the balance since it was read. */
type Range = { least: number; most: number }

/**
 * Whether the supplier's balance shows that a purchase was not charged. `spent` is the balance read before it was
 * sent minus the balance now, `neighbours` are the purchases that may explain a difference. `not_charged` only when
 * the difference is explained without our purchase and could not be explained with it; a top-up of the balance or
 * other orders of equal price in the same moment leave it `unclear`.
 */
export function chargeVerdict(
  spent: number,
  cost: number,
  neighbours: readonly Neighbour[],
): 'not_charged' | 'unclear' {
  const others = neighbours
    .map(effectOf)
    .reduce((sum, range) => ({ least: sum.least + range.least, most: sum.most + range.most }), {
      least: 0,
      most: 0,
    })
  const explainedWithout = spent >= others.least && spent <= others.most
  const explainedWith = spent >= others.least + cost && spent <= others.most + cost
  return explainedWithout && !explainedWith ? 'not_charged' : 'unclear'
}

/**
 * One sent before may have been charged before or after the first reading, and one that changed late before or after
 * the second. An open or failed one may be refunded at the supplier or not yet.
 */
function effectOf({ state, price, sent_later, changed_late }: Neighbour): Range {
  switch (state) {
    case 'SUCCEEDED':
      return { least: sent_later && !changed_late ? price : 0, most: price }
    default:
      return { least: sent_later ? 0 : -price, most: price }
  }
}
