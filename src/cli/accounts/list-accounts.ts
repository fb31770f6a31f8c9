import type { ProviderAccountView } from '../../fulfilment/invite-view.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { safeText, wib } from '../sync/words.ts'
import type { AccountsCall } from './accounts-command.ts'

/** Shows the accounts that invite, one a line, without credentials. */
export async function listAccounts({ app, args, terminal }: AccountsCall): Promise<ExitCode> {
  if (args.length > 0) throw new UsageError('tulis / write: accounts list')
  const accounts = await app.invites.accounts()
  for (const account of accounts) terminal.print(lineOf(account))
  if (accounts.length === 0)
    terminal.tell('Belum ada akun. There is no account yet: npx lapak accounts import <file.csv>')
  else terminal.tell('kursi: anggota + ditahan / semua · seats: members + held / all')
  return EXIT.ok
}

function lineOf(account: ProviderAccountView): string {
  const { id, provider, label, externalId, plans, state, used, held, seats, cooldownUntil, detail } = account
  return [
    id,
    provider,
    safeText(label),
    safeText(externalId),
    plans.join(' '),
    cooldownUntil === null ? state : `${state} → ${wib(cooldownUntil)}`,
    `${used}+${held}/${seats} kursi/seats`,
    `${account.invitedToday}/${account.dailyQuota} hari ini/today`,
    ...(detail === null ? [] : [safeText(detail)]),
  ].join('  ')
}
