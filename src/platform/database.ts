import pg from 'pg'
import { failpoint } from './failpoint.ts'

/** A statement with its parameters. With a `name` the server keeps its plan for the connection. */
export type Statement<Row = unknown> = {
  text: string
  values?: readonly unknown[]
  name?: string
  __row?: Row
}

/**
 * Who acts in a transaction. Row-level security and table rights follow from it:
 * `web` sees public rows and what its token or user owns, `worker` runs the shop, `vault` alone reads sealed secrets.
 */
export type Actor =
  | { role: 'web'; tokenHash?: Buffer; userId?: string }
  | { role: 'worker' }
  | { role: 'vault'; tokenHash?: Buffer }

/** An open transaction. Ends with the function it was given to; using it later throws. */
export type Tx = {
  /** Rows of a statement. */
  rows<Row>(statement: Statement<Row>): Promise<Row[]>
  /** The only row; throws unless there is exactly one. */
  one<Row>(statement: Statement<Row>): Promise<Row>
  /** The row if there is one; throws when there are more. */
  maybe<Row>(statement: Statement<Row>): Promise<Row | undefined>
  /** Number of rows written or returned. */
  count(statement: Statement): Promise<number>
}

export type Database = {
  /**
   * Runs `work` in one transaction and commits; rolls back when it throws or returns a Result that is not ok.
   * `name` is the use case: it names the three failpoints. Deadlocks and serialization failures are retried
   * up to three times, so `work` must touch nothing but the transaction.
   */
  transaction<T>(name: string, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T>
  /** Runs one statement in a transaction of its own, in a single round trip. Returns its rows. */
  once<Row>(name: string, actor: Actor, statement: Statement<Row>): Promise<Row[]>
  /** Ends all connections after the running transactions. */
  close(): Promise<void>
  /** Connections in use, idle, and requests waiting for one. */
  usage(): { total: number; idle: number; waiting: number }
}

export type DatabaseOptions = {
  url: string
  /** Connections of this process. */
  connections?: number
  /** False behind a pooler that cannot keep prepared statements. */
  prepared?: boolean
  statementTimeoutMs?: number
}

/** Enough for one Node core at a few hundred orders per second, small enough for 20 processes on one server. */
const DEFAULT_CONNECTIONS = 16
/** A web statement that takes longer is a bug or an overload; failing it protects the rest. */
const WEB_STATEMENT_TIMEOUT_MS = 5_000
const WORKER_STATEMENT_TIMEOUT_MS = 60_000
/** Waiting longer for a row means somebody is stuck; the caller retries. */
const LOCK_TIMEOUT_MS = 2_000
/** A transaction that stays silent this long has lost its process. */
const IDLE_TRANSACTION_TIMEOUT_MS = 10_000
/** A request waits this long for a connection before it is refused. */
const CONNECT_TIMEOUT_MS = 5_000
/** An answer that takes longer than any statement may has been lost with its connection. */
const ANSWER_TIMEOUT_MS = WORKER_STATEMENT_TIMEOUT_MS + 5_000
const RETRY_LIMIT = 3
const RETRYABLE = new Set(['40001', '40P01', '55P03'])

const CONTEXT = {
  name: 'lapak_context',
  text: `select set_config('role', $1, true), set_config('lapak.token_hash', $2, true),
  set_config('lapak.user_id', $3, true), set_config('statement_timeout', $4, true),
  set_config('lock_timeout', $5, true), set_config('idle_in_transaction_session_timeout', $6, true)`,
}

/**
 * Opens a pool. Every transaction starts with `begin` and its role and actor in the same message as its first
 * statement, so that the context costs no round trip; all of it is transaction-local and works behind a
 * transaction pooler.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? DEFAULT_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    pipeline: true,
    types: { getTypeParser },
  })
  pool.on('error', () => {
    // An idle connection died with its server; the pool replaces it on the next use.
  })
  pool.on('connect', (client) => {
    // A connection that dies in use fails its statements; without a listener it would end the process too.
    client.on('error', () => undefined)
  })
  const prepared = options.prepared ?? true

  async function attempt<T>(name: string, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
    failpoint(`${name}.before`)
    const client = await pool.connect()
    const open: OpenState = { live: true }
    let broken: Error | undefined
    try {
      const started = startTransaction(client, actor, options, prepared)
      const result = await work(transactionOn(client, prepared, open))
      await started
      failpoint(`${name}.inside`)
      open.live = false
      if (isRefusal(result)) {
        await client.query('rollback')
      } else {
        const ended = await client.query('commit')
        if (ended.command !== 'COMMIT') throw new Error(`transaction ${name} ended as ${ended.command}`)
        failpoint(`${name}.after`)
      }
      return result
    } catch (error) {
      open.live = false
      broken = await rollback(client)
      throw rootCause(error, open)
    } finally {
      client.release(broken)
    }
  }

  return {
    async transaction(name, actor, work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(name, actor, work)
        } catch (error) {
          if (tries >= RETRY_LIMIT || !isRetryable(error)) throw error
        }
      }
    },
    async once(name, actor, statement) {
      failpoint(`${name}.before`)
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        const started = startTransaction(client, actor, options, prepared)
        const answer = client.query(toConfig(statement, prepared))
        const ended = client.query('commit')
        const [, result, end] = await Promise.allSettled([started, answer, ended])
        if (result.status === 'rejected') throw result.reason
        if (end.status === 'rejected') throw end.reason
        failpoint(`${name}.after`)
        return result.value.rows
      } catch (error) {
        broken = await rollback(client)
        throw error
      } finally {
        client.release(broken)
      }
    },
    close: () => pool.end(),
    usage: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
  }
}

function startTransaction(
  client: pg.PoolClient,
  actor: Actor,
  options: DatabaseOptions,
  prepared: boolean,
): Promise<void> {
  const timeout =
    options.statementTimeoutMs ??
    (actor.role === 'web' ? WEB_STATEMENT_TIMEOUT_MS : WORKER_STATEMENT_TIMEOUT_MS)
  const values = [
    `lapak_${actor.role}`,
    actor.role !== 'worker' && actor.tokenHash ? actor.tokenHash.toString('hex') : '',
    actor.role === 'web' && actor.userId ? actor.userId : '',
    String(timeout),
    String(LOCK_TIMEOUT_MS),
    String(IDLE_TRANSACTION_TIMEOUT_MS),
  ]
  const begun = client.query('begin')
  const context = client.query(toConfig({ ...CONTEXT, values }, prepared))
  const started = Promise.all([begun, context]).then(() => undefined)
  // The first statement of the caller fails with the same cause; without this the rejection would be unhandled.
  started.catch(() => undefined)
  return started
}

async function rollback(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback')
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error('rollback failed')
  }
}

/** `failure` is the first statement that failed: those sent after it only say that the transaction is aborted. */
type OpenState = { live: boolean; failure?: unknown }

const ABORTED = '25P02'

/** What made a transaction fail, when the error that came out of it is only the echo of an earlier one. */
function rootCause(error: unknown, open: OpenState): unknown {
  return sqlState(error) === ABORTED ? (open.failure ?? error) : error
}

function transactionOn(client: pg.PoolClient, prepared: boolean, open: OpenState): Tx {
  async function run<Row>(statement: Statement<Row>): Promise<{ rows: Row[]; rowCount: number }> {
    if (!open.live) throw new Error('transaction used after its end')
    try {
      const result = await client.query(toConfig(statement, prepared))
      return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 }
    } catch (error) {
      open.failure ??= error
      throw error
    }
  }
  return {
    rows: (statement) => mayWait(run(statement).then(({ rows }) => rows)),
    one: (statement) => mayWait(run(statement).then(({ rows }) => onlyRow(rows))),
    maybe: (statement) => mayWait(run(statement).then(({ rows }) => rowIfAny(rows))),
    count: (statement) => mayWait(run(statement).then(({ rowCount }) => rowCount)),
  }
}

