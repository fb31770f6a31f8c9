/** Counts of one stream of a run. `unchanged` rows cost no write; older versions than ours are among them. */
export type RunStream = {
  stream: string
  seen: number
  created: number
  updated: number
  unchanged: number
  rejected: number
  deleted: number
  pages: number
}

export type RunTrigger = 'manual' | 'schedule' | 'webhook' | 'cli' | 'replay'
export type RunMode = 'full' | 'changes' | 'range' | 'replay'
export type RunStatus =
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'refused'
  | 'needs_approval'
  | 'cancelled'

/** One execution of a connection's synchronisation, as the API and the CLI show it. */
export type Run = {
  runId: string
  connection: string
  trigger: RunTrigger
  kind: 'live' | 'dry'
  status: RunStatus
  startedAt: string
  finishedAt: string | null
  streams: RunStream[]
  errors: { code: string; detail: string; record?: string }[]
}

/** Where one stream of a run stands, for progress. */
export type PassView = RunStream & {
  state: 'waiting' | 'ready' | 'running' | 'succeeded' | 'failed' | 'parked' | 'cancelled'
  stale: number
  missing: number
  startedAt: string | null
  finishedAt: string | null
  /** When it will be tried again, while it waits for the source or its rate limit. */
  retryAt: string | null
  error: { code: string; detail: string } | null
}

/** A run with everything a person watching it wants to know. */
export type RunDetail = Run & {
  mode: RunMode
  from: string | null
  to: string | null
  planOf: string | null
  passes: PassView[]
}

/** What a run did to one record, or what a dry run would do. Creations carry no fields. */
export type RunChange = {
  stream: string
  op: 'create' | 'update' | 'delete' | 'return' | 'kept' | 'push'
  externalId: string
  /** Field to [before, after]. */
  fields: Record<string, [unknown, unknown]>
}

/** A record that was refused and can be replayed. */
export type DeadLetter = {
  id: string
  connection: string
  stream: string
  record: string
  code: string
  detail: string
  attempts: number
  openedAt: string
  payload: unknown
}

export type SyncAlertKind =
  | 'late'
  | 'dead_letters'
  | 'rejected_share'
  | 'circuit_open'
  | 'needs_approval'
  | 'run_failed'

/** Something that a person should look at; opens once and resolves by itself when it is over. */
export type SyncAlert = {
  id: string
  connection: string
  stream: string
  kind: SyncAlertKind
  detail: string
  openedAt: string
}

/** A connection with its streams, schedules and health. */
export type ConnectionView = {
  name: string
  paused: { by: string; at: string } | null
  circuit: { openUntil: string; reason: string } | null
  streams: {
    stream: string
    direction: 'inbound' | 'outbound' | 'work'
    watermark: string | null
    enumeratedAt: string | null
    records: number
    deadLetters: number
  }[]
  schedules: { mode: 'full' | 'changes'; everyMinutes: number; enabled: boolean; nextAt: string }[]
  alerts: SyncAlert[]
}

/** Which run is wanted. Without streams: all of the connection. With `from` and `to`: only what changed between them. */
export type SyncRequest = {
  connection: string
  streams?: readonly string[]
  trigger: RunTrigger
  kind: 'live' | 'dry'
  /** `full` compares everything and finds what is gone; `changes` asks for what is new; `replay` retries dead letters. */
  mode: RunMode
  from?: Date
  to?: Date
  /** The dry run whose plan may be carried out, and nothing else: its mode, range and streams hold. */
  planOf?: string
}

/** Why no run was made. */
export type SyncRefusal = {
  code:
    | 'unknown_connection'
    | 'unknown_stream'
    | 'paused'
    | 'range_not_supported'
    | 'bad_range'
    | 'plan_unknown'
    | 'plan_not_finished'
}
