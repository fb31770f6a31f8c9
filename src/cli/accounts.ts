import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { setInvitePlan } from '#fulfilment'
import type { Environment } from '#platform/config.ts'
import type { AccountsCall, AccountsCommand } from './accounts/accounts-command.ts'
import { importAccountsFile, setPlan, stateCommand } from './accounts/change-accounts.ts'
import { listAccounts } from './accounts/list-accounts.ts'
import { closestName } from './closest-name.ts'
import { UsageError, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'
import { processTerminal } from './terminal.ts'

const COMMANDS: ReadonlyMap<string, AccountsCommand> = new Map([
  ['list', listAccounts],
  ['import', importAccountsFile],
  ['plan', setPlan],
  ['pause', stateCommand('pause', 'PAUSED')],
  ['resume', stateCommand('resume', 'ACTIVE')],
  ['retire', stateCommand('retire', 'RETIRED')],
])

/** Shows and changes the provider accounts that invite buyers. */
export async function runAccounts(args: string[], env: Environment): Promise<ExitCode> {
  const call = readCommand(args)
  return await withApp(env, ({ app, shop }) =>
    call({
      app,
      terminal: processTerminal(env),
      readFile: (path) => readFile(path, 'utf8').catch(() => undefined),
      providers: [...shop.inviteProviders.keys()],
      setPlan: async (sku, plan) => (await setInvitePlan(shop.db, sku, plan)).ok,
      by: `cli:${userInfo().username}`,
    }),
  )
}

/** The same on an open domain. */
export async function callAccounts(
  words: readonly string[],
  call: Omit<AccountsCall, 'args'>,
): Promise<ExitCode> {
  return await readCommand(words)(call)
}

function readCommand([first = 'list', ...args]: readonly string[]) {
  const command = COMMANDS.get(first)
  if (command !== undefined) return (call: Omit<AccountsCall, 'args'>) => command({ ...call, args })
  const names = [...COMMANDS.keys()]
  const close = closestName(first, names)
  throw new UsageError(
    close === undefined
      ? `tulis / write: accounts ${names.join(' | ')}`
      : `Maksudnya / did you mean: accounts ${close}`,
  )
}
