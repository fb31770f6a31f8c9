import { parseArgs } from 'node:util'
import { formatRupiah } from '#shared/money.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { safeText } from '../sync/words.ts'
import type { PricesCall } from './prices-command.ts'

/** Puts the price from before a change back. */
export async function revertChange({ app, args, terminal }: PricesCall): Promise<ExitCode> {
  const [id, ...rest] = parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals
  if (id === undefined || rest.length > 0)
    throw new UsageError('tulis / write: prices revert <id>; prices changes menampilkan id / shows ids')
  const reverted = await app.prices.revert(id)
  if (reverted.ok) {
    const { sku, retail } = reverted.value
    terminal.print(`${sku}: ${formatRupiah(retail)}`)
    terminal.tell(
      'Harga ini kini harga tangan: sinkronisasi dan aturan tidak mengubahnya. Set by hand from now on: runs and rules leave it alone.',
    )
    return EXIT.ok
  }
  if (reverted.error.code === 'not_found') {
    terminal.tell(`✗ Tidak ada perubahan harga ini / there is no such price change: ${safeText(id)}`)
    terminal.tell('  npx lapak prices changes')
    return EXIT.usage
  }
  const floor = formatRupiah(reverted.error.floor)
  terminal.tell(`✗ Harga sebelumnya kini di bawah batas terendah ${floor} (modal ditambah margin minimum).`)
  terminal.tell(`  The earlier price is now below the floor of ${floor} (cost plus the least margin).`)
  terminal.tell('  Tidak ada yang diubah. Nothing was changed.')
  return EXIT.failed
}
