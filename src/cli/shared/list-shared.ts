import { parseArgs } from 'node:util'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { safeText } from '../sync/words.ts'
import { endDay } from './read-until.ts'
import type { SharedCall } from './shared-command.ts'

/** Shows accounts and their seats, one a line, without secrets. */
export async function listShared({ app, args, terminal }: SharedCall): Promise<ExitCode> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
  if (positionals.length > 1) throw new UsageError('tulis / write: shared list [<sku>]')
  const credentials = await app.sharedStock.list(positionals[0])
  for (const credential of credentials) {
    const { id, sku, label, state, seats, taken, held, version, expiresAt } = credential
    const end = expiresAt === null ? '' : `  sampai/until ${endDay(expiresAt)}`
    terminal.print(
      `${id}  ${sku}  ${safeText(label)}  ${state}  ${taken}+${held}/${seats} kursi/seats  v${version}${end}`,
    )
  }
  if (credentials.length === 0) terminal.tell('Belum ada akun bersama. There is no shared account yet.')
  else terminal.tell('terjual + ditahan / semua · sold + held / all')
  return EXIT.ok
}
