import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { WorkerAsk, WorkerNote, WorkerReply, WorkerRewrote, WorkerSetup } from './worker-orders.ts'
import type { LogEntry, ProviderRow, WorldChange, WorldOptions } from './provider-world.ts'

function startScript(script: string, extra: NodeJS.ProcessEnv): { child: ChildProcess; output(): string } {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, script)], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: path.join(tmpdir(), 'lapak-sync-compiled'),
      ...extra,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => void chunks.push(text))
  return { child, output: () => chunks.join('').slice(-4_000) }
}

/** A worker process, from its start to its death. */
export type Worker = {
  name: string
  ready: Promise<boolean>
  ended: Promise<void>
  isAlive(): boolean
  output(): string
  /** The answer, or undefined when the process died before it came: then nobody knows whether it was done. */
  ask(ask: WorkerAsk): Promise<unknown>
  kill(): Promise<void>
  pause(): void
  resume(): void
}

/** What a worker tells by itself. */
export type WorkerEars = { onUnexpected(text: string): void; onRewrite(find: string): void }

/** Starts a worker. */
export function startWorker(setup: WorkerSetup, ears: WorkerEars): Worker {
  const { child, output } = startScript('worker-process.ts', { LAPAK_TEST_WORKER: JSON.stringify(setup) })
  const waiting = new Map<number, (answer: unknown) => void>()
  let asked = 0
  let isAlive = true
  let tellReady: (isReady: boolean) => void = () => undefined
  const ready = new Promise<boolean>((resolve) => (tellReady = resolve))
  const ended = once(child, 'exit').then(() => {
    isAlive = false
    tellReady(false)
    for (const settle of waiting.values()) settle(undefined)
    waiting.clear()
  })
  child.on('message', (message: WorkerReply | WorkerNote | WorkerRewrote | { ready: true }) => {
    if ('ready' in message) return tellReady(true)
    if ('rewrote' in message) return ears.onRewrite(message.rewrote)
    if ('unexpected' in message) return ears.onUnexpected(`${setup.name}: ${message.unexpected}`)
    const settle = waiting.get(message.id)
    waiting.delete(message.id)
    if ('error' in message) settle?.(undefined)
    else settle?.(message.value)
  })
  child.on('error', () => undefined)
  return {
    name: setup.name,
    ready,
    ended,
    isAlive: () => isAlive,
    output,
    ask(ask) {
      if (!isAlive || !child.connected) return Promise.resolve(undefined)
      asked += 1
      const id = asked
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        child.send({ id, ask }, (error) => {
          if (error !== null && waiting.delete(id)) resolve(undefined)
        })
      })
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  }
}

export type ProviderState = {
  rows: Record<'parents' | 'children' | 'out-parents' | 'out-children', ProviderRow[]>
  created: Record<string, number>
  offences: string[]
}

/** The provider process with its control routes. */
export type Provider = {
  url: string
  create(world: string, options: WorldOptions): Promise<void>
  change(world: string, changes: readonly WorldChange[]): Promise<void>
  log(world: string, from?: number): Promise<LogEntry[]>
  state(world: string): Promise<ProviderState>
  forget(world: string): Promise<void>
  stop(): Promise<void>
}

/** Starts the provider. One serves all seeds of a test file. */
export async function startProvider(): Promise<Provider> {
  const { child, output } = startScript('provider-process.ts', {})
  const started = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)])
  if (started === undefined) throw new Error(`the provider did not start: ${output()}`)
  const [{ url }] = started as [{ url: string }]
  async function control(world: string, action: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${url}/${world}/_control/${action}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${action}: ${await response.text()}`)
    return await response.json()
  }
  return {
    url,
    create: async (world, options) => void (await control(world, 'create', options)),
    change: async (world, changes) => void (await control(world, 'change', changes)),
    log: async (world, from = 0) => (await control(world, 'log', { from })) as LogEntry[],
    state: async (world) => (await control(world, 'state', {})) as ProviderState,
    forget: async (world) => void (await control(world, 'forget', {})),
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
