import type { Environment } from '#platform/config.ts'
import type { App } from '../app.ts'
import { closestName } from './closest-name.ts'
import { UsageError, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'
import { limitSupplier, pauseSupplier, resumeSupplier } from './suppliers/change-supplier.ts'
import { listSuppliers } from './suppliers/list-suppliers.ts'
import type { SuppliersCommand } from './suppliers/suppliers-command.ts'
import { processTerminal, type Terminal } from './terminal.ts'

const COMMANDS: ReadonlyMap<string, SuppliersCommand> = new Map([
  ['list', listSuppliers],
  ['pause', pauseSupplier],
  ['resume', resumeSupplier],
  ['limit', limitSupplier],
])

/** Shows, pauses and resumes suppliers. */
export async function runSuppliers(args: string[], env: Environment): Promise<ExitCode> {
  const call = readCommand(args)
  return await withApp(env, ({ app }) => call(app, processTerminal(env)))
}

/** The same on an open domain. */
export async function callSuppliers(
  app: Pick<App, 'suppliers'>,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  return await readCommand(words)(app, terminal)
}

function readCommand([first = 'list', ...args]: readonly string[]) {
  const command = COMMANDS.get(first)
  if (command !== undefined)
    return (app: Pick<App, 'suppliers'>, terminal: Terminal) => command({ app, args, terminal })
  const names = [...COMMANDS.keys()]
  const close = closestName(first, names)
  throw new UsageError(
    close === undefined
      ? `tulis / write: suppliers ${names.join(' | ')}`
      : `Maksudnya / did you mean: suppliers ${close}`,
  )
}
