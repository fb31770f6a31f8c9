import type { Tx } from '#platform/database.ts'
import type { FieldValues, InboundSource, OutboundTarget } from './ports.ts'
import type { RunStream } from './run-view.ts'

/**
 * Who decides a field. `source`: the external system, at every change. `rule`: our own rules; the source gives only the
 * first value. An operator may lock any field of a single record on top of that.
 */
export type FieldOwner = 'source' | 'rule'

/** Calls that an account allows: `burst` at once, then `perSecond`; shared by all processes through `key`. */
export type RateLimit = { key: string; perSecond: number; burst: number }

/** A record to write: new, or changed against `before`. `value` already respects locks and owners. */
export type RecordWrite<Value extends FieldValues = FieldValues> = {
  externalId: string
  localId: string
  isNew: boolean
  value: Value
  before: Value | null
  /** Local ids behind the fields that name another entity's external id. */
  parents: Readonly<Record<string, string>>
}

/** What a domain's write is told about the run it belongs to. `now` is the database's time of the transaction. */
export type WriteContext = { runId: string; connection: string; stream: string; now: Date }

/** Records of one kind flowing from a source into one of our modules. Its domain side is `load`, `write` and `remove`. */
export type PullStream<Value extends FieldValues = FieldValues> = {
  kind: 'pull'
  name: string
  /** What the records are, in the map of external ids; streams of one connection may share it. */
  entity: string
  /** Raise it when `read` or `fields` mean something new: every record is then compared as changed. */
  mappingVersion: number
  /** Every field with its owner; the order is that of the fingerprint. */
  fields: { readonly [Field in keyof Value]: FieldOwner }
  source: InboundSource<Value>
  /** Whether the source can be asked for changes since a moment. Without it every run is a full one. */
  hasChanges: boolean
  /** Streams of the same connection that must end before this one begins. */
  after?: readonly string[]
  /** Fields that hold the external id of another entity of the connection. A record without its parent waits. */
  parents?: Readonly<Record<string, string>>
  rate?: RateLimit
  timing?: Partial<StreamTiming>
  /** The stored fields of these records, by local id; ids that are gone are left out. */
  load(tx: Tx, localIds: readonly string[]): Promise<Map<string, Value>>
  /** Stores them inside the page's transaction. */
  write(tx: Tx, rows: readonly RecordWrite<Value>[], context: WriteContext): Promise<void>
  /** Takes records out of use that the source does not have any more. Never deletes what others refer to. */
  remove(tx: Tx, localIds: readonly string[], context: WriteContext): Promise<void>
}

export type StreamTiming = {
  /** A window begins this long before the last one ended: late and tied changes. */
  lookbackSeconds: number
  /** A window ends this long before now: what is being written there is not yet to be seen. */
  safetyLagSeconds: number
  /** The widest window that the source answers; wider ones are cut into slices. */
  maxSpanSeconds: number
}

/** One of our modules' records flowing out to an external system, whose ids come back. */
export type PushStream<Value extends FieldValues = FieldValues> = {
  kind: 'push'
  name: string
  entity: string
  mappingVersion: number
  fields: { readonly [Field in keyof Value]: FieldOwner }
  target: OutboundTarget<Value>
  after?: readonly string[]
  /** The entity whose external id must exist first. */
  parent?: string
  rate?: RateLimit
  /** The record as it is now with the local id of its parent; undefined when it is gone. */
  load(tx: Tx, localId: string): Promise<{ value: Value; parentId: string | null } | undefined>
}

/** What one step of a work stream did. */
export type WorkStep = {
  done: boolean
  counts: Partial<Omit<RunStream, 'stream'>>
  errors: { code: string; detail: string; record?: string }[]
}

/** Work that belongs to a run without being a list of records, such as mirroring images. Each step is safe to repeat. */
export type WorkStream = {
  kind: 'work'
  name: string
  after?: readonly string[]
  /** One bounded step, outside any transaction. In a dry run it only counts. */
  step(context: { runId: string; isDry: boolean; signal: AbortSignal }): Promise<WorkStep>
}

export type Stream = PullStream | PushStream | WorkStream

/** A configured external system with its streams in the order in which they are shown. */
export type Connection = {
  name: string
  streams: readonly Stream[]
  /** How often runs start by themselves until an operator says otherwise. */
  schedules: readonly { mode: 'full' | 'changes'; everyMinutes: number }[]
}

/** A stream whose values are typed, as one of many. */
export function defineStream<Value extends FieldValues>(
  stream: PullStream<Value> | PushStream<Value>,
): Stream {
  return stream
}
