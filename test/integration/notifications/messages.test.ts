import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listMessages } from '#notifications'
import { newId } from '#platform/ids.ts'
import { takeEvents } from '#platform/outbox.ts'
import { sendMessageNow } from '../../../src/jobs/messages.ts'
import type { MessageChannel } from '../../../src/notifications/ports.ts'
import { queryAs } from '../../support/test-database.ts'
import { startMessageStage, type MessageStage } from './message-stage.ts'

let stage: MessageStage

beforeAll(async () => {
  stage = await startMessageStage()
})
beforeEach(() => stage.reset())
afterEach(async () => expect(await stage.brokenRules()).toEqual([]))
afterAll(() => stage.stop())

const delivered = (orderId: string) =>
  ({ kind: 'order.delivered', key: `order.delivered:${orderId}`, orderId }) as const
const byChannel = async () =>
  Object.fromEntries((await stage.rows()).map(({ channel, state }) => [channel, state]))

describe('an event', () => {
  test('is told by mail and WhatsApp, in the buyer’s language, with the link and nothing to steal', async () => {
    const orderId = await stage.order({ locale: 'en' })
    await stage.publish(delivered(orderId))
    await stage.tell()
    await stage.send()
    const arrived = await stage.inbox()
    expect(arrived.map(({ channel }) => channel).toSorted()).toEqual(['email', 'whatsapp'])
    const mail = arrived.find(({ channel }) => channel === 'email')
    expect(mail).toMatchObject({
      to: ['ani@mail.example'],
      subject: expect.stringMatching(/^Order complete: LP-/) as string,
    })
    expect(mail?.text).toContain('Hello Ani Wijaya,')
    expect(mail?.text).toMatch(/https:\/\/shop\.example\/track\/[\w-]{27}\n/)
    expect(mail?.html).toContain('lang="en"')
    expect(await byChannel()).toEqual({ email: 'SENT', whatsapp: 'SENT' })
  })

  test('published twice and dispatched again and again is told once', async () => {
    const orderId = await stage.order()
    await stage.publish(delivered(orderId), delivered(orderId))
    await stage.publish(delivered(orderId))
    for (let turn = 0; turn < 3; turn += 1) {
      await Promise.all([stage.tell(), stage.tell(), stage.tell()])
      await Promise.all([stage.send(), stage.send()])
      await stage.later()
    }
    expect(await stage.inbox()).toHaveLength(2)
    for (const row of await stage.rows())
      expect(await stage.moves(row.id)).toEqual(['NEW>WAITING', 'WAITING>SENDING', 'SENDING>SENT'])
  })

  test('whose transaction rolled back is not told', async () => {
    const orderId = await stage.order()
    const broken = stage.database.db.transaction('test.publish', { role: 'worker' }, async (tx) => {
      await tx.count({
        text: `insert into outbox_events (id, key, kind, order_id) values ($1, 'order.delivered:x', 'order.delivered', $2)`,
        values: [newId(), orderId],
      })
      throw new Error('rolled back')
    })
    await expect(broken).rejects.toThrow('rolled back')
    await stage.tell()
    expect(await stage.rows()).toEqual([])
  })

  test('nobody is told of is closed and forgotten', async () => {
    await stage.publish(
      { kind: 'moon.full', key: 'moon.full:1' },
      { kind: 'order.paid', key: 'order.paid:none' },
    )
    await stage.tell()
    expect(await stage.rows()).toEqual([])
    const pending = await queryAs(
      stage.database.url,
      'select id from outbox_events where dispatched_at is null',
    )
    expect(pending).toEqual([])
  })

  test('of an order without a number goes by mail alone', async () => {
    await stage.publish(delivered(await stage.order({ phone: '' })))
    await stage.tell()
    expect((await stage.rows()).map(({ channel }) => channel)).toEqual(['email'])
  })

  test('no name that is a lure gets into a mail', async () => {
    await stage.publish(delivered(await stage.order({ name: 'Menang! buka www.jahat.example' })))
    await stage.tell()
    await stage.send()
    for (const { text, html } of await stage.inbox()) expect(text + html).not.toContain('jahat')
  })
})

