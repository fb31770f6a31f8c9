import type { Candidate } from '../src/fulfilment/supplier/offer-view-store.ts'
import { rankOffers, RELIABILITY_BUDGET_BPS } from '../src/fulfilment/supplier/rank-offers.ts'
import type { Measurement, Scenario } from '../tools/run-bench.ts'
import { createMarket, type Policy, type Seller } from './support/supplier-market.ts'

const IN_TIME_PERCENT = 99

/** The cheapest fails four in ten and is away for two stretches; the second grows slow; the third is dear and sound. */
const SELLERS: readonly Seller[] = [
  {
    id: 'a',
    cost: 20_000,
    failShare: () => 0.4,
    seconds: () => 4,
    isDown: (at) => (at > 300 && at < 420) || (at > 1_200 && at < 1_260),
  },
  {
    id: 'b',
    cost: 20_400,
    failShare: () => 0.02,
    seconds: (at) => 3 + Math.max(0, Math.min(1, (at - 600) / 600)) * 25,
    isDown: (at) => at > 1_500 && at < 1_560,
  },
  { id: 'c', cost: 21_000, failShare: () => 0.005, seconds: () => 5, isDown: () => false },
]

const byCost = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.toSorted((one, other) => one.cost - other.cost)

const POLICIES: Readonly<Record<string, Policy>> = {
  'cheapest first': (candidates) => byCost(candidates)[0],
  'round robin': (candidates, turn) => byCost(candidates)[turn % candidates.length],
  'by record': (candidates) => {
    const [best] = rankOffers(candidates)
    return best?.broken ? undefined : best
  },
}

/** Routing policies against suppliers in trouble, in simulated time: no database, no clock, the same luck for all. */
export const scenario: Scenario = {
  name: 'supplier-routing',
  about: 'who is bought from while the cheapest supplier fails four in ten, one grows slow and two go away',
  async run() {
    return Object.entries(POLICIES).flatMap(([name, policy]) => measure(name, policy))
  },
}

function measure(name: string, policy: Policy): Measurement[] {
  const result = createMarket(SELLERS, policy, 'bench').run()
  const isOurs = name === 'by record'
  return [
    {
      what: `${name}: delivered within 60 s`,
      value: result.withinMinute,
      unit: '%',
      ...(isOurs ? { atLeast: IN_TIME_PERCENT } : {}),
    },
    {
      what: `${name}: paid above the cheapest`,
      value: result.premiumBps,
      unit: 'basis points',
      ...(isOurs ? { atMost: RELIABILITY_BUDGET_BPS } : {}),
    },
    { what: `${name}: calls per order`, value: result.callsPerOrder, unit: 'calls' },
  ]
}
