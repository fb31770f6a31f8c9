import type { App } from '../../app.ts'
import type { ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'

/** What a subcommand of `suppliers` is given. */
export type SuppliersCall = { app: Pick<App, 'suppliers'>; args: readonly string[]; terminal: Terminal }

/** A subcommand of `suppliers`. */
export type SuppliersCommand = (call: SuppliersCall) => Promise<ExitCode>
