import { randomInt } from 'node:crypto'
import type { Database } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import { maskContacts } from './mask-contact.ts'
import type { Channel } from './message-view.ts'
import { judgeTry, type Message } from './message.ts'
import { claimMessage, recordTry } from './messages-store.ts'
import type { MessageChannel, OutgoingMessage, SendOutcome } from './ports.ts'
import { renderChat, renderLetter, type Sender } from './render-letter.ts'
import { writeLetter, type Filled } from './templates/templates.ts'

/** Longer than any channel takes to answer or give up; after it a claim counts as lost. */
const LEASE_SECONDS = 150
/** Steps of a random share: finer than anybody sees. */
const CHANCES = 1_000_000

/** What a message needs to be written: whom it goes to and its values, or why it is not told any more. */
export type Composed = { kind: 'tell'; to: string; filled: Filled } | { kind: 'stale'; detail: string }

export type SendDeps = {
  db: Database
  log: Log
  channels: ReadonlyMap<Channel, MessageChannel>
  sender: Sender
  /** Reads what is true now; a message is written when it is sent, not when it was asked for. */
  compose(message: Message): Promise<Composed>
}

/**
 * Tries to send one message, if it is due. The claim is committed before the channel is called, and what came of it
 * after; between the two a process may die, and the message is then judged like one whose answer was lost.
 */
export async function sendMessage(deps: SendDeps, id: string): Promise<void> {
  const claim = await claimMessage(deps.db, id, LEASE_SECONDS)
  if (claim === undefined) return
  const { message, lost } = claim
  const tried = lost
    ? ({ kind: 'unknown', detail: 'the process ended while sending' } as const)
    : await tryToSend(deps, message)
  const verdict =
    tried.kind === 'stale'
      ? ({
          state: 'SKIPPED',
          detail: tried.detail,
          providerRef: null,
          retryInMs: null,
          failure: null,
        } as const)
      : judgeTry(tried, {
          repeatable: deps.channels.get(message.channel)?.repeatable ?? false,
          tries: message.tries,
          chance: randomInt(CHANCES) / CHANCES,
        })
  const detail = verdict.detail === null ? null : maskContacts(verdict.detail)
  const written = await recordTry(deps.db, message, { ...verdict, detail })
  const { channel, template, tries } = message
  deps.log.info({ message: id, channel, template, tries, state: verdict.state, detail, written }, 'message')
}

async function tryToSend(
  deps: SendDeps,
  message: Message,
): Promise<SendOutcome | { kind: 'stale'; detail: string }> {
  const channel = deps.channels.get(message.channel)
  if (channel === undefined) return { kind: 'not_sent', detail: 'the channel is not configured' }
  let outgoing: OutgoingMessage | { kind: 'stale'; detail: string }
  try {
    outgoing = await writeMessage(deps, message)
  } catch (error) {
    // Nothing went out, and the cause may be mended by the next start: it is tried again like an outage.
    deps.log.error({ err: error, message: message.id }, 'a message could not be written')
    return { kind: 'not_sent', detail: 'it could not be written' }
  }
  return 'kind' in outgoing ? outgoing : await channel.send(outgoing)
}

async function writeMessage(
  deps: SendDeps,
  message: Message,
): Promise<OutgoingMessage | { kind: 'stale'; detail: string }> {
  const composed = await deps.compose(message)
  if (composed.kind === 'stale') return composed
  const letter = writeLetter(composed.filled, message.locale)
  const rendered = renderLetter(letter, deps.sender, message.locale)
  return {
    id: message.id,
    to: composed.to,
    subject: rendered.subject,
    text: message.channel === 'email' ? rendered.text : renderChat(letter),
    html: rendered.html,
    locale: message.locale,
    template: { name: message.template, values: letter.parameters },
  }
}
