import { setTimeout as pause } from 'node:timers/promises'
import type { ShopTiming } from '../../src/jobs/shop.ts'
import type { ShopTemplate } from '../support/shop-template.ts'
import { letTimePass } from '../support/let-time-pass.ts'
import { freePort, sendWebhooksTo } from '../support/test-shop.ts'
import { startChildShop, type ChildShop } from './child-shop.ts'

/** A supervisor's pause before it starts a process again. */
const START_AGAIN_AFTER_MS = 300

/** A web and a worker process on one database, started again whenever one is killed. */
export type TendedShop = {
  url: string
  databaseUrl: string
  sandboxes: Record<string, string>
  /** Processes that were killed so far, by what they were told to die at. */
  deaths: string[]
  /** Resolves once the process that has this role now serves or works, or died before it did. */
  settled(role: 'web' | 'worker'): Promise<void>
  /** Kills the process that has this role now, wherever it is; another one takes its place. */
  strike(role: 'web' | 'worker'): Promise<void>
  /** Resolves once the first two processes serve and work. */
  ready(): Promise<void>
  /** Everything that all processes wrote. */
  output(): string
  /** Lets waits run out once a process has died: there is nobody left to end them sooner. */
  help(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts both processes with the first failpoint armed in each. When one dies, its successor gets the next failpoint
 * of the list, or none.
 */
export async function startTendedShop(options: {
  template: Pick<ShopTemplate, 'keysFile' | 'folder'>
  databaseUrl: string
  sandboxes: Record<string, string>
  failpoints?: readonly string[]
  /** Waits run out even while nobody has died. */
  hurried?: boolean
  /** The database is killed, too: a process that finds it starting up is started again, as any supervisor would. */
  databaseDies?: boolean
  logLevel?: string
  timing?: ShopTiming
}): Promise<TendedShop> {
  const { template, databaseUrl, sandboxes } = options
  const port = await freePort()
  const left = [...(options.failpoints ?? [])]
  const deaths: string[] = []
  const all: ChildShop[] = []
  const living = new Map<string, ChildShop>()
  let stopping = false

  function start(role: 'web' | 'worker', failpoint: string | undefined): void {
    const child = startChildShop({
      role,
      databaseUrl,
      keysFile: template.keysFile,
      dataDir: template.folder,
      port,
      sandboxes,
      failpoint,
      timing: options.timing,
      ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
    })
    all.push(child)
    living.set(role, child)
    void child.ended.then(async ({ signal }) => {
      if (stopping) return
      if (options.databaseDies === true && signal !== 'SIGKILL' && !(await child.ready)) {
        await pause(START_AGAIN_AFTER_MS)
        if (!stopping) start(role, failpoint)
        return
      }
      deaths.push(signal === 'SIGKILL' ? (failpoint ?? 'killed') : `crash: ${child.output()}`)
      // Both processes carry the same failpoint; the survivor keeps it.
      if (failpoint !== undefined && left[0] === failpoint) left.shift()
      start(role, failpoint === undefined ? undefined : left[0])
    })
  }
  start('web', left[0])
  start('worker', left[0])
  const url = `http://127.0.0.1:${port}`
  await sendWebhooksTo(sandboxes, url)
  return {
    url,
    databaseUrl,
    sandboxes,
    deaths,
    async settled(role) {
      await living.get(role)?.ready
    },
    async strike(role) {
      await living.get(role)?.kill()
    },
    async ready() {
      await Promise.all(all.slice(0, 2).map((child) => child.ready))
    },
    output: () => all.map((child) => child.output()).join('\n'),
    async help() {
      const crash = deaths.find((death) => death.startsWith('crash'))
      if (crash !== undefined) throw new Error(crash)
      if (deaths.length === 0 && options.hurried !== true) return
      // The database may be the one that was killed.
      await letTimePass(databaseUrl).catch(() => undefined)
    },
    async stop() {
      stopping = true
      await Promise.all([...living.values()].map((child) => child.kill()))
    },
  }
}
