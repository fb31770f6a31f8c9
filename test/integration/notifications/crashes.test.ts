import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { sendMessageNow, type TellingShop } from '../../../src/jobs/messages.ts'
import type { MessageChannel } from '../../../src/notifications/ports.ts'
import { meetingOf, unguarded, type Rewrite } from '../../support/unguarded.ts'
import { queryAs } from '../../support/test-database.ts'
import { startMessageStage, type MessageStage } from './message-stage.ts'

let stage: MessageStage

beforeAll(async () => {
  stage = await startMessageStage()
})
beforeEach(() => stage.reset())
afterEach(async () => expect(await stage.brokenRules()).toEqual([]))
afterAll(() => stage.stop())

/** One message that waits to be sent by each channel; their ids. */
async function waiting(): Promise<{ mail: string; whatsApp: string }> {
  const orderId = await stage.order()
  await stage.publish({ kind: 'order.delivered', key: `order.delivered:${newId()}`, orderId })
  await stage.tell()
  const [mail, whatsApp] = await stage.rows()
  if (mail === undefined || whatsApp === undefined) throw new Error('no messages')
  return { mail: mail.id, whatsApp: whatsApp.id }
}

/** A twin without its guard breaks the rules about messages, too; the rows go away with it. */
async function expectBroken(): Promise<void> {
  expect(await stage.brokenRules()).not.toEqual([])
  await stage.reset()
}

const DEAD = new Error('the process died here')

/** A shop whose process dies in the call to a channel, before or after the message left. */
function dyingShop(when: 'before' | 'after'): TellingShop {
  const { messaging } = stage.shop
  const channels = [...messaging.channels.values()].map((channel): MessageChannel => ({
    ...channel,
    async send(message) {
      if (when === 'after') await channel.send(message)
      throw DEAD
    },
  }))
  return {
    ...stage.shop,
    messaging: { ...messaging, channels: new Map(channels.map((one) => [one.channel, one])) },
  }
}

async function states(): Promise<Record<string, string>> {
  return Object.fromEntries((await stage.rows()).map(({ channel, state }) => [channel, state]))
}

describe('a process that dies', () => {
  test.each(['before', 'after'] as const)(
    '%s the message left leaves a claim that nobody takes before its time',
    async (when) => {
      const { mail } = await waiting()
      await expect(sendMessageNow(dyingShop(when), mail)).rejects.toThrow(DEAD)
      await sendMessageNow(stage.shop, mail)
      expect((await states())['email']).toBe('SENDING')
      expect(await stage.inbox()).toHaveLength(when === 'after' ? 1 : 0)
    },
  )

  test.each(['before', 'after'] as const)(
    '%s the message left: mail is repeated as itself, WhatsApp is not',
    async (when) => {
      const { mail, whatsApp } = await waiting()
      await expect(sendMessageNow(dyingShop(when), mail)).rejects.toThrow(DEAD)
      await expect(sendMessageNow(dyingShop(when), whatsApp)).rejects.toThrow(DEAD)
      for (let turn = 0; turn < 3; turn += 1) {
        await stage.later()
        await stage.send()
      }
      expect(await states()).toEqual({ email: 'SENT', whatsapp: 'UNKNOWN' })
      const arrived = await stage.inbox()
      expect(arrived.filter(({ channel }) => channel === 'whatsapp').length).toBe(when === 'after' ? 1 : 0)
      const mails = arrived.filter(({ channel }) => channel === 'email')
      expect(mails).toHaveLength(when === 'after' ? 2 : 1)
      expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1)
      expect(await stage.moves(mail)).toEqual([
        'NEW>WAITING',
        'WAITING>SENDING',
        'SENDING>WAITING',
        'WAITING>SENDING',
        'SENDING>SENT',
      ])
    },
  )

  /** The state of a mail whose first sender wakes up with an old answer after a second one has sent it. */
  async function afterLateAnswer(guards: readonly Rewrite[]): Promise<string | undefined> {
    const { mail } = await waiting()
    const woken = Promise.withResolvers<void>()
    const asleep = Promise.withResolvers<void>()
    const { messaging } = stage.shop
    const channel = messaging.channels.get('email')
    if (channel === undefined) throw new Error('no mail')
    const sleepy: MessageChannel = {
      ...channel,
      async send() {
        asleep.resolve()
        await woken.promise
        return { kind: 'refused', detail: 'an answer of long ago' }
      },
    }
    const late = sendMessageNow(
      {
        ...stage.shop,
        db: unguarded(stage.database.db, guards).db,
        messaging: { ...messaging, channels: new Map([['email', sleepy]]) },
      },
      mail,
    )
    await asleep.promise
    for (let turn = 0; turn < 2; turn += 1) {
      await stage.later()
      await sendMessageNow(stage.shop, mail)
    }
    woken.resolve()
    await late
    return (await states())['email']
  }

  test('and wakes up after its claim was taken over writes nothing', async () => {
    expect(await afterLateAnswer([])).toBe('SENT')
  })

  test('would write an old answer over a new one without its fence', async () => {
    const fence = {
      find: "where id = $1 and state = 'SENDING' and tries = $2",
      replace: 'where id = $1 and $2 > 0',
    }
    expect(await afterLateAnswer([fence])).toBe('FAILED')
    await expectBroken()
  })
})

