import type { Candidate } from '../../src/fulfilment/supplier/offer-view-store.ts'
import { SECOND_STEPS, stepOf } from '../../src/fulfilment/supplier/scores-store.ts'
import { OPEN_AFTER_IN_A_ROW, OPEN_AFTER_OF } from '../../src/fulfilment/supplier/circuits-store.ts'
import { createRandom } from '../../sandboxes/random.ts'

/** A made-up supplier: its price, and how it behaves at a second of the simulation. */
export type Seller = {
  id: string
  cost: number
  failShare(at: number): number
  seconds(at: number): number
  isDown(at: number): boolean
}

/** What a policy sees of a slot: the candidates that are left, and how many slots were opened before. */
export type Policy = (candidates: readonly Candidate[], turn: number) => Candidate | undefined

/** What came of all slots under one policy. */
export type MarketResult = { withinMinute: number; premiumBps: number; callsPerOrder: number; orders: number }

const ORDERS = 4_000
const ORDERS_PER_SECOND = 2
const DEADLINE_SECONDS = 60
const CIRCUIT_SECONDS = 30
const DOWN_ANSWER_SECONDS = 0.3
const RETRY_SECONDS = 5
const PATIENCE_SECONDS = 600
const BPS = 10_000

type Books = { delivered: number; failed: number; seconds: number[]; open: number }
type Circuit = { recent: boolean[]; openUntil: number; probing: boolean }
type Slot = { turn: number; wantedAt: number; used: Set<string>; avoid: Map<string, number> }
type Event = { at: number; run(): void }

/**
 * Lets one policy buy for a stream of orders from these sellers, in simulated time: definite failures go on to the next
 * seller, a seller that does not answer is left for a while. Everybody gets the same orders and the same luck.
 */
export function createMarket(
  sellers: readonly Seller[],
  policy: Policy,
  seed: string,
): { run(): MarketResult } {
  const luck = createRandom(`market-${seed}`)
  const records = new Map<string, Books>(
    sellers.map(({ id }) => [
      id,
      { delivered: 0, failed: 0, seconds: SECOND_STEPS.map(() => 0).concat(0), open: 0 },
    ]),
  )
  const circuits = new Map<string, Circuit>(
    sellers.map(({ id }) => [id, { recent: [], openUntil: -1, probing: false }]),
  )
  const events: Event[] = []
  const cheapest = Math.min(...sellers.map(({ cost }) => cost))
  let [calls, inTime, paid, delivered] = [0, 0, 0, 0]

  const plan = (at: number, run: () => void): void => void events.push({ at, run })

  function attempt(slot: Slot, at: number): void {
    if (at - slot.wantedAt > PATIENCE_SECONDS) return
    const left = sellers.filter(({ id }) => !slot.used.has(id))
    const candidates = left.map((seller) => candidateOf(seller, slot, at))
    const chosen = policy(candidates, slot.turn)
    const seller = left.find(({ id }) => id === chosen?.supplier)
    if (seller === undefined)
      return left.length === 0 ? undefined : plan(at + RETRY_SECONDS, () => attempt(slot, at + RETRY_SECONDS))
    // Whoever insists on a seller that just did not answer waits a little before the next call.
    const again = (slot.avoid.get(seller.id) ?? -DEADLINE_SECONDS) - DEADLINE_SECONDS + RETRY_SECONDS
    if (again > at) return plan(again, () => attempt(slot, again))
    call(slot, seller, at)
  }

  function call(slot: Slot, seller: Seller, at: number): void {
    calls += 1
    const [record, circuit] = [records.get(seller.id), circuits.get(seller.id)]
    if (record === undefined || circuit === undefined) return
    const isProbe = circuit.openUntil >= 0
    circuit.probing = isProbe
    if (seller.isDown(at)) {
      note(circuit, true, at, isProbe)
      slot.avoid.set(seller.id, at + DEADLINE_SECONDS)
      return plan(at + DOWN_ANSWER_SECONDS, () => attempt(slot, at + DOWN_ANSWER_SECONDS))
    }
    record.open += 1
    const isFailing = luck.next() < seller.failShare(at)
    const took = seller.seconds(at) * (0.5 + luck.next())
    plan(at + took, () => {
      record.open -= 1
      note(circuit, isFailing, at + took, isProbe)
      if (isFailing) {
        record.failed += 1
        slot.used.add(seller.id)
        return attempt(slot, at + took)
      }
      record.delivered += 1
      record.seconds[stepOf(took)] = (record.seconds[stepOf(took)] ?? 0) + 1
      delivered += 1
      paid += seller.cost
      if (at + took - slot.wantedAt <= DEADLINE_SECONDS) inTime += 1
    })
  }

  function candidateOf(seller: Seller, slot: Slot, at: number): Candidate {
    const [record, circuit] = [records.get(seller.id), circuits.get(seller.id)]
    const isOpen =
      circuit !== undefined && circuit.openUntil >= 0 && (circuit.openUntil > at || circuit.probing)
    const isAvoided = (slot.avoid.get(seller.id) ?? 0) > at
    return {
      id: seller.id,
      supplier: seller.id,
      code: seller.id,
      display_name: '',
      cost: seller.cost,
      target_form: 'apart',
      family: 'market',
      paused: false,
      broken: isOpen || isAvoided,
      delivered: record?.delivered ?? 0,
      failed: record?.failed ?? 0,
      seconds: record?.seconds ?? [],
      open: record?.open ?? 0,
    }
  }

  return {
    run() {
      for (let turn = 0; turn < ORDERS; turn += 1) {
        const at = turn / ORDERS_PER_SECOND
        plan(at, () => attempt({ turn, wantedAt: at, used: new Set(), avoid: new Map() }, at))
      }
      while (events.length > 0) takeNext(events).run()
      return {
        withinMinute: (100 * inTime) / ORDERS,
        premiumBps: Math.round((BPS * (paid - delivered * cheapest)) / (delivered * cheapest)),
        callsPerOrder: calls / ORDERS,
        orders: ORDERS,
      }
    },
  }
}

/** Ten failures in a row or half of twenty open the circuit; then one probe decides. */
function note(circuit: Circuit, isFailing: boolean, at: number, isProbe: boolean): void {
  if (circuit.openUntil >= 0) {
    if (!isProbe) return
    circuit.openUntil = isFailing ? at + CIRCUIT_SECONDS : -1
    circuit.probing = false
    circuit.recent = []
    return
  }
  circuit.recent = [...circuit.recent, isFailing].slice(-OPEN_AFTER_OF)
  const inARow = circuit.recent.slice(-OPEN_AFTER_IN_A_ROW)
  const isRow = inARow.length === OPEN_AFTER_IN_A_ROW && inARow.every(Boolean)
  const isHalf =
    circuit.recent.length === OPEN_AFTER_OF && circuit.recent.filter(Boolean).length * 2 >= OPEN_AFTER_OF
  if (isRow || isHalf) circuit.openUntil = at + CIRCUIT_SECONDS
}

function takeNext(events: Event[]): Event {
  let first = 0
  for (let index = 1; index < events.length; index += 1)
    if ((events[index]?.at ?? 0) < (events[first]?.at ?? 0)) first = index
  const [next] = events.splice(first, 1)
  if (next === undefined) throw new Error('no event')
  return next
}
