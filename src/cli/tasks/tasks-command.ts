import type { App } from '../../app.ts'
import type { ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'

/** What a subcommand of `tasks` is given. `now` tells how long things wait; `by` is who decides, for the records. */
export type TasksCall = {
  app: Pick<App, 'tasks'>
  args: readonly string[]
  terminal: Terminal
  now: Date
  by: string
}

/** A subcommand of `tasks`. */
export type TasksCommand = (call: TasksCall) => Promise<ExitCode>
