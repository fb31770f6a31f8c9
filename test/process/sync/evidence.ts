import type { ProviderState } from './child.ts'
import type { Json, Transaction } from './history.ts'
import type { LogEntry } from './provider-world.ts'
import type { Scenario } from './scenario.ts'

/** The pulled streams of the fake connection with where their records lie. */
export const PULLED = [
  { stream: 'parents', entity: 'parent', table: 'test_parents', listed: 'parents' },
  { stream: 'children', entity: 'child', table: 'test_children', listed: 'children' },
] as const

/** The database as it was in one instant. */
export type Instant = {
  watermarks: Record<string, number | null>
  sentVersions: Record<string, number>
  epochs: Record<string, number>
  slices: { stream: string; position: string | null; isDone: boolean }[]
  /** `stream|external id` to the version that was applied; Infinity for records that are gone. */
  applied: Map<string, number>
  /** `stream|external id` of dead letters. */
  letters: Set<string>
  counts: { stream: string; seen: number; sum: number }[]
  doubles: string[]
}

/** The rows of the database when all is over. */
export type FinalRows = Record<
  | 'test_parents'
  | 'test_children'
  | 'test_pushed'
  | 'sync_records'
  | 'sync_dead_letters'
  | 'sync_pushes'
  | 'sync_attempts'
  | 'sync_runs'
  | 'sync_passes'
  | 'webhook_inbox',
  Json[]
>

/** What was measured in one of the quiet phases after the faults. */
export type Phases = {
  /** Provider and database after faults stopped and one full cycle passed. */
  converged: { provider: ProviderState; rows: FinalRows } | null
  /** The same after changes that were only pulled as changes; null when the provider's clock is ahead. */
  freshened: { provider: ProviderState; rows: FinalRows } | null
  /** Rows written by a second run over an unchanged provider. */
  idleWrites: Json[]
  /** Rows written by repeated hooks and ranges in any order. */
  replayWrites: Json[]
  /** Tables that a dry run changed though it must not, and mutating calls it made. */
  dryTouched: string[]
  /** What the dry run said, and what the live run bound to it then did; both sorted. */
  planned: string[]
  carriedOut: string[]
  /** How long it took until every wanted run had ended, without faults. */
  settledMs: number
}

/** Everything there is to judge a run of the property test by. */
export type Evidence = {
  scenario: Scenario
  history: Transaction[]
  log: LogEntry[]
  provider: ProviderState
  final: FinalRows
  phases: Phases
  /** Violations that were seen while it ran. */
  seenMeanwhile: Map<number, Set<string>>
  /** Keys of the deliveries that were answered with success. */
  accepted: string[]
  /** Ids of the runs whose request was answered with success. */
  requested: string[]
  unexpected: string[]
}
