import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { text } from 'node:stream/consumers'
import type { Environment } from '#platform/config.ts'
import { closestName } from './closest-name.ts'
import { UsageError, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'
import { addShared, shareSku } from './shared/add-shared.ts'
import { endShared, rotateShared, stateCommand } from './shared/change-shared.ts'
import { listShared } from './shared/list-shared.ts'
import type { SharedCall, SharedCommand } from './shared/shared-command.ts'
import { processTerminal } from './terminal.ts'

const COMMANDS: ReadonlyMap<string, SharedCommand> = new Map([
  ['list', listShared],
  ['sku', shareSku],
  ['add', addShared],
  ['rotate', rotateShared],
  ['end', endShared],
  ['pause', stateCommand('pause', 'PAUSED')],
  ['resume', stateCommand('resume', 'ACTIVE')],
  ['retire', stateCommand('retire', 'RETIRED')],
])

/** Shows and changes accounts that several buyers share. */
export async function runShared(args: string[], env: Environment): Promise<ExitCode> {
  const call = readCommand(args)
  const terminal = processTerminal(env)
  const readSecret = async (file: string | undefined) => {
    if (file !== undefined) return await readFile(file, 'utf8').catch(() => undefined)
    if (process.stdin.isTTY)
      terminal.tell('Tulis rahasianya, akhiri dengan Ctrl-D. Write the secret, end with Ctrl-D.')
    return await text(process.stdin)
  }
  return await withApp(env, ({ app }) =>
    call({ app, terminal, readSecret, by: `cli:${userInfo().username}` }),
  )
}

/** The same on an open domain. */
export async function callShared(
  words: readonly string[],
  call: Omit<SharedCall, 'args'>,
): Promise<ExitCode> {
  return await readCommand(words)(call)
}

function readCommand([first = 'list', ...args]: readonly string[]) {
  const command = COMMANDS.get(first)
  if (command !== undefined) return (call: Omit<SharedCall, 'args'>) => command({ ...call, args })
  const names = [...COMMANDS.keys()]
  const close = closestName(first, names)
  throw new UsageError(
    close === undefined
      ? `tulis / write: shared ${names.join(' | ')}`
      : `Maksudnya / did you mean: shared ${close}`,
  )
}
