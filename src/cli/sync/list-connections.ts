import type { ConnectionView } from '../../sync/run-view.ts'
import { EXIT, type ExitCode } from '../command.ts'
import type { SyncCall } from './sync-command.ts'
import { ageOf, ALERT_WORDS, both, grouped, MODE_WORDS, safeText, wib } from './words.ts'

/** Shows every connection: its streams, schedules and what needs somebody. */
export async function listConnections({ app, terminal, now }: SyncCall): Promise<ExitCode> {
  const views = await app.sync.connections()
  if (views.length === 0) {
    terminal.tell('Belum ada koneksi; lihat .env.example. No connection is configured yet.')
    return EXIT.ok
  }
  for (const view of views) for (const line of connectionLines(view, now)) terminal.print(line)
  return EXIT.ok
}

/** The lines about one connection. */
export function connectionLines(view: ConnectionView, now: Date): string[] {
  const width = Math.max(...view.streams.map(({ stream }) => stream.length), 0)
  return [
    `${view.name}${pauseOf(view)}`,
    ...view.streams.map((stream) => `  ${stream.stream.padEnd(width)}  ${streamText(stream, now)}`),
    ...view.schedules.map((schedule) => `  ${scheduleText(schedule, view.paused !== null, now)}`),
    ...(view.circuit === null
      ? []
      : [
          `  ! ${both(ALERT_WORDS.circuit_open)} s/d/until ${wib(view.circuit.openUntil)}: ${safeText(view.circuit.reason)}`,
        ]),
    ...view.alerts.map(
      (alert) =>
        `  ! ${alert.stream === '' ? '' : `${alert.stream}: `}${both(ALERT_WORDS[alert.kind])} (${ageOf(now.getTime() - Date.parse(alert.openedAt))}): ${safeText(alert.detail)}`,
    ),
  ]
}

function pauseOf({ paused }: ConnectionView): string {
  return paused === null ? '' : `  DIJEDA/PAUSED oleh/by ${safeText(paused.by)}, ${wib(paused.at)}`
}

type StreamView = ConnectionView['streams'][number]

function streamText(
  { direction, watermark, enumeratedAt, records, deadLetters }: StreamView,
  now: Date,
): string {
  const since = (moment: string) => ageOf(now.getTime() - Date.parse(moment))
  const age = watermark ?? enumeratedAt
  const fresh = age === null ? 'belum pernah/never' : `terkini/fresh ${since(age)} lalu/ago`
  const parts =
    direction === 'work'
      ? ['ikut tiap sinkronisasi/with every run']
      : [`${grouped(records)} data/records`, fresh]
  if (deadLetters > 0) parts.push(`! ${grouped(deadLetters)} ditolak/dead letters`)
  return parts.join(' · ')
}

function scheduleText(
  { mode, everyMinutes, enabled, nextAt }: ConnectionView['schedules'][number],
  isPaused: boolean,
  now: Date,
): string {
  const name = both(MODE_WORDS[mode])
  if (!enabled) return `jadwal/schedule ${name}: mati/off`
  const wait = Date.parse(nextAt) - now.getTime()
  if (isPaused) return `jadwal/schedule ${name}: tiap/every ${everyMinutes} min · dijeda/paused`
  const next = wait <= 0 ? 'sebentar lagi/any moment' : `berikut/next ${ageOf(wait)}`
  return `jadwal/schedule ${name}: tiap/every ${everyMinutes} min · ${next}`
}
