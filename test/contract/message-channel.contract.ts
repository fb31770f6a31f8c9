import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { MessageChannel, OutgoingMessage } from '../../src/notifications/ports.ts'

/** A message as the sandbox received it. */
export type Received = { id: string; to: string[]; subject: string; text: string; messageId: string }

/** What the suite needs to know of an adapter. */
export type ChannelHarness = {
  channel: MessageChannel
  /** Its provider is gone. */
  unreachable: MessageChannel
  recipient: string
  /** Whom the provider refuses for good, or undefined where the sandbox takes everybody. */
  refused?: string
  /** Lets the next calls go wrong; none clears. */
  setFaults(faults: readonly { fault: string; ms?: number; times?: number }[]): Promise<void>
  received(): Promise<Received[]>
  reset(): Promise<void>
  stop(): Promise<void>
}

let number = 0

/** A message with an id of its own. */
export function anyMessage(to: string): OutgoingMessage {
  number += 1
  return {
    id: `01936d2e-0000-7000-8000-${String(number).padStart(12, '0')}`,
    to,
    subject: `Pesanan selesai ✓ ${number}`,
    text: `Halo Ani,\n\npesanan ${number} selesai.`,
    html: `<p>Halo Ani, pesanan ${number} selesai.</p>`,
    locale: 'id',
    template: { name: 'order-delivered', values: [`LP-${number}`, 'https://shop.example.com/track/x'] },
  }
}

/** What every channel promises; run against each adapter on its sandbox. */
export function describeMessageChannel(name: string, start: () => Promise<ChannelHarness>): void {
  describe(`a message channel: ${name}`, () => {
    let harness: ChannelHarness
    beforeAll(async () => {
      harness = await start()
    })
    beforeEach(async () => {
      await harness.setFaults([])
      await harness.reset()
    })
    afterAll(() => harness.stop())

    listDeliveries(() => harness)
    listLosses(() => harness)
  })
}

function listDeliveries(the: () => ChannelHarness): void {
  test('brings a message to its recipient once and names it', async () => {
    const message = anyMessage(the().recipient)
    const outcome = await the().channel.send(message)
    expect(outcome).toMatchObject({ kind: 'sent', providerRef: expect.stringMatching(/./) as string })
    const received = await the().received()
    expect(received).toHaveLength(1)
    expect(received[0]?.to.join()).toContain(the().recipient.replace(/^\+/, ''))
    expect(received[0]?.text).toContain(message.template.values[0]?.slice(3))
  })

  test('several at once are several', async () => {
    const messages = Array.from({ length: 6 }, () => anyMessage(the().recipient))
    const outcomes = await Promise.all(messages.map((message) => the().channel.send(message)))
    expect(outcomes.map(({ kind }) => kind)).toEqual(messages.map(() => 'sent'))
    expect(await the().received()).toHaveLength(messages.length)
  })

  test('a provider that is gone got nothing, and says so within its time', async () => {
    expect(await the().unreachable.send(anyMessage(the().recipient))).toMatchObject({
      kind: 'not_sent',
    })
    expect(await the().unreachable.probe()).toMatchObject({ ok: false })
  })

  test('a provider that asks for patience got nothing', async () => {
    await the().setFaults([{ fault: 'http_429', times: 1 }])
    expect(await the().channel.send(anyMessage(the().recipient))).toMatchObject({ kind: 'not_sent' })
    expect(await the().received()).toHaveLength(0)
    expect(await the().channel.send(anyMessage(the().recipient))).toMatchObject({ kind: 'sent' })
  })
}

function listLosses(the: () => ChannelHarness): void {
  test.each(['timeout_after', 'empty'])(
    'an answer lost by %s is never called sent or not sent',
    async (fault) => {
      await the().setFaults([{ fault, ms: 100, times: 1 }])
      expect(await the().channel.send(anyMessage(the().recipient))).toMatchObject({ kind: 'unknown' })
      expect(await the().received()).toHaveLength(1)
      expect(await the().channel.send(anyMessage(the().recipient))).toMatchObject({ kind: 'sent' })
    },
  )

  test('a repeat after a lost answer is the same message to its receiver, where that is promised', async () => {
    if (!the().channel.repeatable) return
    const message = anyMessage(the().recipient)
    await the().setFaults([{ fault: 'timeout_after', ms: 100, times: 1 }])
    expect(await the().channel.send(message)).toMatchObject({ kind: 'unknown' })
    expect(await the().channel.send(message)).toMatchObject({ kind: 'sent' })
    const copies = await the().received()
    expect(copies).toHaveLength(2)
    expect(new Set(copies.map(({ messageId }) => messageId)).size).toBe(1)
    expect(copies[0]?.messageId).toContain(message.id)
  })

  test('a recipient who does not exist is refused for good', async () => {
    const { refused } = the()
    if (refused === undefined) return
    expect(await the().channel.send(anyMessage(refused))).toMatchObject({ kind: 'refused' })
    expect(await the().received()).toHaveLength(0)
    expect(await the().channel.send(anyMessage(the().recipient))).toMatchObject({ kind: 'sent' })
  })

  test('no outcome repeats whole who was written to, or a secret', async () => {
    await the().setFaults([{ fault: 'http_500', times: 1 }])
    const outcome = JSON.stringify(await the().channel.send(anyMessage(the().recipient)))
    expect(outcome).not.toContain('secret-of-the-test')
  })

  test('says that it works without sending anything', async () => {
    expect(await the().channel.probe()).toMatchObject({ ok: true })
    expect(await the().received()).toHaveLength(0)
  })
}
