import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { RawMessage } from './payment-gateway-harness.ts'
import type { Suite } from './payment-gateway-suite.ts'

const UNUSABLE_SECRETS = ['', ' ', '\t', 'with space', 'key\n']

type Genuine = RawMessage & { reference: string }

function reading({ get, paid }: Suite) {
  const read = ({ body, headers }: RawMessage) => get().gateway.readMessage(body, headers)

  async function genuine(): Promise<Genuine> {
    const { reference } = await paid()
    return { ...(await get().message(reference)), reference }
  }
  return { read, genuine }
}

/** Attacks on the form and signature of a message: S-WH 0 to 3. */
export function forgeryTests(suite: Suite): void {
  const { get } = suite
  const { read, genuine } = reading(suite)

  test('a genuine message names its payment, the same way each time', async () => {
    const message = await genuine()
    const first = read(message)
    expect(first).toMatchObject({ ok: true, value: { reference: message.reference } })
    expect(read(message)).toEqual(first)
  })

  test('S-WH0: random bodies and headers are refused', () => {
    for (let round = 0; round < 200; round += 1) {
      const headers = new Headers({
        [`x-${randomBytes(4).toString('hex')}`]: randomBytes(16).toString('hex'),
      })
      expect(get().gateway.readMessage(randomBytes(round), headers).ok).toBe(false)
    }
    for (const text of [
      '',
      '{}',
      '[]',
      'null',
      '1',
      '"x"',
      '{"signature_key":""}',
      '{"order_id":{}}',
      `{"a":${'['.repeat(5_000)}`,
    ]) {
      expect(get().gateway.readMessage(Buffer.from(text), new Headers()).ok).toBe(false)
    }
  })

  test('S-WH1: a message without its signature is forged', async () => {
    expect(read(get().attacks.unsigned(await genuine()))).toMatchObject({
      ok: false,
      error: { code: 'forged' },
    })
  })

  test('S-WH2: a message signed with another key is forged', async () => {
    expect(read(get().attacks.signedWithAnotherKey(await genuine()))).toMatchObject({
      ok: false,
      error: { code: 'forged' },
    })
    const { body, headers } = await genuine()
    expect(get().stranger.readMessage(body, headers)).toMatchObject({ ok: false, error: { code: 'forged' } })
  })

  test('S-WH3: no altered byte changes whom the message is about', async () => {
    const message = await genuine()
    for (let position = 0; position < message.body.length; position += 1) {
      const body = Buffer.from(message.body)
      body[position] = (body[position] ?? 0) ^ 0x01
      const answer = read({ ...message, body })
      expect(answer.ok ? answer.value.reference : message.reference).toBe(message.reference)
    }
  })
}

/** Attacks with the content of a message: S-WH 4, 5, 9 and 10. Those that need stored payments stand elsewhere. */
export function contentTests(suite: Suite): void {
  const { get, abilities } = suite
  const { read, genuine } = reading(suite)

  test('S-WH4: a message of another merchant or for another order is forged', async () => {
    const message = await genuine()
    expect(read(get().attacks.ofAnotherMerchant(message))).toMatchObject({
      ok: false,
      error: { code: 'forged' },
    })
    expect(read(get().attacks.ofAnotherOrder(message))).toMatchObject({
      ok: false,
      error: { code: 'forged' },
    })
  })

  test('S-WH5: a message with another amount is forged, or a mere hint about the same payment', async () => {
    const message = await genuine()
    const answer = read(get().attacks.withAnotherAmount(message))
    if (abilities.signs === 'amount') expect(answer).toMatchObject({ ok: false, error: { code: 'forged' } })
    // Nothing but a reference can be taken from it, so its amount cannot be believed by mistake.
    else
      expect(answer).toEqual({
        ok: true,
        value: {
          reference: message.reference,
          dedupe: expect.any(String),
          claimedState: expect.any(String),
        },
      })
  })

  test('S-WH9: a re-serialised message is refused or names the same payment', async () => {
    const message = await genuine()
    const body = Buffer.from(JSON.stringify(JSON.parse(message.body.toString('utf8')), null, 4))
    const answer = read({ ...message, body })
    expect(answer.ok ? answer.value.reference : message.reference).toBe(message.reference)
  })

  test.each(UNUSABLE_SECRETS)('S-WH10: the secret %j makes no gateway', (secret) => {
    expect(() => get().withSecret(secret)).toThrow(/key|secret/i)
  })
}
