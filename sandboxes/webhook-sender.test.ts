import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createClock, type SandboxClock } from './clock.ts'
import { notificationRetries } from './midtrans/notification-retries.ts'
import { createRandom } from './random.ts'
import { startReceiver, type Receiver } from './testing.ts'
import { createWebhookSender, type WebhookSender } from './webhook-sender.ts'

const MINUTE_MS = 60_000
const LONGEST_RETRY_MS = 240 * MINUTE_MS

let clock: SandboxClock
let receiver: Receiver
let sender: WebhookSender

beforeEach(async () => {
  clock = createClock()
  receiver = await startReceiver()
  sender = createWebhookSender(clock, notificationRetries(createRandom('test')))
})
afterEach(async () => {
  clock.clear()
  await receiver.close()
})

function send(step: string): void {
  sender.send({ key: 'order', url: receiver.url, headers: {}, body: JSON.stringify({ step }) })
}

const steps = () => receiver.received.map(({ body }) => body.step)

describe('retries by answer', () => {
  test.each([
    [200, 1],
    [301, 1],
    [404, 3],
    [500, 2],
    [503, 5],
    [418, 6],
  ])('%i is tried %i times', async (status, attempts) => {
    receiver.answerWith(status)
    send('a')
    for (let round = 0; round < 8; round += 1) {
      await sender.idle()
      clock.advance(LONGEST_RETRY_MS)
    }
    await sender.idle()
    expect(receiver.received).toHaveLength(attempts)
    expect(sender.log()).toHaveLength(attempts)
  })

  test('the first retry comes after about two minutes', async () => {
    receiver.answerWith(503)
    send('a')
    await sender.idle()
    clock.advance(1.7 * MINUTE_MS)
    await sender.idle()
    expect(receiver.received).toHaveLength(1)
    clock.advance(0.6 * MINUTE_MS)
    await sender.idle()
    expect(receiver.received).toHaveLength(2)
  })
})

test('nothing from before a reset is repeated', async () => {
  receiver.answerWith(503)
  send('a')
  sender.reset()
  await sender.idle()
  clock.advance(LONGEST_RETRY_MS)
  await sender.idle()
  expect(sender.log()).toEqual([])
})

describe('control', () => {
  test('duplicate sends each webhook twice', async () => {
    sender.control({ duplicate: true })
    send('a')
    await receiver.waitFor(2)
    expect(steps()).toEqual(['a', 'a'])
  })

  test('drop loses the next n', async () => {
    sender.control({ drop: 1 })
    send('a')
    send('b')
    await receiver.waitFor(1)
    expect(steps()).toEqual(['b'])
    expect(sender.log()[0]?.outcome).toBe('dropped')
  })

  test('reorder lets a later webhook overtake', async () => {
    sender.control({ reorder: true })
    send('pending')
    send('settlement')
    await receiver.waitFor(2)
    expect(steps()).toEqual(['settlement', 'pending'])
  })

  test('reorder lets a lonely webhook go after a while', async () => {
    sender.control({ reorder: true })
    send('a')
    clock.advance(MINUTE_MS)
    await receiver.waitFor(1)
    expect(steps()).toEqual(['a'])
  })

  test('delayMs holds webhooks back', async () => {
    sender.control({ delayMs: MINUTE_MS })
    send('a')
    await sender.idle()
    expect(receiver.received).toHaveLength(0)
    clock.advance(MINUTE_MS)
    await receiver.waitFor(1)
  })
})
