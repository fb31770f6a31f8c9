import type { App } from '../../app.ts'
import type { ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'

/** What a subcommand of `accounts` is given. `setPlan` is false for an unknown SKU. */
export type AccountsCall = {
  app: Pick<App, 'invites'>
  args: readonly string[]
  terminal: Terminal
  /** The content of a file, or undefined when it cannot be read. */
  readFile(path: string): Promise<string | undefined>
  setPlan(sku: string, plan: { provider: string; plan: string; days: number | null }): Promise<boolean>
  /** Names of the providers that are configured. */
  providers: readonly string[]
  /** Who did it, for the record. */
  by: string
}

/** A subcommand of `accounts`. */
export type AccountsCommand = (call: AccountsCall) => Promise<ExitCode>
