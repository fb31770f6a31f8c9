import type { Environment } from '#platform/config.ts'
import type { App } from '../app.ts'
import { closestName } from './closest-name.ts'
import { UsageError, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'
import { explainPrice } from './prices/explain-price.ts'
import { listChanges } from './prices/list-changes.ts'
import { previewPrices } from './prices/preview-prices.ts'
import type { PricesCommand } from './prices/prices-command.ts'
import { revertChange } from './prices/revert-change.ts'
import { processTerminal, type Terminal } from './terminal.ts'

const COMMANDS: ReadonlyMap<string, PricesCommand> = new Map([
  ['changes', listChanges],
  ['preview', previewPrices],
  ['revert', revertChange],
  ['explain', explainPrice],
])

/** Shows, imagines, takes back and explains prices. */
export async function runPrices(args: string[], env: Environment): Promise<ExitCode> {
  const call = readCommand(args)
  return await withApp(env, ({ app }) => call(app, processTerminal(env)))
}

/** The same on an open domain. */
export async function callPrices(
  app: Pick<App, 'prices'>,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  return await readCommand(words)(app, terminal)
}

function readCommand([first = '', ...args]: readonly string[]) {
  const command = COMMANDS.get(first)
  if (command !== undefined)
    return (app: Pick<App, 'prices'>, terminal: Terminal) => command({ app, args, terminal })
  const names = [...COMMANDS.keys()]
  const close = first === '' ? undefined : closestName(first, names)
  throw new UsageError(
    close === undefined
      ? `tulis / write: prices ${names.join(' | ')}`
      : `Maksudnya / did you mean: prices ${close}`,
  )
}
