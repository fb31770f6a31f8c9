import { parseArgs } from 'node:util'
import { readAccounts } from '#fulfilment'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { safeText } from '../sync/words.ts'
import type { AccountsCall, AccountsCommand } from './accounts-command.ts'

/** Adds accounts from a CSV file and changes those that are known. Credentials never stand on the command line. */
export async function importAccountsFile(call: AccountsCall): Promise<ExitCode> {
  const { terminal } = call
  const [file, ...rest] = call.args
  if (file === undefined || rest.length > 0)
    throw new UsageError('tulis / write: accounts import <berkas.csv>')
  const csv = await call.readFile(file)
  if (csv === undefined) {
    terminal.tell(`✗ Berkas tidak bisa dibaca / the file cannot be read: ${safeText(file)}`)
    return EXIT.failed
  }
  const read = readAccounts(csv)
  if (!read.ok) return refuse(call, read.error.errors)
  const imported = await call.app.invites.importAccounts(read.value, call.by)
  if (!imported.ok) return refuse(call, imported.error.errors)
  terminal.print(`${imported.value.added} ditambah/added, ${imported.value.changed} diubah/changed`)
  return EXIT.ok
}

function refuse({ terminal }: AccountsCall, errors: readonly string[]): ExitCode {
  terminal.tell('✗ Tidak ada yang diubah. Nothing was changed.')
  for (const error of errors) terminal.tell(`  ${safeText(error)}`)
  return EXIT.failed
}

/** The subcommand that moves an account to a state. */
export function stateCommand(word: string, state: 'ACTIVE' | 'PAUSED' | 'RETIRED'): AccountsCommand {
  return async ({ app, args, terminal, by }) => {
    const [id, ...rest] = args
    if (id === undefined || rest.length > 0) throw new UsageError(`tulis / write: accounts ${word} <id>`)
    const moved = await app.invites.setAccountState(id, state, by)
    if (!moved.ok) {
      terminal.tell(`✗ Tidak ada akun ini / there is no such account: ${safeText(id)}`)
      terminal.tell('  npx lapak accounts list')
      return EXIT.usage
    }
    terminal.print(`${id}  ${state}`)
    return EXIT.ok
  }
}

/** Longest membership that can be sold, in days; the schema's own bound. */
const MAX_DAYS = 3_660

/** Says which plan of which provider a SKU sells. A plan that no account has yet may be named: it waits for one. */
export async function setPlan(call: AccountsCall): Promise<ExitCode> {
  const { args, terminal, providers } = call
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { days: { type: 'string' } },
    allowPositionals: true,
  })
  const [sku, provider, plan, ...rest] = positionals
  const days = values.days === undefined ? null : Number(values.days)
  const isBadDays = days !== null && !(Number.isInteger(days) && days >= 1 && days <= MAX_DAYS)
  if (sku === undefined || provider === undefined || plan === undefined || rest.length > 0 || isBadDays)
    throw new UsageError('tulis / write: accounts plan <sku> <provider> <plan> [--days n]')
  if (!providers.includes(provider)) {
    terminal.tell(`✗ Penyedia tidak dikenal / unknown provider: ${safeText(provider)}`)
    terminal.tell(`  ${providers.join(' | ')}`)
    return EXIT.usage
  }
  if (!(await call.setPlan(sku, { provider, plan, days }))) {
    terminal.tell(
      `✗ SKU tidak dikenal atau bukan INVITE / unknown SKU, or not sold by invite: ${safeText(sku)}`,
    )
    return EXIT.failed
  }
  const accounts = await call.app.invites.accounts()
  if (!accounts.some((account) => account.provider === provider && account.plans.includes(plan)))
    terminal.tell(
      `! Belum ada akun ${provider} dengan paket ini / no account of ${provider} has this plan yet: ${safeText(plan)}`,
    )
  terminal.print(`${safeText(sku)}  ${safeText(provider)}  ${safeText(plan)}  ${days ?? '∞'} hari/days`)
  return EXIT.ok
}