describe('news that is old', () => {
  test.each(['PROCESSING', 'EXPIRED', 'CANCELLED', 'SUCCESS'])(
    'nobody is asked to pay an order that is %s',
    async (state) => {
      const orderId = await stage.order({ state })
      await stage.publish({ kind: 'order.waiting', key: `order.waiting:${orderId}`, orderId })
      await stage.tell()
      await stage.send()
      expect(await byChannel()).toEqual({ email: 'SKIPPED', whatsapp: 'SKIPPED' })
      expect(await stage.inbox()).toEqual([])
    },
  )

  test('an order that waits is asked for, with amount, method and time', async () => {
    const orderId = await stage.order({ state: 'WAITING_PAYMENT' })
    await stage.publish({ kind: 'order.waiting', key: `order.waiting:${orderId}`, orderId })
    await stage.tell()
    await stage.send()
    const mail = (await stage.inbox()).find(({ channel }) => channel === 'email')
    expect(mail?.text).toMatch(/Bayar: Rp21\.500\nLewat: qris\nSebelum: .* WIB/)
  })

  test('a payment is not announced after the goods', async () => {
    const orderId = await stage.order({ state: 'SUCCESS' })
    await stage.publish({ kind: 'order.paid', key: `order.paid:${orderId}`, orderId }, delivered(orderId))
    await stage.tell()
    await stage.send()
    expect((await stage.inbox()).map(({ channel }) => channel).toSorted()).toEqual(['email', 'whatsapp'])
    expect((await stage.rows()).map(({ template, state }) => `${template} ${state}`)).toEqual([
      'order-paid SKIPPED',
      'order-paid SKIPPED',
      'order-delivered SENT',
      'order-delivered SENT',
    ])
  })
})

describe('a channel in trouble', () => {
  test('mail that is away for hours loses nothing, doubles nothing and keeps the order of news', async () => {
    const orderId = await stage.order({ state: 'PROCESSING', phone: '' })
    await stage.setFaults({ match: { method: 'SMTP' }, fault: 'http_500' })
    await stage.publish({ kind: 'order.paid', key: `order.paid:${orderId}`, orderId })
    await stage.publish({
      kind: 'refund.done',
      key: `refund.done:${orderId}`,
      orderId,
      data: { amount: 500 },
    })
    await stage.tell()
    for (let hour = 0; hour < 4; hour += 1) {
      await stage.later()
      await stage.send()
    }
    expect((await stage.rows()).map(({ template, state, tries }) => [template, state, tries])).toEqual([
      ['order-paid', 'WAITING', 4],
      ['refund-done', 'WAITING', 0],
    ])
    const waits = await queryAs<{ same: boolean }>(
      stage.database.url,
      'select min(next_try_at) = max(next_try_at) and min(next_try_at) > now() as same from messages',
    )
    expect(waits).toEqual([{ same: true }])
    await stage.setFaults()
    await stage.later()
    await stage.send()
    await stage.send()
    expect((await stage.inbox()).map(({ subject }) => subject.split(':')[0])).toEqual([
      'Pembayaran diterima',
      'Dana dikembalikan',
    ])
  })

  test('a lost answer: mail goes again as the same mail, WhatsApp never', async () => {
    await stage.setFaults({ fault: 'timeout_after', ms: 100, times: 2 })
    await stage.publish(delivered(await stage.order()))
    await stage.tell()
    await stage.send()
    expect(await byChannel()).toEqual({ email: 'WAITING', whatsapp: 'UNKNOWN' })
    await stage.later()
    await stage.send()
    expect(await byChannel()).toEqual({ email: 'SENT', whatsapp: 'UNKNOWN' })
    const arrived = await stage.inbox()
    expect(arrived.filter(({ channel }) => channel === 'whatsapp')).toHaveLength(1)
    const mails = arrived.filter(({ channel }) => channel === 'email')
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1)
    expect(mails.map(({ copies }) => copies)).toEqual([2, 2])
  })

  test('a refused recipient ends that message and no other', async () => {
    await stage.publish(delivered(await stage.order({ email: 'tolak@mail.example' })))
    await stage.publish(delivered(await stage.order({ email: 'budi@mail.example' })))
    await stage.tell()
    await stage.send()
    const mails = (await stage.rows()).filter(({ channel }) => channel === 'email')
    expect(mails.map(({ state, failure }) => [state, failure])).toEqual([
      ['FAILED', 'refused'],
      ['SENT', null],
    ])
    const { messages } = await listMessages(stage.database.db, {})
    const shown = JSON.stringify(messages)
    expect(shown).toContain('t···@mail.example')
    expect(shown).not.toMatch(/tolak@|budi@|81234567890/)
  })

  test('a message that cannot be written holds up nobody and is tried again', async () => {
    const orderId = await stage.order()
    await stage.publish(delivered(orderId))
    await stage.tell()
    const [row] = await stage.rows()
    await queryAs(stage.database.url, `update messages set template = 'no-such-template' where id = $1`, [
      row?.id,
    ])
    await stage.send()
    expect((await stage.rows()).map(({ state }) => state)).toEqual(['WAITING', 'SENT'])
  })
})

