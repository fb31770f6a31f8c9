import type { App } from '../../app.ts'
import { EXIT, type ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { onInterrupts } from './interrupts.ts'
import { runLine } from './progress.ts'
import { showChanges } from './show-changes.ts'
import { exitOf, printTotals, tellSummary } from './show-summary.ts'
import { watchRun, watchman, type Watchman } from './watch-run.ts'

/** How a run is followed to its end. */
export type Following = {
  watch: boolean
  /** All changes instead of the first 200 lines. */
  all: boolean
  man?: Watchman
}

/**
 * Works on a run until it ends, shows its progress where asked, then what it changed, its totals and what to do next.
 * The first Ctrl-C stops watching, the second leaves the run to the workers.
 */
export async function followRun(
  app: Pick<App, 'sync'>,
  runId: string,
  terminal: Terminal,
  { watch, all, man = watchman() }: Following,
): Promise<ExitCode> {
  const first = await app.sync.findRun(runId)
  if (first === undefined) {
    terminal.tell(`✗ Tidak ada sinkronisasi ini / there is no such run: ${runId}`)
    terminal.tell('  npx lapak sync runs')
    return EXIT.usage
  }
  terminal.tell(runLine(first))
  if (!watch && terminal.isLive) terminal.tell('  --watch menampilkan kemajuan / shows progress')
  const stop = new AbortController()
  const unwatch = new AbortController()
  const forget = onInterrupts(
    () => {
      unwatch.abort()
      tellGoingOn(runId, terminal)
    },
    () => stop.abort(),
  )
  try {
    const driven = app.sync.drive(runId, stop.signal)
    await watchRun(app, runId, terminal, driven, unwatch.signal, man, watch ? 'progress' : 'waits')
    const run = await driven
    if (run === undefined) return EXIT.failed
    const views = await app.sync.connections()
    const connection = views.find(({ name }) => name === run.connection)
    if (exitOf(run) !== EXIT.left) {
      terminal.tell('')
      terminal.tell(
        run.kind === 'dry' ? 'Yang akan berubah / what would change' : 'Yang berubah / what changed',
      )
      const isAnything = await showChanges(app, runId, terminal, all)
      if (!isAnything) terminal.tell('  tidak ada / nothing')
      printTotals(run, connection, terminal)
    }
    tellSummary(run, connection, man.now(), terminal)
    return exitOf(run)
  } finally {
    forget()
  }
}

function tellGoingOn(runId: string, terminal: Terminal): void {
  terminal.tell('')
  terminal.tell('• Tidak dipantau lagi; sinkronisasi tetap berjalan. Not watching any more; the run goes on.')
  terminal.tell(`  Batalkan / cancel it: npx lapak sync cancel ${runId}`)
  terminal.tell(
    '  Ctrl-C lagi untuk keluar; toko yang berjalan melanjutkannya / again to leave it to the running shop',
  )
}
