import { createHash } from 'node:crypto'
import type { Database, Tx } from './database.ts'
import { newId } from './ids.ts'
import { seal, type KeyRing } from './sealing.ts'

/**
 * What a handler made of a message: done, not for us, nothing matched it yet (`later`), or the one to ask could not be
 * reached (`unavailable`).
 */
export type InboxVerdict =
  | { kind: 'handled'; outcome: string }
  | { kind: 'later'; outcome: string }
  | { kind: 'unavailable'; outcome: string }
  | { kind: 'ignored'; outcome: string }

export type InboxMessage = {
  id: string
  provider: string
  reference: string | null
  tries: number
  receivedAt: Date
}

/** A message that nothing matched is looked at again this often, about three quarters of an hour; then it is ignored. */
const MAX_TRIES = 12
/** A provider that cannot be reached is asked about a message for this long: longer than any outage worth waiting for. */
const PATIENCE_DAYS = 7
/** Messages are evidence in a dispute about a payment; after this they are deleted. */
const KEEP_DAYS = 90
const FIRST_RETRY_SECONDS = 2
const MAX_RETRY_SECONDS = 600
/** Messages taken by one run; the next run takes the rest. */
export const INBOX_BATCH = 50
/** While a run handles a message no other run takes it; a killed run's messages come back after this. */
const CLAIM_SECONDS = 30

/**
 * Stores a verified message, sealed, before anything is done with it, in one round trip. The same message again
 * changes nothing.
 */
export async function acceptMessage(
  deps: { db: Database; keys: KeyRing },
  message: { provider: string; dedupe: string; body: Buffer; reference: string },
): Promise<void> {
  const id = newId()
  const { sealed, keyId } = seal(
    deps.keys,
    { table: 'webhook_inbox', column: 'body', id },
    message.body.toString('base64'),
  )
  await deps.db.once(
    'inbox.accept',
    { role: 'web' },
    {
      name: 'inbox_accept',
      text: `insert into webhook_inbox (id, provider, dedupe_key, body, key_id, reference)
      values ($1, $2, $3, $4, $5, $6)
      on conflict do nothing`,
      values: [id, message.provider, sha256(message.dedupe), sealed, keyId, message.reference],
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
      returning i.id, i.provider, i.reference, i.tries, i.received_at as "receivedAt"`,
      values: [INBOX_BATCH, CLAIM_SECONDS],
    },
  )
}

/** Writes down what became of a claimed message. */
export async function closeMessage(tx: Tx, message: InboxMessage, verdict: InboxVerdict): Promise<void> {
  const wait = Math.min(MAX_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** Math.min(message.tries, 16))
  await tx.count({
    text: `update webhook_inbox i set state = ended.state, outcome = $3,
        next_try_at = now() + make_interval(secs => $4),
        handled_at = case when ended.state in ('HANDLED', 'IGNORED') then now() end
      from (select case
          when $2 = 'handled' then 'HANDLED'
          when $2 = 'ignored' or ($2 = 'later' and $5) then 'IGNORED'
          when $2 = 'unavailable' and $6::timestamptz < now() - make_interval(days => $7) then 'IGNORED'
          else 'PARKED' end as state) ended
      where i.id = $1`,
    values: [
      message.id,
      verdict.kind,
      verdict.outcome.slice(0, 200),
      wait,
      message.tries >= MAX_TRIES,
      message.receivedAt,
      PATIENCE_DAYS,
    ],
  })
}

/** Deletes messages that were dealt with long ago. Uses webhook_inbox_old. */
export async function purgeMessages(db: Database): Promise<void> {
  await db.once(
    'inbox.purge',
    { role: 'worker' },
    {
      text: 'delete from webhook_inbox where handled_at < now() - make_interval(days => $1)',
      values: [KEEP_DAYS],
    },
  )
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
