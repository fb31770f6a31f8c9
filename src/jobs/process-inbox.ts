import type { Database } from '#platform/database.ts'
import {
  claimMessages,
  closeMessage,
  INBOX_BATCH,
  type InboxMessage,
  type InboxVerdict,
} from '#platform/inbox.ts'
import type { Log } from '#platform/log.ts'

/** What each provider's messages lead to. */
export type InboxHandlers = Readonly<Record<string, (message: InboxMessage) => Promise<InboxVerdict>>>

/** Messages of one batch handled at once; each is a call to a provider. */
const AT_ONCE = 8

/**
 * Handles the messages that are due, batch by batch, until none is left. A message whose handler throws is parked and
 * comes back later; one that nothing matches is looked at again, because it may have overtaken our own commit.
 */
export async function processInbox(deps: {
  db: Database
  log: Log
  handlers: InboxHandlers
}): Promise<{ handled: number }> {
  let handled = 0
  for (;;) {
    const messages = await claimMessages(deps.db)
    for (let start = 0; start < messages.length; start += AT_ONCE) {
      await Promise.all(
        messages.slice(start, start + AT_ONCE).map((message) => processMessage(deps, message)),
      )
    }
    handled += messages.length
    if (messages.length < INBOX_BATCH) return { handled }
  }
}

async function processMessage(
  deps: { db: Database; log: Log; handlers: InboxHandlers },
  message: InboxMessage,
): Promise<void> {
  const verdict = await verdictOn(deps, message)
  await deps.db.transaction('inbox.close', { role: 'worker' }, (tx) => closeMessage(tx, message, verdict))
}

async function verdictOn(
  deps: { log: Log; handlers: InboxHandlers },
  message: InboxMessage,
): Promise<InboxVerdict> {
  const handler = deps.handlers[message.provider]
  if (handler === undefined) return { kind: 'ignored', outcome: 'no handler' }
  try {
    return await handler(message)
  } catch (error) {
    deps.log.error(
      { err: error, messageId: message.id, provider: message.provider },
      'message could not be handled',
    )
    return { kind: 'unavailable', outcome: 'handler failed' }
  }
}
