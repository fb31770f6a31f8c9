import { parseArgs } from 'node:util'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { safeText } from '../sync/words.ts'
import { endDay, readUntil } from './read-until.ts'
import type { SharedCall, SharedCommand } from './shared-command.ts'

/** Puts a new secret in place and says how many orders were told. */
export async function rotateShared(call: SharedCall): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...call.args],
    options: { 'secret-file': { type: 'string' } },
    allowPositionals: true,
  })
  const [id, ...rest] = positionals
  if (id === undefined || rest.length > 0)
    throw new UsageError('tulis / write: shared rotate <id> [--secret-file <berkas>]')
  const secret = await call.readSecret(values['secret-file'])
  if (secret === undefined) return unreadable(call)
  const rotated = await call.app.sharedStock.rotate(id, secret, call.by)
  if (rotated.ok) {
    const { told } = rotated.value
    call.terminal.print(`${told} pesanan diberi tahu / orders are told`)
    return EXIT.ok
  }
  if (rotated.error.code === 'not_found') return unknownId(call, id)
  call.terminal.tell('✗ Rahasia kosong, terlalu panjang, atau sudah dipakai akun lain SKU ini.')
  call.terminal.tell('  The secret is empty, too long, or that of another account of this SKU.')
  return EXIT.failed
}

/** Moves the end of an account, or takes it away, and says whose seats outlast it. */
export async function endShared(call: SharedCall): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...call.args],
    options: { until: { type: 'string' }, never: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [id, ...rest] = positionals
  const { until, never } = values
  if (id === undefined || rest.length > 0 || (until === undefined) !== never)
    throw new UsageError('tulis / write: shared end <id> --until <tanggal> | --never')
  const end = until === undefined ? null : readUntil(until)
  const moved = await call.app.sharedStock.setEnd(id, end, call.by)
  if (!moved.ok && moved.error.code === 'not_found') return unknownId(call, id)
  if (!moved.ok) {
    call.terminal.tell('✗ Tanggal itu sudah lewat atau terlalu jauh / that date is past, or too far away')
    return EXIT.failed
  }
  call.terminal.print(`${id}  sampai/until ${end === null ? '∞' : endDay(end)}`)
  const { outlasting } = moved.value
  if (outlasting > 0)
    call.terminal.tell(
      `! ${outlasting} kursi terjual melewati tanggal itu / sold seats last longer than that`,
    )
  return EXIT.ok
}

/** The subcommand that moves an account to a state. */
export function stateCommand(word: string, state: 'ACTIVE' | 'PAUSED' | 'RETIRED'): SharedCommand {
  return async (call) => {
    const { positionals } = parseArgs({ args: [...call.args], options: {}, allowPositionals: true })
    const [id, ...rest] = positionals
    if (id === undefined || rest.length > 0) throw new UsageError(`tulis / write: shared ${word} <id>`)
    const moved = await call.app.sharedStock.setState(id, state, call.by)
    if (!moved.ok) return unknownId(call, id)
    call.terminal.print(`${id}  ${state}`)
    return EXIT.ok
  }
}

/** Says that the file with the secret cannot be read. */
export function unreadable({ terminal }: SharedCall): ExitCode {
  terminal.tell('✗ Berkas rahasia tidak bisa dibaca / the file with the secret cannot be read')
  return EXIT.failed
}

function unknownId({ terminal }: SharedCall, id: string): ExitCode {
  terminal.tell(`✗ Tidak ada akun ini / there is no such account: ${safeText(id)}`)
  terminal.tell('  npx lapak shared list')
  return EXIT.usage
}
