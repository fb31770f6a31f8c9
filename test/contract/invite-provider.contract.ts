import { beforeEach, describe, expect, test } from 'vitest'
import type { InviteAccount, InviteProvider } from '../../src/fulfilment/ports.ts'

/** A provider on its sandbox, set up anew before each test, with one account of 3 seats and 3 invites a day. */
export type InviteProviderStage = {
  provider: InviteProvider
  /** The same provider where nobody listens. */
  unreachable: InviteProvider
  account: InviteAccount
  /** Breaks the next call that invites. */
  breakInvites(fault: string): Promise<void>
  breakReads(fault: string): Promise<void>
  ban(): Promise<void>
  changeCredential(): Promise<void>
  accept(email: string): Promise<void>
  /** Lets so much time pass at the provider. */
  advance(ms: number): Promise<void>
  /** Another account, of so many seats and invites a day. */
  hire(size: { seats: number; dailyQuota: number }): Promise<InviteAccount>
  /** Invites that the sandbox made, and how often an address was given two seats of one account. */
  counts(): Promise<{ invites: number; doubles: number }>
}

/** The work is done and the answer lost. */
const LOST_AFTER = ['timeout_after', 'truncate', 'empty']
/** Nothing was done, which the answer does not prove. */
const LOST_BEFORE = ['timeout_before', 'reset', 'http_500', 'html']
const DAY_MS = 86_400_000

let serial = 0
function newWish(): { reference: string; plan: string; email: string } {
  serial += 1
  return { reference: `contract-${serial}`, plan: 'pro', email: `buyer-${serial}@example.test` }
}

/** The promises of the port, told as tests. */
export function describeInviteProvider(name: string, setUp: () => Promise<InviteProviderStage>): void {
  let stage: InviteProviderStage
  describe(`${name} as an invite provider`, () => {
    beforeEach(async () => {
      stage = await setUp()
    })
    describeLife(() => stage)
    describeRefusals(() => stage)
    describeDoubt(() => stage)
  })
}

function describeLife(stage: () => InviteProviderStage): void {
  test('an invited buyer is found by address and by reference, joins, and leaves', async () => {
    const { provider, account, accept } = stage()
    const wish = newWish()
    const sent = await provider.invite(account, wish)
    if (sent.kind !== 'sent') throw new Error(JSON.stringify(sent))
    expect(sent.state).toBe('invited')
    const { providerRef } = sent
    for (const wanted of [{ email: wish.email }, { email: wish.email, providerRef }])
      expect(await provider.find(account, wanted)).toMatchObject({ value: { providerRef, state: 'invited' } })
    await accept(wish.email)
    expect(await provider.find(account, { email: wish.email, providerRef })).toMatchObject({
      value: { state: 'joined', since: expect.any(Date) },
    })
    const seat = { email: wish.email, providerRef }
    expect(await provider.remove(account, seat)).toEqual({ ok: true, value: undefined })
    expect(await provider.remove(account, seat)).toEqual({ ok: true, value: undefined })
    const after = await provider.find(account, seat)
    expect(after.ok && (after.value?.state ?? 'gone')).toBe('gone')
  })

  test('an open invitation can be taken back, which frees its seat', async () => {
    const { provider, account } = stage()
    const wish = newWish()
    const sent = await provider.invite(account, wish)
    const providerRef = sent.kind === 'sent' ? sent.providerRef : ''
    expect(await provider.inspect(account)).toMatchObject({ value: { state: 'healthy', used: 1 } })
    await provider.remove(account, { email: wish.email, providerRef })
    expect(await provider.inspect(account)).toMatchObject({ value: { state: 'healthy', used: 0 } })
  })

  test('nobody is found where nobody was invited', async () => {
    const { provider, account } = stage()
    expect(await provider.find(account, { email: 'nobody@example.test' })).toEqual({
      ok: true,
      value: undefined,
    })
  })

  test('an account shows its seats and what is left of its day', async () => {
    const { provider, account } = stage()
    await provider.invite(account, newWish())
    expect(await provider.inspect(account)).toEqual({
      ok: true,
      value: { state: 'healthy', seats: 3, used: 1, invitesLeftToday: 2 },
    })
  })
}

