import { parseArgs } from 'node:util'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { followRun } from './follow-run.ts'
import { showChanges } from './show-changes.ts'
import { cliActor, type SyncCall } from './sync-command.ts'
import { both, STATUS_WORDS } from './words.ts'

const FLAGS = {
  watch: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
} as const

function readRunId({ args }: SyncCall, usage: string) {
  const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true })
  const [runId, ...rest] = positionals
  if (runId === undefined || rest.length > 0)
    throw new UsageError(`tulis / write: sync ${usage}; npx lapak sync runs menampilkan id / shows ids`)
  return { runId, ...values }
}

/** Shows what a run changed, or a dry run would change. */
export async function changesOfRun(call: SyncCall): Promise<ExitCode> {
  const { runId, all } = readRunId(call, 'changes <run> [--all]')
  const { app, terminal } = call
  if ((await app.sync.findRun(runId)) === undefined) return noSuchRun(runId, call)
  const isAnything = await showChanges(app, runId, terminal, all)
  if (!isAnything) terminal.tell('Tidak ada perubahan. No changes.')
  return EXIT.ok
}

/** Ends a run early. */
export async function cancelRun(call: SyncCall): Promise<ExitCode> {
  const { runId } = readRunId(call, 'cancel <run>')
  const { app, terminal } = call
  const cancelled = await app.sync.cancel(runId)
  if (!cancelled.ok) {
    if (cancelled.error.code === 'not_found') return noSuchRun(runId, call)
    terminal.tell('✗ Sinkronisasi ini sudah berakhir. This run is already over.')
    return EXIT.failed
  }
  terminal.print(`${cancelled.value.connection}: ${both(STATUS_WORDS[cancelled.value.status])} · ${runId}`)
  terminal.tell('Yang sudah diterapkan tetap. What was applied stays; the next run continues there.')
  return EXIT.ok
}

/** Lets a run take missing records out of use, and follows it to its end. */
export async function approveRun(call: SyncCall): Promise<ExitCode> {
  const { runId, watch, all } = readRunId(call, 'approve <run> [--watch]')
  const { app, terminal } = call
  const approved = await app.sync.approve(runId, cliActor())
  if (approved.ok) return await followRun(app, runId, terminal, { watch, all })
  if (approved.error.code === 'not_found') return noSuchRun(runId, call)
  terminal.tell('✗ Tidak ada yang menunggu persetujuan di sini. Nothing waits for approval in this run.')
  return EXIT.failed
}

/** Follows a run that somebody else started. */
export async function watchOldRun(call: SyncCall): Promise<ExitCode> {
  const { runId, all } = readRunId(call, 'watch <run>')
  return await followRun(call.app, runId, call.terminal, { watch: true, all })
}

function noSuchRun(runId: string, { terminal }: SyncCall) {
  terminal.tell(`✗ Tidak ada sinkronisasi ini / there is no such run: ${runId}`)
  terminal.tell('  npx lapak sync runs')
  return EXIT.usage
}
