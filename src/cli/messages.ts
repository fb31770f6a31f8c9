import type { Environment } from '#platform/config.ts'
import type { App } from '../app.ts'
import { closestName } from './closest-name.ts'
import { UsageError, type ExitCode } from './command.ts'
import { listLog } from './messages/list-log.ts'
import type { MessagesCommand } from './messages/messages-command.ts'
import { listTemplates, previewTemplate } from './messages/preview-template.ts'
import { withApp } from './open-project.ts'
import { processTerminal, type Terminal } from './terminal.ts'

const COMMANDS: ReadonlyMap<string, MessagesCommand> = new Map([
  ['templates', listTemplates],
  ['preview', previewTemplate],
  ['log', listLog],
])

/** Shows templates and what was sent. */
export async function runMessages(args: string[], env: Environment): Promise<ExitCode> {
  const call = readCommand(args)
  return await withApp(env, ({ app }) => call(app, processTerminal(env)))
}

/** The same on an open domain. */
export async function callMessages(
  app: Pick<App, 'messages'>,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  return await readCommand(words)(app, terminal)
}

function readCommand([first = 'log', ...args]: readonly string[]) {
  const command = COMMANDS.get(first)
  if (command !== undefined)
    return (app: Pick<App, 'messages'>, terminal: Terminal) => command({ app, args, terminal })
  const names = [...COMMANDS.keys()]
  const close = closestName(first, names)
  throw new UsageError(
    close === undefined
      ? `tulis / write: messages ${names.join(' | ')}`
      : `Maksudnya / did you mean: messages ${close}`,
  )
}
