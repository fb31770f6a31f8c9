import type { App } from '../../app.ts'
import type { ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'

/** What a subcommand of `shared` is given. `readSecret` answers undefined when a file cannot be read. */
export type SharedCall = {
  app: Pick<App, 'sharedStock'>
  args: readonly string[]
  terminal: Terminal
  readSecret(file: string | undefined): Promise<string | undefined>
  /** Who did it, for the record. */
  by: string
}

/** A subcommand of `shared`. */
export type SharedCommand = (call: SharedCall) => Promise<ExitCode>
