import { parseArgs } from 'node:util'
import type { MessageView } from '../../notifications/message-view.ts'
import { isOrderNumber } from '#platform/ids.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { readLimit } from '../sync/list-runs.ts'
import { both, wib, type Words } from '../sync/words.ts'
import type { MessagesCall } from './messages-command.ts'

/** Lines shown when nothing is said, and at most. */
const USUAL = 50
const MOST = 10_000
/** Asked for at once. */
const PAGE = 200

const STATE_WORDS: Record<MessageView['state'], Words> = {
  WAITING: ['menunggu', 'waits'],
  SENDING: ['dikirim', 'being sent'],
  SENT: ['terkirim', 'sent'],
  UNKNOWN: ['tidak pasti', 'unknown'],
  FAILED: ['gagal', 'failed'],
  SKIPPED: ['tidak perlu lagi', 'no longer needed'],
}

/** Shows what was sent, newest first, of one order if asked for. */
export async function listLog({ app, args, terminal }: MessagesCall): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: { order: { type: 'string' }, limit: { type: 'string' } },
  })
  const order = values.order?.toUpperCase()
  if (order !== undefined && !isOrderNumber(order)) throw new UsageError('--order LP-…')
  const limit = readLimit(values.limit, USUAL, MOST)
  let shown = 0
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof app.messages.list>> = await app.messages.list({
      limit: Math.min(PAGE, limit - shown),
      ...(order === undefined ? {} : { orderNumber: order }),
      ...(cursor === null ? {} : { cursor }),
    })
    for (const message of page.messages) terminal.print(logLine(message))
    shown += page.messages.length
    cursor = page.nextCursor
  } while (cursor !== null && shown < limit)
  if (shown === 0) terminal.tell('Belum ada pesan. No message yet.')
  else if (cursor !== null) terminal.tell(`… masih ada lagi / there is more: --limit ${MOST}`)
  return EXIT.ok
}

function logLine(message: MessageView): string {
  const tries = message.tries > 1 ? ` ×${message.tries}` : ''
  return [
    wib(message.createdAt),
    message.orderNumber ?? '–',
    message.template,
    `${message.channel} ${message.recipient}`,
    `${both(STATE_WORDS[message.state])}${tries}`,
    ...(message.detail === null ? [] : [message.detail]),
  ].join('  ')
}