/**
 * Lets a caller await this answer after others that were sent with it: when an earlier statement fails, this one fails
 * too, and nobody may be listening yet. The failure still reaches whoever awaits.
 */
function mayWait<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined)
  return answer
}

function onlyRow<Row>(rows: Row[]): Row {
  const [row] = rows
  if (row === undefined || rows.length > 1) throw new Error(`expected one row, got ${rows.length}`)
  return row
}

function rowIfAny<Row>(rows: Row[]): Row | undefined {
  if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}`)
  return rows[0]
}

function toConfig(statement: Statement, prepared: boolean): pg.QueryConfig {
  const config: pg.QueryConfig = { text: statement.text, values: [...(statement.values ?? [])] }
  if (prepared && statement.name !== undefined) config.name = statement.name
  return config
}

function isRefusal(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'ok' in result && result.ok === false
}

/** The SQLSTATE of a PostgreSQL error, or undefined. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** The constraint that a PostgreSQL error names, or undefined. */
export function violatedConstraint(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('constraint' in error)) return undefined
  return typeof error.constraint === 'string' ? error.constraint : undefined
}

/** What the network says of a server that is not there, or no longer. */
const LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])
/** SQLSTATEs of a server that ends, starts, or takes no more connections; class 08 is a broken connection. */
const SERVER_AWAY = /^(?:08\w{3}|57P0[123]|53300)$/
/** The driver gives these errors no code. */
const DRIVER_LOST =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client .* is not queryable$)/

/** Whether an error says that the database cannot be reached right now, so that trying again later may help. */
export function isDatabaseAway(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return LOST.has(state) || SERVER_AWAY.test(state)
  return error instanceof Error && DRIVER_LOST.test(error.message)
}

function isRetryable(error: unknown): boolean {
  const state = sqlState(error)
  return state !== undefined && RETRYABLE.has(state)
}

const INT8 = 20

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 && format !== 'binary') return toSafeInteger
  return pg.types.getTypeParser(oid, format) as (value: string) => unknown
}

function toSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint outside the safe range: ${text}`)
  return value
}
