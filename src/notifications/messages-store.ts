import type { Database, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { Channel } from './message-view.ts'
import type { Message, NewMessage, Verdict } from './message.ts'

const COLUMNS = `m.id, m.channel, m.audience, m.template, m.locale, m.order_id as "orderId", m.line_id as "lineId",
  m.order_number as "orderNumber", m.data, m.tries, m.created_at as "createdAt"`

/** A message waits while an earlier one of its order goes out by the same channel. Uses messages_order. */
const FIRST_OF_ORDER = `not exists (select 1 from messages e
  where e.order_id = m.order_id and e.channel = m.channel and e.event_number < m.event_number
    and e.state in ('WAITING', 'SENDING'))`

/**
 * Writes messages in state WAITING with their first history rows; those that exist already stay as they are. Returns
 * the ids of the new ones. Uses messages_business_key.
 */
export async function insertMessages(tx: Tx, messages: readonly NewMessage[]): Promise<string[]> {
  if (messages.length === 0) return []
  const rows = await tx.rows<{ id: string }>({
    name: 'messages_insert',
    text: `with added as (
        insert into messages (id, event_number, business_key, channel, audience, template, locale, order_id, line_id, order_number, data)
        select n.id, n."eventNumber", n."businessKey", n.channel, n.audience, n.template, n.locale, n."orderId", n."lineId",
          n."orderNumber", n.data
        from jsonb_to_recordset($1::jsonb) as n (id uuid, "eventNumber" bigint, "businessKey" text, channel text, audience text,
          template text, locale text, "orderId" uuid, "lineId" uuid, "orderNumber" text, data jsonb)
        on conflict (business_key) do nothing
        returning id)
      , recorded as (
        insert into message_history (id, message_id, from_state, to_state)
        select gen_random_uuid(), id, 'NEW', 'WAITING' from added)
      select id from added order by id`,
    values: [JSON.stringify(messages)],
  })
  return rows.map((row) => row.id)
}

/** A message that was taken; `lost` says that whoever took it before never wrote what came of it. */
export type Claim = { message: Message; lost: boolean }

/**
 * Takes a due message for one try and commits that before anything is sent; undefined when it is not due, somebody else
 * has it, or an earlier message of its order comes first. A lost one is handed out as it is, without a new try.
 */
export async function claimMessage(
  db: Database,
  id: string,
  leaseSeconds: number,
): Promise<Claim | undefined> {
  return await db.transaction('messages.claim', { role: 'worker' }, async (tx) => {
    const row = await tx.maybe<Message & { state: 'WAITING' | 'SENDING' }>({
      name: 'messages_take',
      text: `select ${COLUMNS}, m.state from messages m
        where m.id = $1 and m.state in ('WAITING', 'SENDING') and m.next_try_at <= now() and ${FIRST_OF_ORDER}
        for update skip locked`,
      values: [id],
    })
    if (row === undefined) return undefined
    const { state, ...message } = row
    if (state === 'SENDING') return { message, lost: true }
    const claimed = tx.count({
      name: 'messages_claim',
      text: `update messages set state = 'SENDING', tries = tries + 1, updated_at = now(),
          next_try_at = now() + make_interval(secs => $2)
        where id = $1`,
      values: [id, leaseSeconds],
    })
    await Promise.all([claimed, insertHistory(tx, id, 'WAITING', 'SENDING', null)])
    return { message: { ...message, tries: message.tries + 1 }, lost: false }
  })
}

/**
 * Writes what came of a try. False when the message was not in that try any more: another run found it lost and
 * decided first.
 */
export async function recordTry(
  db: Database,
  message: Pick<Message, 'id' | 'tries'>,
  verdict: Verdict,
): Promise<boolean> {
  return await db.transaction('messages.record', { role: 'worker' }, async (tx) => {
    const written = await tx.count({
      name: 'messages_record',
      text: `update messages set state = $3, detail = $4, provider_ref = coalesce($5, provider_ref), failure = $7,
          next_try_at = case when $3 = 'WAITING' then now() + make_interval(secs => $6) end,
          sent_at = case when $3 = 'SENT' then now() end, updated_at = now()
        where id = $1 and state = 'SENDING' and tries = $2`,
      values: [
        message.id,
        message.tries,
        verdict.state,
        verdict.detail,
        verdict.providerRef,
        (verdict.retryInMs ?? 0) / 1_000,
        verdict.failure,
      ],
    })
    if (written !== 1) return false
    const recorded = insertHistory(tx, message.id, 'SENDING', verdict.state, verdict.detail)
    await Promise.all([recorded, ...(verdict.state === 'WAITING' ? [postponeFollowers(tx, message.id)] : [])])
    return true
  })
}

/** Later messages of its order wait at least as long as this one: they could not go before it. Uses messages_order. */
async function postponeFollowers(tx: Tx, id: string): Promise<void> {
  await tx.count({
    name: 'messages_postpone',
    text: `update messages l set next_try_at = m.next_try_at
      from messages m
      where m.id = $1 and l.order_id = m.order_id and l.channel = m.channel and l.event_number > m.event_number
        and l.state = 'WAITING' and l.next_try_at < m.next_try_at`,
    values: [id],
  })
}

async function insertHistory(
  tx: Tx,
  messageId: string,
  from: string,
  to: string,
  detail: string | null,
): Promise<void> {
  await tx.count({
    name: 'messages_history',
    text: `insert into message_history (id, message_id, from_state, to_state, detail) values ($1, $2, $3, $4, $5)`,
    values: [newId(), messageId, from, to, detail],
  })
}

/** A message whose turn it is. */
export type DueMessage = { id: string; channel: Channel }

/**
 * Messages that may be tried now, at most `limit` of each channel, longest due first: what waits for one channel hides
 * nothing of another. Uses messages_due and messages_order.
 */
export async function selectDueMessages(db: Database, limit: number): Promise<DueMessage[]> {
  return await db.once<DueMessage>(
    'messages.due',
    { role: 'worker' },
    {
      name: 'messages_due',
      text: `select d.id, c.channel from unnest(array['email', 'whatsapp', 'telegram']) c (channel) cross join lateral (
          select m.id, m.next_try_at from messages m
          where m.channel = c.channel and m.state in ('WAITING', 'SENDING') and m.next_try_at <= now() and ${FIRST_OF_ORDER}
          order by m.next_try_at limit $1) d
        order by d.next_try_at`,
      values: [limit],
    },
  )
}

/** Messages per channel and state: all that are open, and of the others those of the last day. */
export async function countMessages(
  db: Database,
): Promise<{ channel: string; state: string; count: number }[]> {
  return await db.once(
    'messages.count',
    { role: 'worker' },
    {
      text: `select channel, state, count(*) as count from messages
        where state in ('WAITING', 'SENDING') or created_at > now() - interval '1 day'
        group by channel, state order by channel, state`,
    },
  )
}

/** How a channel does: what was given up, refused and sent within some hours, and what waits after many tries. */
export type ChannelTrouble = {
  channel: string
  dead: number
  refused: number
  sent: number
  waiting: number
}

/** Channels in trouble: messages given up within `hours`, and such that wait after `tries` tries. */
export async function selectChannelTrouble(
  db: Database,
  limits: { hours: number; tries: number },
): Promise<ChannelTrouble[]> {
  return await db.once(
    'messages.trouble',
    { role: 'worker' },
    {
      text: `select channel,
          count(*) filter (where failure = 'given_up') as dead,
          count(*) filter (where failure = 'refused') as refused,
          count(*) filter (where state = 'SENT') as sent,
          count(*) filter (where state in ('WAITING', 'SENDING') and tries >= $2) as waiting
        from messages
        where state in ('WAITING', 'SENDING') or created_at > now() - make_interval(hours => $1)
        group by channel order by channel`,
      values: [limits.hours, limits.tries],
    },
  )
}

/**
 * Deletes messages that are over for `days`, with their history, at most `limit` of them; returns how many. Uses
 * messages_recent and message_history_message, and passes over locked rows.
 */
export async function deleteOldMessages(tx: Tx, days: number, limit: number): Promise<number> {
  return await tx.count({
    text: `with old as (
        select id from messages
        where created_at < now() - make_interval(days => $1) and updated_at < now() - make_interval(days => $1)
          and state not in ('WAITING', 'SENDING')
        order by created_at, id limit $2 for update skip locked)
      , forgotten as (delete from message_history h using old where h.message_id = old.id)
      delete from messages m using old where m.id = old.id`,
    values: [days, limit],
  })
}