function describeRefusals(stage: () => InviteProviderStage): void {
  test('an address that can never be invited is refused for good', async () => {
    const { provider, account, counts } = stage()
    const refused = await provider.invite(account, { ...newWish(), email: 'tolak@example.test' })
    expect(refused).toMatchObject({ kind: 'refused', reason: 'target' })
    expect(await counts()).toMatchObject({ invites: 0 })
  })

  test('the day’s quota ends, and begins anew the next day', async () => {
    const { provider, hire, advance } = stage()
    const account = await hire({ seats: 5, dailyQuota: 1 })
    expect(await provider.invite(account, newWish())).toMatchObject({ kind: 'sent' })
    expect(await provider.invite(account, newWish())).toMatchObject({ kind: 'refused', reason: 'quota' })
    await advance(DAY_MS)
    expect(await provider.invite(account, newWish())).toMatchObject({ kind: 'sent' })
  })

  test('a full account says so', async () => {
    const { provider, hire } = stage()
    const account = await hire({ seats: 1, dailyQuota: 5 })
    await provider.invite(account, newWish())
    expect(await provider.invite(account, newWish())).toMatchObject({ kind: 'refused', reason: 'full' })
  })

  test('a banned account is known as such by every call', async () => {
    const { provider, account, ban } = stage()
    await provider.invite(account, newWish())
    await ban()
    expect(await provider.invite(account, newWish())).toMatchObject({ kind: 'refused', reason: 'banned' })
    expect(await provider.inspect(account)).toMatchObject({ value: { state: 'banned' } })
    expect(await provider.find(account, { email: 'a@example.test' })).toMatchObject({
      error: { code: 'refused' },
    })
  })

  test('a credential that changed is told apart from a ban', async () => {
    const { provider, account, changeCredential } = stage()
    await changeCredential()
    expect(await provider.invite(account, newWish())).toMatchObject({ kind: 'refused', reason: 'credential' })
    expect(await provider.inspect(account)).toMatchObject({ value: { state: 'credential_refused' } })
  })

  test('too many requests are no refusal for good', async () => {
    const { provider, account, breakInvites } = stage()
    await breakInvites('http_429')
    expect(await provider.invite(account, newWish())).toMatchObject({ kind: 'refused', reason: 'throttled' })
  })

  test('an invite to a provider that cannot be reached was not sent', async () => {
    const { unreachable, account } = stage()
    expect(await unreachable.invite(account, newWish())).toMatchObject({ kind: 'not_sent' })
  })
}

function describeDoubt(stage: () => InviteProviderStage): void {
  test.each(LOST_AFTER)('%s: the outcome is unknown, and the address finds the invitation', async (fault) => {
    const { provider, account, breakInvites, advance, counts } = stage()
    const wish = newWish()
    await breakInvites(fault)
    expect(await provider.invite(account, wish)).toMatchObject({ kind: 'unknown' })
    await advance(60_000)
    expect(await provider.find(account, { email: wish.email })).toMatchObject({
      value: { email: wish.email, state: expect.stringMatching(/invited|joined/) },
    })
    expect(await counts()).toEqual({ invites: 1, doubles: 0 })
  })

  test.each(LOST_BEFORE)('%s: the outcome is unknown, and nothing is found', async (fault) => {
    const { provider, account, breakInvites } = stage()
    const wish = newWish()
    await breakInvites(fault)
    expect(await provider.invite(account, wish)).toMatchObject({ kind: 'unknown' })
    expect(await provider.find(account, { email: wish.email })).toEqual({ ok: true, value: undefined })
  })

  test.each([...LOST_AFTER, ...LOST_BEFORE])(
    '%s on a read is a failure, never an empty answer',
    async (fault) => {
      const { provider, account, breakReads } = stage()
      const sent = await provider.invite(account, newWish())
      const providerRef = sent.kind === 'sent' ? sent.providerRef : ''
      await breakReads(fault)
      const answers = await Promise.all([
        provider.find(account, { email: 'nobody@example.test' }),
        provider.find(account, { email: 'nobody@example.test', providerRef }),
        provider.inspect(account),
      ])
      expect(answers.map((answer) => answer.ok)).toEqual([false, false, false])
    },
  )

  test('nothing throws when the provider cannot be reached', async () => {
    const { unreachable, account } = stage()
    const seat = { email: 'a@example.test', providerRef: 'x' }
    const answers = await Promise.all([
      unreachable.find(account, seat),
      unreachable.remove(account, seat),
      unreachable.inspect(account),
    ])
    for (const answer of answers) expect(answer).toMatchObject({ ok: false, error: { code: 'unreachable' } })
  })
}
