import { userInfo } from 'node:os'
import type { App } from '../../app.ts'
import type { ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'

/** What a subcommand of `sync` is given. */
export type SyncCall = {
  app: Pick<App, 'sync'>
  args: readonly string[]
  terminal: Terminal
  now: Date
}

/** A subcommand of `sync`. */
export type SyncCommand = (call: SyncCall) => Promise<ExitCode>

/** Who did it, in the records. */
export function cliActor(): string {
  return `cli:${userInfo().username}`
}
