import { PgBoss, type ConstructorOptions, type JobResult, type JobWithMetadata } from 'pg-boss'
import type { Tx } from './database.ts'
import type { Log } from './log.ts'

/** A kind of background work. Jobs carry ids only; the handler reads the current state again. */
export type QueueDefinition = {
  name: string
  /** Workers of one process. A message about a new job wakes all of them: each costs a query per job. */
  concurrency: number
  /** Jobs that a worker takes and runs at once. More than one only where jobs are short: the slowest ends a batch. */
  takes: number
  /** Tries after the first; between them the wait grows exponentially up to `retryDelayMaxSeconds`. */
  retryLimit: number
  retryDelayMaxSeconds: number
  /** Longer than the longest honest run: then the job is taken to be lost. */
  expireInSeconds: number
  /** With `short`, at most one waiting job per key: many wake-ups become one. */
  policy: 'standard' | 'short'
}

/** What a job says: the id of what to work on. */
export type JobPayload = { id: string }

/** A delivered job. `attempt` starts at 0 and fences writes of a run that lost its claim. */
export type Job = { payload: JobPayload; attempt: number; signal: AbortSignal }

export type Queue = {
  /** Adds a job inside the caller's transaction: it exists exactly when the transaction commits. */
  enqueue(tx: Tx, queue: string, id: string, options?: { key?: string; startAfter?: Date }): Promise<void>
  /** Adds a job on its own, for wake-ups that may be lost without harm. */
  wake(queue: string, id: string): Promise<void>
  /** Starts workers for a queue in this process. */
  work(queue: string, handler: (job: Job) => Promise<void>): Promise<void>
  /** Jobs that ran out of tries, per queue. */
  deadLetters(): Promise<{ queue: string; waiting: number }[]>
  start(): Promise<void>
  /** Stops taking jobs and waits for the running ones, at most `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>
}

/** A killed worker's job is taken over after this long without a sign of life, plus one monitor interval. */
const HEARTBEAT_SECONDS = 15
const MONITOR_SECONDS = 5
/** Fallback when no notification arrives, for example behind a pooler without LISTEN. */
const POLLING_SECONDS = 1
const NOTIFY_POLLING_SECONDS = 5
/** Finished jobs are only of interest for looking back; business state has its own history. */
const KEEP_FINISHED_SECONDS = 86_400
const BOSS_CONNECTIONS = 6

/** The queue that receives jobs of `name` which ran out of tries. */
export function deadLetterQueue(name: string): string {
  return `${name}.dead`
}

export type QueueOptions = {
  url: string
  /** A connection without a pooler, for LISTEN. */
  directUrl: string
  definitions: readonly QueueDefinition[]
  log: Log
  /** False in a process that only adds jobs. */
  works: boolean
}

/** The job queue on PostgreSQL (pg-boss). Delivery is at least once; handlers are idempotent. */
export function openQueue(options: QueueOptions): Queue {
  const boss = new PgBoss(bossOptions(options))
  boss.on('error', (error) => options.log.error({ err: error }, 'queue error'))
  boss.on('warning', (warning) => options.log.warn({ warning: warning.message }, 'queue warning'))
  const definitions = new Map(options.definitions.map((definition) => [definition.name, definition]))

  return {
    async enqueue(tx, queue, id, job = {}) {
      const db = {
        executeSql: async (text: string, values: unknown[] = []) => ({
          rows: await tx.rows<unknown>({ text, values }),
        }),
      }
      await boss.send(
        queue,
        { id },
        {
          db,
          ...(job.key === undefined ? {} : { singletonKey: job.key }),
          ...(job.startAfter === undefined ? {} : { startAfter: job.startAfter }),
        },
      )
    },
    async wake(queue, id) {
      await boss.send(queue, { id }, { singletonKey: id })
    },
    async work(queue, handler) {
      const definition = definitions.get(queue)
      if (definition === undefined) throw new Error(`unknown queue ${queue}`)
      for (let worker = 0; worker < definition.concurrency; worker += 1)
        await startWorker(boss, definition, handler)
    },
    async deadLetters() {
      const names = options.definitions.map((definition) => deadLetterQueue(definition.name))
      const queues = await boss.getQueues(names)
      return queues.map((queue) => ({ queue: queue.name, waiting: queue.queuedCount }))
    },
    async start() {
      await boss.start()
      if (!options.works) return
      await createQueues(boss, options.definitions)
    },
    stop: (timeoutMs) => boss.stop({ graceful: true, timeout: timeoutMs, close: true }),
  }
}

function bossOptions(options: QueueOptions): ConstructorOptions {
  return {
    connectionString: options.works ? options.directUrl : options.url,
    max: BOSS_CONNECTIONS,
    schema: 'pgboss',
    migrate: false,
    createSchema: false,
    supervise: options.works,
    // Times are rows of ours; a schedule that an older version left there must not wake anybody.
    schedule: false,
    useListenNotify: options.works,
    registerInstance: false,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
    openTelemetry: { enabled: false },
  }
}

/**
 * A worker that looks again after its jobs until it finds none. By itself it would sleep: messages that come while it
 * works count as one, however many jobs they are about.
 */
async function startWorker(
  boss: PgBoss,
  definition: QueueDefinition,
  handler: (job: Job) => Promise<void>,
): Promise<void> {
  const own: { id?: string } = {}
  own.id = await boss.work(
    definition.name,
    {
      batchSize: definition.takes,
      includeMetadata: true,
      perJobResults: true,
      pollingIntervalSeconds: POLLING_SECONDS,
      notifyPollingIntervalSeconds: NOTIFY_POLLING_SECONDS,
    },
    async (jobs: JobWithMetadata<JobPayload>[]) => {
      if (own.id !== undefined) boss.notifyWorker(own.id)
      return await Promise.all(jobs.map((job) => runJob(job, handler)))
    },
  )
}

async function runJob(
  job: JobWithMetadata<JobPayload>,
  handler: (job: Job) => Promise<void>,
): Promise<JobResult> {
  try {
    await handler({ payload: job.data ?? { id: '' }, attempt: job.retryCount, signal: job.signal })
    return { id: job.id, status: 'completed' }
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    return { id: job.id, status: 'failed', output: { message, stack } }
  }
}

async function createQueues(boss: PgBoss, definitions: readonly QueueDefinition[]): Promise<void> {
  for (const definition of definitions) {
    const settings = {
      retryLimit: definition.retryLimit,
      retryBackoff: true,
      retryDelay: 1,
      retryDelayMax: definition.retryDelayMaxSeconds,
      expireInSeconds: definition.expireInSeconds,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      deleteAfterSeconds: KEEP_FINISHED_SECONDS,
      notify: true,
    }
    await boss.createQueue(deadLetterQueue(definition.name), { policy: 'standard' })
    await boss.createQueue(definition.name, {
      ...settings,
      policy: definition.policy,
      deadLetter: deadLetterQueue(definition.name),
    })
    await boss.updateQueue(definition.name, { ...settings, deadLetter: deadLetterQueue(definition.name) })
  }
}

/** Installs or upgrades the queue's own tables, its queues, and the rights of the application roles on them. */
export async function migrateQueue(url: string, definitions: readonly QueueDefinition[]): Promise<void> {
  const boss = new PgBoss({
    connectionString: url,
    schema: 'pgboss',
    max: 2,
    supervise: false,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', (error) => {
    throw error
  })
  await boss.start()
  await createQueues(boss, definitions)
  const db = boss.getDb()
  for (const role of ['lapak_worker']) {
    await db.executeSql(`grant usage on schema pgboss to ${role}`)
    await db.executeSql(`grant select, insert, update, delete on all tables in schema pgboss to ${role}`)
    await db.executeSql(`grant execute on all functions in schema pgboss to ${role}`)
  }
  await boss.stop({ graceful: false, close: true })
}