describe('what holds where jobs and runs meet', () => {
  test('the job of a later message leaves it while an earlier one of its order is open', async () => {
    const orderId = await stage.order()
    const started = { kind: 'refund.started', key: 'refund.started:1', orderId, data: { amount: 1 } }
    await stage.publish(started)
    await stage.publish({ ...started, kind: 'refund.done', key: 'refund.done:1' })
    await stage.tell()
    const mails = (await stage.rows()).filter(({ channel }) => channel === 'email')
    expect(mails.map(({ template }) => template)).toEqual(['refund-started', 'refund-done'])
    await sendMessageNow(stage.shop, mails[1]?.id ?? '')
    expect(await stage.inbox()).toEqual([])
    await sendMessageNow(stage.shop, mails[0]?.id ?? '')
    await sendMessageNow(stage.shop, mails[1]?.id ?? '')
    expect(await stage.inbox()).toHaveLength(2)
  })

  test('while one dispatcher is at work a second finds nothing', async () => {
    await stage.publish(delivered(await stage.order()))
    await stage.database.db.transaction('test.dispatch', { role: 'worker' }, async (tx) => {
      expect(await takeEvents(tx)).toHaveLength(1)
      await stage.database.db.transaction('test.dispatch', { role: 'worker' }, async (other) => {
        expect(await takeEvents(other)).toEqual([])
      })
    })
  })

  test('nobody is asked to pay by a payment that is open though another one paid', async () => {
    const orderId = await stage.order({ state: 'WAITING_PAYMENT' })
    await stage.publish({ kind: 'order.waiting', key: 'order.waiting:1', orderId })
    await stage.tell()
    await queryAs(stage.database.url, `update orders set state = 'PROCESSING' where id = $1`, [orderId])
    await stage.send()
    expect(await byChannel()).toEqual({ email: 'SKIPPED', whatsapp: 'SKIPPED' })
  })

  test('a provider that repeats whom it refused is kept on record without the address', async () => {
    await stage.publish(delivered(await stage.order()))
    await stage.tell()
    const talkative: MessageChannel = {
      channel: 'email',
      repeatable: true,
      send: async ({ to }) => ({
        kind: 'refused',
        detail: `550 <${to}>, +62 812-3456-7890: no such mailbox`,
      }),
      probe: async () => ({ ok: true, detail: '' }),
    }
    const { messaging } = stage.shop
    const channels = new Map([...messaging.channels, ['email', talkative] as const])
    const mail = (await stage.rows()).find(({ channel }) => channel === 'email')
    await sendMessageNow({ ...stage.shop, messaging: { ...messaging, channels } }, mail?.id ?? '')
    const row = (await stage.rows()).find(({ id }) => id === mail?.id)
    expect(row).toMatchObject({
      state: 'FAILED',
      detail: '550 <a···@mail.example>, 62···90: no such mailbox',
    })
  })
})

test('the log pages and asks for one order', async () => {
  const first = await stage.order()
  await stage.publish(delivered(first), delivered(await stage.order()))
  await stage.tell()
  const all = await listMessages(stage.database.db, { limit: 3 })
  expect(all.messages).toHaveLength(3)
  const rest = await listMessages(stage.database.db, { limit: 3, cursor: all.nextCursor ?? '' })
  expect(rest).toMatchObject({ messages: [{ state: 'WAITING' }], nextCursor: null })
  const [order] = await queryAs<{ number: string }>(
    stage.database.url,
    'select number from orders where id = $1',
    [first],
  )
  const one = await listMessages(stage.database.db, { orderNumber: order?.number ?? '' })
  expect(one.messages.map(({ orderNumber }) => orderNumber)).toEqual([order?.number, order?.number])
})

test('an id that is none, or done, is nothing to send', async () => {
  await sendMessageNow(stage.shop, newId())
  expect(await stage.inbox()).toEqual([])
})
