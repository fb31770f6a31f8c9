import type { Evidence } from '../evidence.ts'
import {
  invariant10Rate,
  invariant11PartialSuccess,
  invariant15Dependency,
  invariant5OneRemoteCreate,
} from './calls.ts'
import {
  invariant14NoEcho,
  invariant1Convergence,
  invariant4NoDuplicateMap,
  invariant6Idempotence,
  invariant7UnchangedIsFree,
} from './convergence.ts'
import { invariant12DryRunPurity, invariant16HookDurability, invariant17Liveness } from './effects.ts'
import { invariant13DeleteSafety, invariant9Fencing } from './fencing.ts'
import { invariant2AtomicCursor, invariant3Monotone, invariant8Conservation } from './progress.ts'

/** The seventeen, each with what it finds broken. */
export const INVARIANTS: readonly { number: number; name: string; judge(evidence: Evidence): string[] }[] = [
  { number: 1, name: 'convergence', judge: invariant1Convergence },
  { number: 2, name: 'atomic cursor', judge: invariant2AtomicCursor },
  { number: 3, name: 'monotone', judge: invariant3Monotone },
  { number: 4, name: 'no duplicate map', judge: invariant4NoDuplicateMap },
  { number: 5, name: 'one remote create', judge: invariant5OneRemoteCreate },
  { number: 6, name: 'idempotence and commutativity', judge: invariant6Idempotence },
  { number: 7, name: 'unchanged is free', judge: invariant7UnchangedIsFree },
  { number: 8, name: 'conservation', judge: invariant8Conservation },
  { number: 9, name: 'fencing', judge: invariant9Fencing },
  { number: 10, name: 'rate', judge: invariant10Rate },
  { number: 11, name: 'partial success', judge: invariant11PartialSuccess },
  { number: 12, name: 'dry-run purity', judge: invariant12DryRunPurity },
  { number: 13, name: 'delete safety', judge: invariant13DeleteSafety },
  { number: 14, name: 'no echo', judge: invariant14NoEcho },
  { number: 15, name: 'dependency', judge: invariant15Dependency },
  { number: 16, name: 'hook durability', judge: invariant16HookDurability },
  { number: 17, name: 'liveness', judge: invariant17Liveness },
]

/** What is broken, each with the number and name of its invariant; at most a few of each. */
export function judge(evidence: Evidence): string[] {
  const found = INVARIANTS.flatMap(({ number, name, judge: look }) => {
    const seen = [...look(evidence), ...(evidence.seenMeanwhile.get(number) ?? [])]
    return seen.slice(0, SHOWN).map((violation) => `${number} ${name}: ${violation}`)
  })
  return [...found, ...evidence.unexpected.slice(0, SHOWN).map((error) => `unexpected: ${error}`)]
}

const SHOWN = 4
