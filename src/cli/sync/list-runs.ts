import { parseArgs } from 'node:util'
import type { Run } from '../../sync/run-view.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import type { SyncCall } from './sync-command.ts'
import { refuseUnknown } from './refusals.ts'
import { both, clockTime, grouped, KIND_WORDS, safeText, STATUS_WORDS, wib } from './words.ts'

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
  const [connection, stream, ...rest] = positionals
  if (rest.length > 0) throw new UsageError('tulis / write: sync runs [connection] [stream]')
  const { runs, nextCursor } = await app.sync.listRuns({
    limit: readLimit(values.limit, USUAL, MOST),
    ...(connection === undefined ? {} : { connection }),
    ...(stream === undefined ? {} : { stream }),
  })
  if (runs.length === 0 && connection !== undefined) {
    const refused = await refuseUnknown(app, connection, stream, terminal)
    if (refused !== undefined) return refused
  }
  if (runs.length === 0) terminal.tell('Belum ada sinkronisasi. There are no runs yet.')
  for (const run of runs) terminal.print(runRow(run))
  if (nextCursor !== null) terminal.tell(`… lebih banyak / more: --limit ${MOST}`)
  return EXIT.ok
}

/** One run: when, which, how it ended, how long it took, what it did, and why it did not do all of it. */
function runRow(run: Run): string {
  const sum = (name: 'seen' | 'created' | 'updated' | 'rejected' | 'deleted') =>
    run.streams.reduce((total, stream) => total + stream[name], 0)
  const kind = run.kind === 'dry' ? ` (${both(KIND_WORDS.dry)})` : ''
  const took =
    run.finishedAt === null ? [] : [clockTime(Date.parse(run.finishedAt) - Date.parse(run.startedAt))]
  const gone = sum('deleted') > 0 ? `, ${grouped(sum('deleted'))} hilang/gone` : ''
  const reason = run.errors.find(({ record }) => record === undefined)
  return [
    wib(run.startedAt),
    run.runId,
    `${run.connection}${kind}`,
    both(STATUS_WORDS[run.status]),
    ...took,
    `${grouped(sum('seen'))} dilihat/seen, ${grouped(sum('created'))} baru/new, ${grouped(sum('updated'))} berubah/changed${gone}, ${grouped(sum('rejected'))} ditolak/rejected`,
    ...(run.status === 'succeeded' || reason === undefined
      ? []
      : [`${reason.code}: ${safeText(reason.detail)}`]),
  ].join('  ')
}

/** A limit as people write it. Throws `UsageError` for anything but a number from 1 to `most`. */
export function readLimit(text: string | undefined, usual: number, most: number): number {
  if (text === undefined) return usual
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > most) throw new UsageError(`--limit 1 … ${most}`)
  return limit
}
