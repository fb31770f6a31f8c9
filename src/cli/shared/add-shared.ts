import { parseArgs } from 'node:util'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { safeText } from '../sync/words.ts'
import { unreadable } from './change-shared.ts'
import { readUntil } from './read-until.ts'
import type { SharedCall } from './shared-command.ts'

const ADD_REFUSALS = {
  sku_unknown: 'SKU tidak dikenal / unknown SKU',
  not_shared: 'SKU ini tidak menjual kursi; lihat shared sku / this SKU does not sell seats; see shared sku',
  end_invalid: '--until sudah lewat atau terlalu jauh / is past, or too far away',
  invalid_request:
    'isian salah, atau rahasia ini sudah ada / something is wrong, or this secret is there already',
} as const

const SHARE_REFUSALS = {
  sku_unknown: 'SKU tidak dikenal / unknown SKU',
  not_stock: 'SKU ini bukan jenis STOCK / this SKU is not delivered from stock',
  has_units: 'masih ada kode di rak SKU ini / codes are still on the shelf of this SKU',
  invalid_request: '--days 1 sampai/to 3660',
} as const

/** Adds an account with its seats. The secret never stands on the command line. */
export async function addShared(call: SharedCall): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...call.args],
    options: {
      label: { type: 'string' },
      seats: { type: 'string' },
      until: { type: 'string' },
      'secret-file': { type: 'string' },
    },
    allowPositionals: true,
  })
  const [sku, ...rest] = positionals
  const { label, seats, until } = values
  if (sku === undefined || rest.length > 0 || label === undefined || seats === undefined)
    throw new UsageError('tulis / write: shared add <sku> --label <nama> --seats n [--secret-file <berkas>]')
  const secret = await call.readSecret(values['secret-file'])
  if (secret === undefined) return unreadable(call)
  const credential = {
    label,
    secret,
    seats: Number(seats),
    ...(until === undefined ? {} : { expiresAt: readUntil(until) }),
  }
  const added = await call.app.sharedStock.add(sku, credential, call.by)
  if (!added.ok) {
    call.terminal.tell(`✗ ${ADD_REFUSALS[added.error.code]}: ${safeText(sku)}`)
    return EXIT.failed
  }
  call.terminal.print(`${added.value.id}  ${added.value.sku}  ${added.value.seats} kursi/seats`)
  return EXIT.ok
}

/** Lets a SKU sell seats. */
export async function shareSku({ app, args, terminal }: SharedCall): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { days: { type: 'string' } },
    allowPositionals: true,
  })
  const [sku, ...rest] = positionals
  if (sku === undefined || rest.length > 0) throw new UsageError('tulis / write: shared sku <sku> [--days n]')
  const shared = await app.sharedStock.share(sku, values.days === undefined ? null : Number(values.days))
  if (!shared.ok) {
    terminal.tell(`✗ ${SHARE_REFUSALS[shared.error.code]}: ${safeText(sku)}`)
    return EXIT.failed
  }
  terminal.print(`${safeText(sku)}  kursi/seats  ${values.days ?? '∞'} hari/days`)
  return EXIT.ok
}
