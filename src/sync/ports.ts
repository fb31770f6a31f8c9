import type { Result } from '../shared/result.ts'

/** A value of one field. Nested things of a source become text of their own (JSON) before they get here. */
export type Scalar = string | number | boolean | null
/** The fields of a record, in our terms. */
export type FieldValues = Readonly<Record<string, Scalar>>

/** A source's record after reading: whose it is, how new it is, and what it says. */
export type SourceRecord<Value extends FieldValues = FieldValues> = {
  externalId: string
  /** The source's time of the last change; null when it tells none. */
  version: Date | null
  value: Value
}

/**
 * Why a record is not taken, in a word for machines and a sentence for people. With `externalId`, whenever that much
 * could be read, the record still counts as present; without it no record may be taken for gone in that run.
 */
export type Rejection = { code: string; detail: string; externalId?: string }

export type PageRequest = {
  /** `full`: everything there is. `window`: what changed between `from` and `to`, both included. */
  mode: 'full' | 'window'
  from: Date | null
  to: Date
  /** What the page before gave as `next`; null for the first page. */
  position: string | null
  signal: AbortSignal
}

/** One page of raw records. `next` is null on the last one. */
export type Page = { rows: readonly unknown[]; next: string | null }

/**
 * Why there is no page. `transient`: try again later. `throttled`: wait as told. `account`: credentials or permission
 * refused, so that every further call is pointless. `position_lost`: the page token died, the slice starts again.
 * `malformed`: an answer that is not the documented one.
 */
export type SourceFailure = {
  code: 'transient' | 'throttled' | 'account' | 'position_lost' | 'malformed'
  detail: string
  retryAfterMs?: number
}

/** An external system that lists records of one kind, page by page. */
export type InboundSource<Value extends FieldValues = FieldValues> = {
  /** One call to the source. Never throws for what the network or the source does. */
  fetchPage(request: PageRequest): Promise<Result<Page, SourceFailure>>
  /** Pure and quick: it runs a million times. */
  read(raw: unknown): Result<SourceRecord<Value>, Rejection>
  /** The records with these ids as they are now; absent ones do not exist any more. For hints by webhook. */
  fetchRecords?(
    externalIds: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly unknown[], SourceFailure>>
}

/** A create (no `externalId` yet) or an update of one record in an external system. */
export type PushRequest = {
  /** The same key with the same body must have one effect, where the system honours keys. */
  key: string
  externalId: string | null
  /** Our id of the record, for the system's reference field. */
  reference: string
  body: unknown
  signal: AbortSignal
}

/**
 * What became of a push. `rejected`: this record is refused and nothing happened. `not_done`: nothing happened and it
 * may be tried again. `unknown`: it may or may not have happened.
 */
export type PushOutcome =
  | { kind: 'accepted'; externalId: string }
  | { kind: 'rejected'; code: string; detail: string }
  | { kind: 'not_done'; failure: SourceFailure }
  | { kind: 'unknown'; detail: string }

/** An external system that takes our records. */
export type OutboundTarget<Value extends FieldValues = FieldValues> = {
  /** Whether a repeated key has no second effect there. */
  honoursKeys: boolean
  /** The body as it is sent; stored before the call, so that a repeat is the same to the byte. */
  toBody(value: Value, parentExternalId: string | null): unknown
  send(request: PushRequest): Promise<PushOutcome>
  /** The record that carries our reference: its id, null when there is certainly none. */
  find?(reference: string, signal: AbortSignal): Promise<Result<{ externalId: string } | null, SourceFailure>>
}
