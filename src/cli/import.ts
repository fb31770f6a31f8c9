import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import type { Environment } from '#platform/config.ts'
import { EXIT, UsageError, complain, print, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'

const REFUSALS = {
  sku_unknown: 'SKU tidak dikenal / unknown SKU',
  not_stock: 'SKU ini bukan jenis STOCK / this SKU is not delivered from stock',
  empty: 'berkas kosong / the file is empty',
  too_large: 'berkas terlalu besar, bagi dua / the file is too large, split it',
} as const

/** Adds codes from a file to a SKU's sealed stock. */
export async function runImport(args: string[], env: Environment): Promise<ExitCode> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true })
  const [what, sku, file, ...rest] = positionals
  if (what !== 'stock' || sku === undefined || file === undefined || rest.length > 0) {
    throw new UsageError('tulis: import stock <sku> <berkas.csv>')
  }
  const csv = await readFile(file, 'utf8').catch(() => undefined)
  if (csv === undefined) {
    complain(`✗ Berkas tidak bisa dibaca / the file cannot be read: ${file}`)
    return EXIT.failed
  }
  const imported = await withApp(env, ({ app }) =>
    app.operator.importStock(sku, csv, `cli:${userInfo().username}`),
  )
  if (!imported.ok) {
    complain(`✗ ${REFUSALS[imported.error.code]}: ${sku}`)
    return EXIT.failed
  }
  const { value } = imported
  print(
    `${value.imported} masuk/imported, ${value.duplicates} sudah ada/duplicates, ${value.rejectedTotal} ditolak/rejected`,
  )
  for (const { row, reason } of value.rejected) print(`  baris/row ${row}: ${reason}`)
  return value.rejectedTotal === 0 ? EXIT.ok : EXIT.failed
}
