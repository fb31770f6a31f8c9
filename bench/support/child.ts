import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/** A program of this benchmark in a process of its own. */
export type Child = {
  /** Milliseconds from the spawn until the program said it was ready. */
  readyMs: number
  /** What the program said when it was ready. */
  ready: unknown
  ask<T>(name: string, argument?: unknown): Promise<T>
  stop(): Promise<void>
}

/** As `tools/product.mjs` starts the shop. */
const NODE_FLAGS = ['--max-semi-space-size=8']

type Question = { id: number; name: string; argument: unknown }
type Reply = { id: number; value?: unknown; error?: string }

/** Starts a file of bench/processes and waits until it is ready. Its output goes nowhere, its errors to ours. */
export async function startChild(file: string, env: Record<string, string> = {}): Promise<Child> {
  const startedAt = performance.now()
  const child = fork(path.join(import.meta.dirname, '..', 'processes', file), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    execArgv: NODE_FLAGS,
  })
  const waiting = new Map<number, (reply: Reply) => void>()
  const first = Promise.withResolvers<Reply>()
  waiting.set(0, first.resolve)
  child.on('message', (message) => {
    const reply = message as Reply
    waiting.get(reply.id)?.(reply)
    waiting.delete(reply.id)
  })
  child.once('exit', (code) => {
    for (const answer of waiting.values()) answer({ id: -1, error: `${file} ended with ${String(code)}` })
  })
  const { value, error } = await first.promise
  if (error !== undefined) throw new Error(error)
  let last = 0
  return {
    readyMs: performance.now() - startedAt,
    ready: value,
    async ask<T>(name: string, argument?: unknown): Promise<T> {
      const answer = Promise.withResolvers<Reply>()
      last += 1
      waiting.set(last, answer.resolve)
      child.send({ id: last, name, argument } satisfies Question)
      const reply = await answer.promise
      if (reply.error !== undefined) throw new Error(`${file} ${name}: ${reply.error}`)
      return reply.value as T
    },
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/** Tells the parent that this program is ready, and answers its questions until it lets go. */
export function serveParent(
  ready: unknown,
  answers: Record<string, (argument: never) => unknown>,
  close: () => Promise<void> | void,
): void {
  const send = (reply: Reply): void => void process.send?.(reply)
  process.on('message', (message) => {
    const { id, name, argument } = message as Question
    Promise.resolve()
      .then(() => answers[name]?.(argument as never))
      .then((value) => send({ id, value }))
      .catch((error: unknown) => send({ id, error: String(error) }))
  })
  process.once('disconnect', () => {
    void Promise.resolve(close()).finally(() => process.exit(0))
  })
  send({ id: 0, value: ready })
}
