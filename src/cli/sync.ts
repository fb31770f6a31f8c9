import { systemClock } from '#platform/clock.ts'
import type { Environment } from '#platform/config.ts'
import type { App } from '../app.ts'
import { UsageError, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'
import { listConnections } from './sync/list-connections.ts'
import { discardDeadLetter, listDeadLetters, replayDeadLetters } from './sync/dead-letters.ts'
import { approveRun, cancelRun, changesOfRun, watchOldRun } from './sync/decide-run.ts'
import { holdConnection, setSchedule } from './sync/hold-connection.ts'
import { listRuns } from './sync/list-runs.ts'
import { lockField } from './sync/lock-field.ts'
import { startRun } from './sync/start-run.ts'
import type { SyncCommand } from './sync/sync-command.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Words after `sync` that are no connection. */
const COMMANDS: ReadonlyMap<string, SyncCommand> = new Map([
  ['list', listConnections],
  ['runs', listRuns],
  ['watch', watchOldRun],
  ['changes', changesOfRun],
  ['cancel', cancelRun],
  ['approve', approveRun],
  ['pause', holdConnection(true)],
  ['resume', holdConnection(false)],
  ['schedule', setSchedule],
  ['dead-letters', listDeadLetters],
  ['replay', replayDeadLetters],
  ['discard', discardDeadLetter],
  ['lock', lockField(true)],
  ['unlock', lockField(false)],
])

/** Starts, shows and decides about synchronisations. */
export async function runSync(args: string[], env: Environment): Promise<ExitCode> {
  if (args.length === 0)
    throw new UsageError('sebutkan koneksi, atau: sync list / name a connection, or: sync list')
  return await withApp(env, ({ app }) => callSync(app, args, processTerminal(env)))
}

/** The same on an open domain. */
export async function callSync(
  app: Pick<App, 'sync'>,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const [first = '', ...rest] = words
  const command = COMMANDS.get(first)
  if (command === undefined) return await startRun(app, words, terminal)
  return await command({ app, args: rest, terminal, now: systemClock.now() })
}
