import { createHash } from 'node:crypto'
import type { Database, Tx } from './database.ts'
import { newId } from './ids.ts'

/** What a handler made of a message: done, look again later, or not for us. */
export type InboxVerdict =
  | { kind: 'handled'; outcome: string }
  | { kind: 'later'; outcome: string }
  | { kind: 'ignored'; outcome: string }

export type InboxMessage = {
  id: string
  provider: string
  body: Buffer
  reference: string | null
  tries: number
}

/** A message that nothing matched is looked at again this often, then left to the pollers. */
const MAX_TRIES = 12
const FIRST_RETRY_SECONDS = 2
const MAX_RETRY_SECONDS = 600
/** Messages taken by one run; the next run takes the rest. */
export const INBOX_BATCH = 50
/** While a run handles a message no other run takes it; a killed run's messages come back after this. */
const CLAIM_SECONDS = 30

/**
 * Stores a verified message before anything is done with it, in one round trip. The same message again
 * changes nothing.
 */
export async function acceptMessage(
  db: Database,
  message: { provider: string; dedupe: string; body: Buffer; reference: string },
): Promise<void> {
  await db.once(
    'inbox.accept',
    { role: 'web' },
    {
      name: 'inbox_accept',
      text: `insert into webhook_inbox (id, provider, dedupe_key, body, reference)
      values ($1, $2, $3, $4, $5)
      on conflict (provider, dedupe_key) do nothing`,
      values: [newId(), message.provider, sha256(message.dedupe), message.body, message.reference],
    },
  )
}

/** Claims due messages for one run, oldest first. */
export async function claimMessages(db: Database): Promise<InboxMessage[]> {
  return await db.once<InboxMessage>(
    'inbox.claim',
    { role: 'worker' },
    {
      name: 'inbox_claim',
      text: `with due as (
        select id from webhook_inbox
        where state in ('RECEIVED', 'PARKED') and next_try_at <= now()
        order by next_try_at limit $1 for update skip locked)
      update webhook_inbox i
      set next_try_at = now() + make_interval(secs => $2), tries = i.tries + 1
      from due where i.id = due.id
      returning i.id, i.provider, i.body, i.reference, i.tries`,
      values: [INBOX_BATCH, CLAIM_SECONDS],
    },
  )
}

/** Writes down what became of a claimed message. */
export async function closeMessage(tx: Tx, message: InboxMessage, verdict: InboxVerdict): Promise<void> {
  const state =
    verdict.kind === 'handled'
      ? 'HANDLED'
      : verdict.kind === 'ignored' || message.tries >= MAX_TRIES
        ? 'IGNORED'
        : 'PARKED'
  const wait = Math.min(MAX_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** Math.min(message.tries, 16))
  await tx.count({
    text: `update webhook_inbox set state = $2, outcome = $3,
        next_try_at = now() + make_interval(secs => $4),
        handled_at = case when $2 in ('HANDLED', 'IGNORED') then now() end
      where id = $1`,
    values: [message.id, state, verdict.outcome.slice(0, 200), wait],
  })
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
