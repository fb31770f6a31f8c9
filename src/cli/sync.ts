import { parseArgs } from 'node:util'
import type { Environment } from '#platform/config.ts'
import type { Run } from '#catalog'
import { EXIT, UsageError, complain, print, type Command, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'

/** Pulls a supplier's catalogue now. */
export const syncCommand: Command = {
  name: 'sync',
  usage: 'sync <connection> [--dry-run]',
  summary: 'Menarik katalog pemasok, misalnya vip-reseller',
  summaryEn: 'Pulls the catalogue of a supplier, for example vip-reseller',
  options: [['--dry-run', 'hanya menghitung perubahan / only counts what would change']],
  run: runSync,
}

async function runSync(args: string[], env: Environment): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [connection, ...rest] = positionals
  if (connection === undefined || rest.length > 0)
    throw new UsageError('sebutkan satu koneksi / name one connection')
  const synced = await withApp(env, ({ app }) =>
    app.operator.syncCatalogue(connection, 'cli', values['dry-run']),
  )
  if (synced.ok) {
    printRun(synced.value)
    return synced.value.status === 'succeeded' ? EXIT.ok : EXIT.failed
  }
  if (synced.error.code === 'busy') {
    complain('✗ Sinkronisasi lain sedang berjalan. Another run of this connection is going on.')
    return EXIT.busy
  }
  complain(`✗ Tidak ada koneksi "${connection}". There is no connection of this name; is it configured?`)
  return EXIT.failed
}

function printRun(run: Run): void {
  print(`${run.connection} ${run.kind} ${run.status} (${run.runId})`)
  for (const stream of run.streams) {
    const { seen, created, updated, unchanged, rejected, deleted } = stream
    print(
      `  ${stream.stream}: ${seen} dilihat/seen, ${created} baru/new, ${updated} berubah/changed, ${unchanged} sama/same, ${rejected} ditolak/rejected, ${deleted} hilang/gone`,
    )
  }
  for (const error of run.errors) print(`  ✗ ${error.code}: ${error.detail}`)
}
