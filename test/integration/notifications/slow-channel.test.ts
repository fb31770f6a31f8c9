import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sweepMessages } from '../../../src/jobs/messages.ts'
import type { MessageChannel } from '../../../src/notifications/ports.ts'
import { eventually } from '../../support/eventually.ts'
import { startMessageStage, type MessageStage } from './message-stage.ts'

/** More orders than one sweep looks at for a channel. */
const ORDERS = 50

let stage: MessageStage
let opened = Promise.withResolvers<void>()
let waiting = 0

/** A mail server that takes connections and answers nobody until it is let go. */
const silentMail: MessageChannel = {
  channel: 'email',
  repeatable: true,
  async send() {
    waiting += 1
    await opened.promise
    return { kind: 'not_sent', detail: 'no answer' }
  },
  probe: async () => ({ ok: false, detail: 'no answer' }),
}

beforeAll(async () => {
  stage = await startMessageStage((channels) => channels.set('email', silentMail))
})
beforeEach(async () => {
  opened = Promise.withResolvers<void>()
  waiting = 0
  await stage.reset()
  for (let number = 0; number < ORDERS; number += 1) {
    const orderId = await stage.order()
    await stage.publish({ kind: 'order.delivered', key: `order.delivered:${orderId}`, orderId })
  }
  await stage.tell()
})
afterAll(() => stage.stop())

async function sent(): Promise<number> {
  return (await stage.rows()).filter(({ channel, state }) => channel === 'whatsapp' && state === 'SENT')
    .length
}

test('a mail server that says nothing holds up no WhatsApp message', async () => {
  const sweep = sweepMessages(stage.shop)
  await eventually('WhatsApp goes on', async () => ((await sent()) === 40 ? true : undefined))
  const next = sweepMessages(stage.shop)
  await eventually('and on', async () => ((await sent()) === ORDERS ? true : undefined))
  expect((await stage.rows()).filter(({ state }) => state === 'SENDING').length).toBe(waiting)
  opened.resolve()
  await Promise.all([sweep, next])
})

test('a sweep whose time is over starts nothing more', async () => {
  opened.resolve()
  await sweepMessages(stage.shop, 0)
  expect(waiting).toBeGreaterThan(0)
  expect(waiting).toBeLessThan(10)
})
