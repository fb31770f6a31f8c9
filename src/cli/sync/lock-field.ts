import { parseArgs } from 'node:util'
import { EXIT, UsageError } from '../command.ts'
import { cliActor, type SyncCommand } from './sync-command.ts'

/** Keeps a field of one record away from synchronisation, or gives it back. */
export function lockField(isLock: boolean): SyncCommand {
  return async ({ app, args, terminal }) => {
    const words = parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals
    const [connection, stream, externalId, field, ...rest] = words
    const isComplete = connection !== undefined && stream !== undefined && externalId !== undefined
    if (!isComplete || field === undefined || rest.length > 0)
      throw new UsageError(
        `tulis / write: sync ${isLock ? 'lock' : 'unlock'} <connection> <stream> <id> <field>, contoh / example: sync lock feed products P-7 name`,
      )
    const done = await app.sync.setFieldLock({ connection, stream, externalId, field }, isLock, cliActor())
    const what = `${connection}/${stream} ${externalId} ${field}`
    if (done.ok) {
      terminal.print(
        isLock
          ? `${what}: dikunci; sinkronisasi tidak mengubahnya lagi. Locked; synchronisation leaves it alone.`
          : `${what}: dilepas; sinkronisasi berikutnya mengisinya. Given back; the next run fills it.`,
      )
      return EXIT.ok
    }
    terminal.tell(
      done.error.code === 'unknown_field'
        ? `✗ Isian ini tidak disinkronkan / synchronisation writes no such field: ${field}`
        : `✗ Data tidak ditemukan / there is no such record: ${connection}/${stream} ${externalId}`,
    )
    return EXIT.usage
  }
}
