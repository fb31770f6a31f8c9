import type { Tx } from '#platform/database.ts'
import type { RunMode } from './run-view.ts'

/** What a part of a pass adds to its counts; `seen` must equal the sum of the five that follow it. */
export type PassCounts = {
  seen: number
  created: number
  updated: number
  unchanged: number
  stale: number
  rejected: number
  deleted: number
  pages: number
}

/** One stream of a run while this process holds its lease. */
export type HeldPass = {
  runId: string
  connection: string
  stream: string
  epoch: number
  isDry: boolean
  mode: RunMode
  /** The range that was asked for; null for everything else. */
  from: Date | null
  to: Date | null
  /** When the run began: a generation that is older is finished first, and another one planned for the rest. */
  runStartedAt: Date
  /** The generation that the pass works on; null before it has one. */
  generationId: string | null
  /** Whether the run may only carry out the plan of a dry run. */
  isBound: boolean
  /** Of this stream in the plan that the run is bound to; null when that plan has none. */
  planSum: string | null
  /** Whether a person agreed to the deletes that a complete enumeration found. */
  isApproved: boolean
  /** Tries since the last progress. */
  tries: number
  /** Ends with the turn, the process or the job's claim. */
  signal: AbortSignal
  /** When the turn is over and the pass should be handed on. */
  isTurnOver(): boolean
  /**
   * First statement of every transaction that writes for the pass: locks its row until commit and renews the lease.
   * Throws `PassLost` when another process has taken it over, or the run was cancelled. Returns the database's time.
   */
  hold(tx: Tx): Promise<Date>
  /** Adds to the pass's counts and notes that it moved on. */
  count(tx: Tx, counts: Partial<PassCounts>): Promise<void>
}

/**
 * How a turn on a pass ended. `finished`: the pass has ended in a transaction of its own making. `more`: hand it on.
 * `later`: the source or its limits ask to wait; not a failure. `failed`: end it, with the checkpoint where it stands.
 */
export type TurnEnd =
  | { kind: 'finished' }
  | { kind: 'more' }
  | { kind: 'later'; afterMs: number; code: string; detail: string; countsAsTry: boolean }
  | { kind: 'failed'; code: string; detail: string }

/** The lease is somebody else's now, or the run is over: whoever sees this stops writing. */
export class PassLost extends Error {
  constructor() {
    super('the pass is held by another process, or over')
    this.name = 'PassLost'
  }
}
