import { parseArgs } from 'node:util'
import type { DeadLetter, SyncRequest } from '../../sync/run-view.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { followRun } from './follow-run.ts'
import { readLimit } from './list-runs.ts'
import { explainRefusal, refuseUnknown } from './refusals.ts'
import { cliActor, type SyncCall } from './sync-command.ts'
import { ageOf, safeText } from './words.ts'

const USUAL = 20
const MOST = 1_000

/** Asked for at once. */
const PAGE = 100

/** Shows the records that were refused and wait for somebody. */
export async function listDeadLetters({ app, args, terminal, now }: SyncCall): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { limit: { type: 'string' } },
    allowPositionals: true,
  })
  const [connection, stream, ...rest] = positionals
  if (rest.length > 0) throw new UsageError('tulis / write: sync dead-letters [connection] [stream]')
  const limit = readLimit(values.limit, USUAL, MOST)
  const filter = {
    ...(connection === undefined ? {} : { connection }),
    ...(stream === undefined ? {} : { stream }),
  }
  let shown = 0
  let cursor: string | null | undefined
  do {
    const query = { ...filter, limit: Math.min(PAGE, limit - shown), ...(cursor ? { cursor } : {}) }
    const page = await app.sync.listDeadLetters(query)
    for (const letter of page.deadLetters) for (const line of letterLines(letter, now)) terminal.print(line)
    shown += page.deadLetters.length
    cursor = page.nextCursor
  } while (cursor !== null && shown < limit)
  if (shown === 0 && connection !== undefined) {
    const refused = await refuseUnknown(app, connection, stream, terminal)
    if (refused !== undefined) return refused
  }
  if (shown === 0) terminal.tell('Tidak ada data yang ditolak. No record was refused.')
  else if (cursor !== null) terminal.tell(`… masih ada lagi / there is more: --limit ${MOST}`)
  if (shown > 0) {
    terminal.tell(`→ sudah diperbaiki? / mended? npx lapak sync replay ${connection ?? '<connection>'}`)
    terminal.tell('  tidak perlu? / not needed? npx lapak sync discard <id>')
  }
  return EXIT.ok
}

function letterLines(letter: DeadLetter, now: Date): string[] {
  const { id, connection, stream, record, code, detail, attempts, openedAt } = letter
  const age = ageOf(now.getTime() - Date.parse(openedAt))
  return [
    `${id}  ${connection}/${stream}  ${safeText(record)}  ${code}: ${safeText(detail)}  (${attempts}×, ${age})`,
  ]
}

/** Tries refused records again. */
export async function replayDeadLetters({ app, args, terminal }: SyncCall): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { watch: { type: 'boolean', default: false }, all: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [connection, stream, ...rest] = positionals
  if (connection === undefined || rest.length > 0)
    throw new UsageError('tulis / write: sync replay <connection> [stream]')
  const request: SyncRequest = {
    connection,
    trigger: 'replay',
    kind: 'live',
    mode: 'replay',
    ...(stream === undefined ? {} : { streams: [stream] }),
  }
  const asked = await app.sync.request(request)
  if (!asked.ok) return await explainRefusal(app, request, asked.error, terminal)
  return await followRun(app, asked.value.runId, terminal, values)
}

/** Gives up a refused record. */
export async function discardDeadLetter({ app, args, terminal }: SyncCall): Promise<ExitCode> {
  const [id, ...rest] = parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals
  if (id === undefined || rest.length > 0) throw new UsageError('tulis / write: sync discard <id>')
  const done = await app.sync.discardDeadLetter(id, cliActor())
  if (!done.ok) {
    terminal.tell(`✗ Tidak ada yang menunggu dengan id ini / nothing waits under this id: ${id}`)
    return EXIT.usage
  }
  terminal.print(`dibuang / discarded: ${id}`)
  return EXIT.ok
}
