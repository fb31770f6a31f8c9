import { parseArgs } from 'node:util'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { unknownConnection } from './refusals.ts'
import { cliActor, type SyncCall, type SyncCommand } from './sync-command.ts'
import { both, MODE_WORDS } from './words.ts'

/** Holds a connection still, or lets it go on. */
export function holdConnection(isPause: boolean): SyncCommand {
  return async ({ app, args, terminal }) => {
    const [name, ...rest] = parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals
    const word = isPause ? 'pause' : 'resume'
    if (name === undefined || rest.length > 0)
      throw new UsageError(`tulis / write: sync ${word} <connection>`)
    const done = await app.sync.setPaused(name, isPause, cliActor())
    if (!done.ok) return unknownConnection(name, await app.sync.connections(), terminal)
    terminal.print(
      isPause
        ? `${name} dijeda sampai dilanjutkan: npx lapak sync resume ${name}. Paused until somebody resumes it.`
        : `${name} dilanjutkan; jadwalnya berlaku lagi. Resumed; its schedules apply again.`,
    )
    return EXIT.ok
  }
}

/** Changes how often a connection runs by itself. */
export async function setSchedule({ app, args, terminal }: SyncCall): Promise<ExitCode> {
  const words = parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals
  const [name, mode, minutes, ...rest] = words
  const isMode = mode === 'full' || mode === 'changes'
  const isOff = minutes === 'off'
  const isInterval = isOff || /^\d{1,6}$/.test(minutes ?? '')
  if (name === undefined || !isMode || !isInterval || rest.length > 0)
    throw new UsageError(
      'tulis / write: sync schedule <connection> <full|changes> <menit/minutes|off>, contoh / example: sync schedule feed changes 15',
    )
  const done = await app.sync.setSchedule(name, mode, isOff ? null : Number(minutes))
  if (done.ok) {
    const often = isOff ? 'mati/off' : `tiap/every ${minutes} min`
    terminal.print(`${name}: jadwal/schedule ${both(MODE_WORDS[mode])}: ${often}`)
    return EXIT.ok
  }
  if (done.error.code === 'unknown_connection')
    return unknownConnection(name, await app.sync.connections(), terminal)
  terminal.tell('✗ Isi 1 sampai 44640 menit (31 hari), atau off. Give 1 to 44640 minutes (31 days), or off.')
  return EXIT.usage
}