describe('two workers', () => {
  const STATE_GUARD: Rewrite = {
    find: "where m.id = $1 and m.state in ('WAITING', 'SENDING') and m.next_try_at <= now()",
    replace: 'where m.id = $1',
  }
  const LOCK: Rewrite = { find: 'for update skip locked', replace: '' }

  /** Both read the message before either claims it, as far as the locks allow. */
  async function race(guards: readonly Rewrite[]): Promise<number> {
    const { mail } = await waiting()
    const meeting = meetingOf(2)
    const shops = [0, 1].map(() => ({
      ...stage.shop,
      db: unguarded(stage.database.db, guards, { after: 'messages_take', meeting }).db,
    }))
    // With the lock the second one passes the row over, and so it reaches the meeting as well.
    await Promise.all(shops.map((shop) => sendMessageNow(shop, mail)))
    return (await stage.inbox()).length
  }

  test('send one message once', async () => {
    expect(await race([])).toBe(1)
  })

  test('would send it twice without the lock', async () => {
    expect(await race([LOCK])).toBe(2)
    await expectBroken()
  })

  test('and what was sent is refused by the table itself where the state is not asked for', async () => {
    const { mail } = await waiting()
    const { db, met } = unguarded(stage.database.db, [STATE_GUARD])
    await sendMessageNow({ ...stage.shop, db }, mail)
    await expect(sendMessageNow({ ...stage.shop, db }, mail)).rejects.toThrow('messages_sent')
    expect(met.size).toBe(1)
    expect(await stage.inbox()).toHaveLength(1)
  })

  test('dispatch one event once, twenty at a time, and in any number of turns', async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => stage.order({ phone: '' })))
    const events = orders.map((orderId) => ({
      kind: 'order.delivered',
      key: `order.delivered:${orderId}`,
      orderId,
    }))
    await Promise.all([...events, ...events].toReversed().map((event) => stage.publish(event)))
    await Promise.all(Array.from({ length: 6 }, () => stage.tell()))
    await stage.tell()
    await Promise.all(Array.from({ length: 3 }, () => stage.send()))
    const arrived = await stage.inbox()
    expect(arrived).toHaveLength(20)
    expect(new Set(arrived.map(({ messageId }) => messageId)).size).toBe(20)
  })
})

test('nobody moves a message in a way that is not in the table', async () => {
  const { mail } = await waiting()
  await expect(
    queryAs(
      stage.database.url,
      `insert into message_history (id, message_id, from_state, to_state) values ($1, $2, 'SENT', 'WAITING')`,
      [newId(), mail],
    ),
  ).rejects.toThrow('message_history_move')
})
