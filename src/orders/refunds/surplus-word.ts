import type { SurplusRow } from '#payments'
import type { TrackView } from '../order-view.ts'

/** Why money did not fit its order, as the order's page and its messages say it. */
export type SurplusWord = NonNullable<TrackView['payment']['surplus']>['kind']

/** The word for money that did not fit. `expected` is what the buyer was asked for, a gateway's fee included. */
export function surplusWord({ kind, amount, expected }: SurplusRow): SurplusWord {
  switch (kind) {
    case 'late':
    case 'double':
      return kind
    case 'cancelled_order':
      return 'cancelled'
    case 'amount_mismatch':
      return amount < expected ? 'underpaid' : 'overpaid'
  }
}
