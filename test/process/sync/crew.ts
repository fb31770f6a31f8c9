import { startWorker, type Worker } from './child.ts'
import type { KillPlan, Rewrite } from './statement-tap.ts'
import type { WorkerAsk, WorkerSetup } from './worker-orders.ts'

/** The workers of one seed: each is started again when it dies, as an operator's supervisor does. */
export type Crew = {
  /** How often a process died. */
  deaths(): number
  unexpected: string[]
  /** Statements that were met and sent in another form. */
  rewritten: ReadonlySet<string>
  /** Names of all processes that ever were. */
  names: string[]
  /** Asks one that lives; undefined when it died before it answered. */
  ask(ask: WorkerAsk): Promise<unknown>
  kill(pick: number): Promise<void>
  /** Stops a process in whatever it does for longer than its lease, then lets it go on. */
  pause(pick: number, ms: number): void
  /** Lets all go on, ends those that are still to die, and starts them anew without a plan. */
  calm(): Promise<void>
  stop(): Promise<void>
}

export type CrewOptions = {
  setup: Omit<WorkerSetup, 'name' | 'kill' | 'rewrites'>
  kills: readonly (readonly KillPlan[])[]
  rewrites: readonly Rewrite[]
}

const READY_TRIES = 400
/** Without faults every answer comes, however busy the machine is. */
const PATIENT_MS = 10_000

/** Starts the workers and waits until one works. */
export async function startCrew(options: CrewOptions): Promise<Crew> {
  const plans = options.kills.map((plan) => [...plan])
  const workers: Worker[] = []
  const names: string[] = []
  const unexpected: string[] = []
  const rewritten = new Set<string>()
  const timers = new Set<NodeJS.Timeout>()
  let deaths = 0
  let isOver = false
  let isCalm = false

  function launch(place: number): void {
    const name = `w${place}-${names.length}`
    names.push(name)
    const plan = isCalm ? undefined : plans[place]?.shift()
    const worker = startWorker(
      {
        ...options.setup,
        name,
        kill: plan ?? null,
        rewrites: options.rewrites,
        ...(isCalm ? { timeoutMs: PATIENT_MS } : {}),
      },
      { onUnexpected: (text) => void unexpected.push(text), onRewrite: (find) => void rewritten.add(find) },
    )
    workers[place] = worker
    void worker.ended.then(() => {
      if (worker.output() !== '') unexpected.push(`${name} wrote: ${worker.output()}`)
      if (isOver) return
      deaths += 1
      launch(place)
    })
  }

  async function living(pick: number): Promise<Worker | undefined> {
    for (let tries = 0; tries < READY_TRIES; tries += 1) {
      const worker = workers[(pick + tries) % workers.length]
      if (worker !== undefined && (await worker.ready) && worker.isAlive()) return worker
    }
    return undefined
  }

  options.kills.forEach((_, place) => launch(place))
  let turn = 0
  return {
    deaths: () => deaths,
    unexpected,
    rewritten,
    names,
    async ask(ask) {
      turn += 1
      const worker = await living(turn)
      return await worker?.ask(ask)
    },
    async kill(pick) {
      await workers[pick % workers.length]?.kill()
    },
    pause(pick, ms) {
      const worker = workers[pick % workers.length]
      worker?.pause()
      const timer = setTimeout(() => {
        timers.delete(timer)
        worker?.resume()
      }, ms)
      timers.add(timer)
    },
    async calm() {
      isCalm = true
      for (const worker of workers) worker.resume()
      await Promise.all(workers.map((worker) => worker.kill()))
      await living(0)
    },
    async stop() {
      isOver = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all(workers.map((worker) => worker.kill()))
    },
  }
}
