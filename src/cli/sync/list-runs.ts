import { parseArgs } from 'node:util'
import type { Run } from '../../sync/run-view.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import type { SyncCall } from './sync-command.ts'
import { both, grouped, KIND_WORDS, STATUS_WORDS, wib } from './words.ts'

/** Runs shown when nothing is said, and at most. */
const USUAL = 15
const MOST = 100

/** Shows the latest runs, newest first. */
export async function listRuns({ app, args, terminal }: SyncCall): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { limit: { type: 'string' } },
    allowPositionals: true,
  })
  const [connection, stream] = positionals
  const { runs, nextCursor } = await app.sync.listRuns({
    limit: readLimit(values.limit, USUAL, MOST),
    ...(connection === undefined ? {} : { connection }),
    ...(stream === undefined ? {} : { stream }),
  })
  if (runs.length === 0) terminal.tell('Belum ada sinkronisasi. There are no runs yet.')
  for (const run of runs) terminal.print(runRow(run))
  if (nextCursor !== null) terminal.tell(`… lebih banyak / more: --limit ${MOST}`)
  return EXIT.ok
}

function runRow(run: Run): string {
  const sum = (name: 'seen' | 'created' | 'updated' | 'rejected') =>
    grouped(run.streams.reduce((total, stream) => total + stream[name], 0))
  const kind = run.kind === 'dry' ? ` (${both(KIND_WORDS.dry)})` : ''
  return [
    wib(run.startedAt),
    run.runId,
    `${run.connection}${kind}`,
    both(STATUS_WORDS[run.status]),
    `${sum('seen')} dilihat/seen, ${sum('created')} baru/new, ${sum('updated')} berubah/changed, ${sum('rejected')} ditolak/rejected`,
  ].join('  ')
}

/** A limit as people write it. Throws `UsageError` for anything but a number from 1 to `most`. */
export function readLimit(text: string | undefined, usual: number, most: number): number {
  if (text === undefined) return usual
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > most) throw new UsageError(`--limit 1 … ${most}`)
  return limit
}
