import type { App } from '../../app.ts'
import type { ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'

/** What a subcommand of `prices` is given. */
export type PricesCall = { app: Pick<App, 'prices'>; args: readonly string[]; terminal: Terminal }

/** A subcommand of `prices`. */
export type PricesCommand = (call: PricesCall) => Promise<ExitCode>
