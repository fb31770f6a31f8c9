import { parseArgs } from 'node:util'
import type { Environment } from '#platform/config.ts'
import type { Run } from '#catalog'
import { EXIT, UsageError, complain, print, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'

/** What a supplier's catalogue consists of; always pulled as a whole. */
const STREAM = 'offers'

/** Pulls a supplier's catalogue now. */
export async function runSync(args: string[], env: Environment): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      'dry-run': { type: 'boolean', default: false },
      from: { type: 'string' },
      to: { type: 'string' },
    },
    allowPositionals: true,
  })
  const [connection, stream = STREAM, ...rest] = positionals
  if (connection === undefined || rest.length > 0)
    throw new UsageError(
      'sebutkan satu koneksi dan paling banyak satu aliran / name one connection and at most one stream',
    )
  if (stream !== STREAM)
    throw new UsageError(`aliran tidak dikenal / unknown stream: ${stream}; yang ada / there is: ${STREAM}`)
  if (values.from !== undefined || values.to !== undefined)
    throw new UsageError(
      `aliran ${STREAM} tidak memakai rentang: hapus --from dan --to / this stream takes no range`,
    )
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
