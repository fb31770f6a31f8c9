import { parseArgs } from 'node:util'
import { systemClock } from '#platform/clock.ts'
import type { App } from '../../app.ts'
import type { SyncRequest } from '../../sync/run-view.ts'
import { UsageError, type ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { followRun } from './follow-run.ts'
import { readRange } from './read-moment.ts'
import { explainRefusal } from './refusals.ts'

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  watch: { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  changes: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  apply: { type: 'string' },
} as const

/** What the words after `sync` ask for. Throws `UsageError` when they contradict each other. */
export function readStart(args: readonly string[], now: Date) {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  const [connection, stream, ...rest] = positionals
  if (connection === undefined || rest.length > 0)
    throw new UsageError(
      'sebutkan satu koneksi dan paling banyak satu aliran / name one connection and at most one stream',
    )
  const range = readRange(values.from, values.to, now)
  const { full, changes, apply } = values
  const chosen = [range !== undefined && '--from', full && '--full', changes && '--changes'].filter(Boolean)
  if (chosen.length > 1) throw new UsageError(`pilih satu saja / choose one: ${chosen.join(', ')}`)
  if (apply !== undefined && (values['dry-run'] || stream !== undefined || chosen.length > 0))
    throw new UsageError(
      '--apply menjalankan rencana apa adanya: tanpa aliran, rentang, atau --dry-run / carries out the plan as it is',
    )
  const request: SyncRequest = {
    connection,
    trigger: 'cli',
    kind: values['dry-run'] ? 'dry' : 'live',
    mode: range !== undefined ? 'range' : changes ? 'changes' : 'full',
    ...range,
    ...(stream === undefined ? {} : { streams: [stream] }),
    ...(apply === undefined ? {} : { planOf: apply }),
  }
  return { request, watch: values.watch, all: values.all }
}

/** Asks for a run and follows it to its end. */
export async function startRun(
  app: Pick<App, 'sync'>,
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const { request, watch, all } = readStart(args, systemClock.now())
  const asked = await app.sync.request(request)
  if (!asked.ok) return await explainRefusal(app, request, asked.error, terminal)
  return await followRun(app, asked.value.runId, terminal, { watch, all })
}
