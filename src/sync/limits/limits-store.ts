import type { Statement, Tx } from '#platform/database.ts'
import type { RateLimit } from '../connection.ts'

const AVAILABLE = `least($2::float8,
  tokens + greatest(0, extract(epoch from statement_timestamp() - refreshed_at)::float8) * $3::float8)`

/** Creates the bucket, full, unless it exists. */
export async function insertBucket(tx: Tx, rate: RateLimit): Promise<void> {
  await tx.count({
    name: 'sync_insert_bucket',
    text: `insert into sync_buckets (key, tokens, refreshed_at) values ($1, $2, statement_timestamp())
      on conflict (key) do nothing`,
    values: [rate.key, rate.burst],
  })
}

/** Takes one token; false when there is none or calls are blocked. By the primary key, whose row it locks. */
export async function updateBucketTaken(tx: Tx, rate: RateLimit): Promise<boolean> {
  const taken = await tx.count({
    name: 'sync_take_token',
    text: `update sync_buckets set tokens = ${AVAILABLE} - 1,
        refreshed_at = greatest(refreshed_at, statement_timestamp())
      where key = $1 and blocked_until <= statement_timestamp() and ${AVAILABLE} >= 1`,
    values: [rate.key, rate.burst, rate.perSecond],
  })
  return taken === 1
}

/** Milliseconds until a token may be there. Before version 17 PostgreSQL subtracts no infinite time. */
export async function selectBucketWait(tx: Tx, rate: RateLimit): Promise<number> {
  const { ms } = await tx.one<{ ms: number }>({
    name: 'sync_token_wait',
    text: `select 1000 * greatest(
          extract(epoch from greatest(blocked_until, statement_timestamp()) - statement_timestamp())::float8,
        (1 - ${AVAILABLE}) / $3::float8) as ms
      from sync_buckets where key = $1`,
    values: [rate.key, rate.burst, rate.perSecond],
  })
  return Math.ceil(ms)
}

/** Blocks every call with this key for a while; a longer block stays. */
export async function blockBucket(tx: Tx, key: string, ms: number): Promise<void> {
  await tx.count({
    text: `insert into sync_buckets as b (key, tokens, blocked_until)
      values ($1, 0, statement_timestamp() + make_interval(secs => $2))
      on conflict (key) do update set blocked_until = greatest(b.blocked_until, excluded.blocked_until)`,
    values: [key, ms / 1000],
  })
}

export type CircuitRow = { failures: number; openMs: number | null; reason: string | null }

/** State of a connection's circuit; `openMs` is null when it never opened, negative when its time is over. */
export function circuitStatement(connection: string): Statement<CircuitRow> {
  return {
    name: 'sync_circuit',
    text: `select circuit_failures as failures, circuit_reason as reason,
        1000 * extract(epoch from circuit_open_until - statement_timestamp())::float8 as "openMs"
      from sync_connections where name = $1`,
    values: [connection],
  }
}

/** Claims the one probe of a circuit whose time is over: it stays open for all others until the probe has told. */
export async function claimProbe(tx: Tx, connection: string, seconds: number): Promise<boolean> {
  const claimed = await tx.count({
    text: `update sync_connections set circuit_open_until = statement_timestamp() + make_interval(secs => $2)
      where name = $1 and circuit_open_until <= statement_timestamp()`,
    values: [connection, seconds],
  })
  return claimed === 1
}

/** Closes the circuit and forgets its failures. */
export async function closeCircuit(tx: Tx, connection: string): Promise<void> {
  await tx.count({
    text: `update sync_connections set circuit_failures = 0, circuit_since = null, circuit_open_until = null,
        circuit_reason = null
      where name = $1 and (circuit_failures > 0 or circuit_open_until is not null)`,
    values: [connection],
  })
}

export type CircuitFailure = {
  /** Failures within the window that open it; 1 opens it at once. */
  limit: number
  windowSeconds: number
  openSeconds: number
  reason: string
}

/** Counts a failure and opens the circuit at the limit; a probe's failure opens it again. */
export async function addCircuitFailure(tx: Tx, connection: string, failure: CircuitFailure): Promise<void> {
  const isNew = `circuit_since is null or circuit_since < statement_timestamp() - make_interval(secs => $3)`
  const opens = `circuit_open_until is not null or case when ${isNew} then 1 else circuit_failures + 1 end >= $2`
  await tx.count({
    text: `update sync_connections set
        circuit_failures = case when ${isNew} then 1 else circuit_failures + 1 end,
        circuit_since = case when ${isNew} then statement_timestamp() else circuit_since end,
        circuit_open_until = case when ${opens} then statement_timestamp() + make_interval(secs => $4) end,
        circuit_reason = case when ${opens} then $5 end
      where name = $1`,
    values: [connection, failure.limit, failure.windowSeconds, failure.openSeconds, failure.reason],
  })
}
