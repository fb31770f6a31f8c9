import { parseArgs } from 'node:util'
import { formatRupiah } from '#shared/money.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { cliActor } from '../sync/sync-command.ts'
import { grouped, safeText } from '../sync/words.ts'
import type { SuppliersCall } from './suppliers-command.ts'

/** More than any balance with a supplier. */
const MOST_RUPIAH = 10_000_000_000

/** Stops buying from a supplier until somebody resumes it. */
export async function pauseSupplier(call: SuppliersCall): Promise<ExitCode> {
  const [id] = readWords(call, 1, 'suppliers pause <id>')
  const done = await call.app.suppliers.pause(id, cliActor())
  if (!done.ok) return unknownSupplier(call, id)
  call.terminal.print(`${id} dijeda: npx lapak suppliers resume ${id}. Paused until somebody resumes it.`)
  return EXIT.ok
}

/** Lets a supplier go on and sends what waited. */
export async function resumeSupplier(call: SuppliersCall): Promise<ExitCode> {
  const [id] = readWords(call, 1, 'suppliers resume <id>')
  const done = await call.app.suppliers.resume(id, cliActor())
  if (done.ok) {
    const units = grouped(done.value.resumed)
    call.terminal.print(
      `${id} dilanjutkan; ${units} unit dikirim sekarang. Resumed; ${units} units go out now.`,
    )
    return EXIT.ok
  }
  if (done.error.code === 'not_found') return unknownSupplier(call, id)
  call.terminal.tell(`✗ ${id} tidak menjawab; tidak ada yang diubah.`)
  call.terminal.tell(`  ${id} does not answer; nothing was changed.`)
  return EXIT.failed
}

/** Sets the balance below which a supplier rests. */
export async function limitSupplier(call: SuppliersCall): Promise<ExitCode> {
  const [id, text = ''] = readWords(call, 2, 'suppliers limit <id> <Rp | off>')
  const rupiah = text === 'off' ? null : Number(text.replaceAll('.', ''))
  if (rupiah !== null && !(Number.isSafeInteger(rupiah) && rupiah >= 0 && rupiah <= MOST_RUPIAH))
    throw new UsageError('tulis / write: suppliers limit <id> <Rp | off>, contoh / example: 500000')
  const done = await call.app.suppliers.setLowBalance(id, rupiah)
  if (!done.ok) return unknownSupplier(call, id)
  call.terminal.print(
    rupiah === null
      ? `${id}: tanpa batas saldo. No balance limit.`
      : `${id}: istirahat di bawah ${formatRupiah(rupiah)}. Rests below ${formatRupiah(rupiah)}.`,
  )
  return EXIT.ok
}

function readWords({ args }: SuppliersCall, count: number, form: string): [string, ...string[]] {
  const words = parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals
  const [first, ...rest] = words
  if (first === undefined || words.length !== count) throw new UsageError(`tulis / write: ${form}`)
  return [first, ...rest]
}

async function unknownSupplier({ app, terminal }: SuppliersCall, id: string): Promise<ExitCode> {
  const known = (await app.suppliers.list()).map((view) => view.id).join(', ')
  terminal.tell(`✗ Tidak ada pemasok ini / there is no such supplier: ${safeText(id)}`)
  terminal.tell(`  ${known === '' ? 'belum ada / none yet' : known}`)
  return EXIT.usage
}
