import type { App } from '../../app.ts'
import type { ConnectionView, SyncRefusal, SyncRequest } from '../../sync/run-view.ts'
import { closestName } from '../closest-name.ts'
import { EXIT, type ExitCode } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { wib } from './words.ts'

/** Tells why there is no run, with what can be named instead. Returns how the command ends. */
export async function explainRefusal(
  app: Pick<App, 'sync'>,
  request: Pick<SyncRequest, 'connection' | 'streams'>,
  { code }: SyncRefusal,
  terminal: Terminal,
): Promise<ExitCode> {
  const views = await app.sync.connections()
  const connection = views.find(({ name }) => name === request.connection)
  switch (code) {
    case 'unknown_connection':
      return unknownConnection(request.connection, views, terminal)
    case 'unknown_stream':
      tellUnknown(
        'Aliran tidak dikenal / unknown stream',
        request.streams?.join(', ') ?? '',
        (connection?.streams ?? []).map(({ stream }) => stream),
        terminal,
      )
      return EXIT.usage
    case 'paused':
      tellPaused(request.connection, connection, terminal)
      return EXIT.busy
    case 'range_not_supported':
      terminal.tell('✗ Aliran ini selalu dibandingkan lengkap: hapus --from dan --to.')
      terminal.tell('  This stream takes no range: its source cannot be asked for changes.')
      return EXIT.usage
    case 'bad_range':
      terminal.tell('✗ Rentang tidak sah / the range is not valid: --from 2026-11-01 --to 2026-11-07')
      return EXIT.usage
    case 'plan_unknown':
      terminal.tell(`✗ Tidak ada rencana ini untuk ${request.connection}. No such plan of this connection.`)
      terminal.tell(`  npx lapak sync ${request.connection} --dry-run`)
      return EXIT.usage
    case 'plan_not_finished':
      terminal.tell('✗ Rencana itu belum selesai atau gagal. That plan is not finished, or has failed.')
      terminal.tell(`  npx lapak sync ${request.connection} --dry-run`)
      return EXIT.failed
    default:
      return EXIT.failed
  }
}

/** Tells when a name that found nothing is no connection or stream at all. Returns how the command ends then. */
export async function refuseUnknown(
  app: Pick<App, 'sync'>,
  connection: string,
  stream: string | undefined,
  terminal: Terminal,
): Promise<ExitCode | undefined> {
  const views = await app.sync.connections()
  const view = views.find(({ name }) => name === connection)
  if (view === undefined) return unknownConnection(connection, views, terminal)
  if (stream === undefined || view.streams.some((known) => known.stream === stream)) return undefined
  const asked = { connection, streams: [stream] }
  return await explainRefusal(app, asked, { code: 'unknown_stream' }, terminal)
}

/** Tells that there is no such connection, and which there are. */
export function unknownConnection(
  name: string,
  views: readonly ConnectionView[],
  terminal: Terminal,
): ExitCode {
  const names = views.map((view) => view.name)
  tellUnknown('Tidak ada koneksi ini / no such connection', name, names, terminal)
  return EXIT.usage
}

function tellUnknown(what: string, given: string, names: readonly string[], terminal: Terminal): void {
  terminal.tell(`✗ ${what}: ${given}`)
  const close = closestName(given, names)
  if (close !== undefined) terminal.tell(`  Maksudnya / did you mean: ${close}`)
  terminal.tell(
    names.length === 0
      ? '  Belum ada yang dikonfigurasi; lihat .env.example. None is configured yet.'
      : `  Yang ada / there is: ${names.join(', ')}`,
  )
}

function tellPaused(name: string, view: ConnectionView | undefined, terminal: Terminal): void {
  const who = view?.paused ? ` oleh/by ${view.paused.by}, ${wib(view.paused.at)}` : ''
  terminal.tell(`✗ ${name} dijeda / is paused${who}`)
  terminal.tell(`  npx lapak sync resume ${name}`)
}
