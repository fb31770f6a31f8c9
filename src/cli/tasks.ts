import { systemClock } from '#platform/clock.ts'
import type { Environment } from '#platform/config.ts'
import type { App } from '../app.ts'
import { closestName } from './closest-name.ts'
import { UsageError, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'
import { cliActor } from './sync/sync-command.ts'
import { decideTask, refundOrder } from './tasks/decide-task.ts'
import { listTasks } from './tasks/list-tasks.ts'
import { openAccount, showTask } from './tasks/show-task.ts'
import type { TasksCall, TasksCommand } from './tasks/tasks-command.ts'
import { processTerminal } from './terminal.ts'

const COMMANDS: ReadonlyMap<string, TasksCommand> = new Map([
  ['list', listTasks],
  ['show', showTask],
  ['decide', decideTask],
  ['account', openAccount],
  ['refund', refundOrder],
])

/** Shows what waits for a person, and carries out what a person decided. */
export async function runTasks(args: string[], env: Environment): Promise<ExitCode> {
  const call = readCommand(args)
  return await withApp(env, ({ app }) =>
    call(app, { terminal: processTerminal(env), now: systemClock.now() }),
  )
}

/** The same on an open domain. */
export async function callTasks(
  app: Pick<App, 'tasks'>,
  words: readonly string[],
  context: Pick<TasksCall, 'terminal' | 'now'>,
): Promise<ExitCode> {
  return await readCommand(words)(app, context)
}

function readCommand([first = 'list', ...args]: readonly string[]) {
  const isOption = first.startsWith('--')
  const command = isOption ? listTasks : COMMANDS.get(first)
  const words = isOption ? [first, ...args] : args
  if (command !== undefined)
    return (app: Pick<App, 'tasks'>, context: Pick<TasksCall, 'terminal' | 'now'>) =>
      command({ app, args: words, by: cliActor(), ...context })
  const names = [...COMMANDS.keys()]
  const close = closestName(first, names)
  throw new UsageError(
    close === undefined
      ? `tulis / write: tasks ${names.join(' | ')}`
      : `Maksudnya / did you mean: tasks ${close}`,
  )
}
