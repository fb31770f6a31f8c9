import { setTimeout as sleep } from 'node:timers/promises'
import { elapsedMs, systemClock } from '#platform/clock.ts'
import type { App } from '../../app.ts'
import type { RunDetail } from '../../sync/run-view.ts'
import type { Terminal } from '../terminal.ts'
import { liveLines } from './live-lines.ts'
import { createRates, plainLine, progressLines, reasonOf, type Rates } from './progress.ts'
import { safeText } from './words.ts'

/** How often the run is looked at and drawn: four times a second is smooth, and one small read each. */
const LOOK_MS = 250

/** Without a window to draw in: a line per stream this often, and at once when its state changes. */
const PLAIN_MS = 5_000

/** Who does not watch hears of waits from this length on; shorter ones are part of the work. */
const LONG_WAIT_MS = 5_000

/** What watching needs to know of time; tests bring their own. */
export type Watchman = { now(): Date; elapsedMs(): number; rest(): Promise<unknown> }

/** The machine's time. */
export function watchman(): Watchman {
  return { now: () => systemClock.now(), elapsedMs, rest: () => sleep(LOOK_MS) }
}

/**
 * Shows the run's progress until `until` is settled or `leave` says so; the last state is shown when it has ended.
 * Of `waits` only what holds it up is told, each once.
 */
export async function watchRun(
  app: Pick<App, 'sync'>,
  runId: string,
  terminal: Terminal,
  until: Promise<unknown>,
  leave: AbortSignal,
  man: Watchman = watchman(),
  what: 'progress' | 'waits' = 'progress',
): Promise<void> {
  const rates = createRates()
  const shown = terminal.isLive ? drawnDisplay : plainDisplay
  const display = what === 'waits' ? waitsDisplay(terminal, man) : shown(terminal, rates, man)
  const over = until.then(
    () => true,
    () => true,
  )
  const left = new Promise<true>((resolve) => {
    leave.addEventListener('abort', () => resolve(true), { once: true })
  })
  for (let isOver = false; ;) {
    const run = await app.sync.findRun(runId)
    if (run !== undefined && !leave.aborted) {
      rates.note(run.passes, man.elapsedMs())
      display.show(run, isOver, isOver ? undefined : await pauseOf(app, run))
    }
    if (isOver || leave.aborted) return display.leave()
    isOver = await Promise.race([over, left, man.rest().then(() => false)])
  }
}

/** Who holds the connection still, when nothing moves and that is why. */
async function pauseOf(app: Pick<App, 'sync'>, run: RunDetail): Promise<string | undefined> {
  if (run.passes.some(({ state }) => state === 'running')) return undefined
  const views = await app.sync.connections()
  const paused = views.find(({ name }) => name === run.connection)?.paused
  return paused
    ? `dijeda/paused: ${safeText(paused.by)} · npx lapak sync resume ${run.connection}`
    : undefined
}

type Display = { show(run: RunDetail, isOver: boolean, pause: string | undefined): void; leave(): void }

const HINT = '  Ctrl-C: berhenti memantau / stop watching'

function drawnDisplay(terminal: Terminal, rates: Rates, man: Watchman): Display {
  const lines = liveLines(terminal)
  return {
    show(run, isOver, pause) {
      const look = { columns: terminal.columns(), hasColor: terminal.hasColor, now: man.now() }
      const table = progressLines(run, rates, look)
      lines.show([...table, ...(pause === undefined ? [] : [`  ! ${pause}`]), ...(isOver ? [] : [HINT])])
    },
    leave: () => lines.leave(),
  }
}

function plainDisplay(terminal: Terminal, rates: Rates, man: Watchman): Display {
  const told = new Map<string, { key: string; atMs: number }>()
  let toldPause: string | undefined
  return {
    show(run, isOver, pause) {
      if (pause !== undefined && pause !== toldPause) terminal.tell(`! ${pause}`)
      toldPause = pause
      for (const pass of run.passes) {
        const waits = reasonOf(pass, man.now()) !== undefined
        const key = `${pass.state} ${waits ? (pass.error?.code ?? '') : ''}`
        const last = told.get(pass.stream)
        const isDue = pass.state === 'running' && man.elapsedMs() - (last?.atMs ?? 0) >= PLAIN_MS
        const isNews = last === undefined || last.key !== key
        if (!isNews && (!isDue || isOver)) continue
        told.set(pass.stream, { key, atMs: man.elapsedMs() })
        terminal.tell(plainLine(pass, rates, man.now()))
      }
    },
    leave: () => undefined,
  }
}

/** For who does not watch: what the run waits for, so that minutes of silence explain themselves. */
function waitsDisplay(terminal: Terminal, man: Watchman): Display {
  const told = new Set<string>()
  const tellOnce = (key: string, line: string) => {
    if (!told.has(key)) terminal.tell(`  ${line}`)
    told.add(key)
  }
  return {
    show(run, isOver, pause) {
      if (isOver) return
      if (pause !== undefined) tellOnce(pause, pause)
      for (const pass of run.passes) {
        const reason = reasonOf(pass, man.now())
        const waitMs = pass.retryAt === null ? 0 : Date.parse(pass.retryAt) - man.now().getTime()
        if (reason === undefined || pass.finishedAt !== null || waitMs < LONG_WAIT_MS) continue
        tellOnce(`${pass.stream} ${pass.error?.code}`, `${pass.stream}: ${reason[0]} / ${reason[1]}`)
      }
    },
    leave: () => undefined,
  }
}
