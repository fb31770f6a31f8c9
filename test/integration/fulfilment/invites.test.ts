import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  checkInvite,
  decideInvite,
  describeInvite,
  dueInvites,
  inspectAccounts,
  openInvites,
  reclaimSeats,
  reopenInvites,
  sendWaitingInvites,
  summariseInvites,
  withdrawInvites,
  type InviteSummary,
} from '../../../src/fulfilment/index.ts'
import type { InviteOutcome } from '../../../src/fulfilment/ports.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { setInviteStage, type InviteStage } from './invite-stage.ts'
import { createWorld, type World } from './invite-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let database: TestDatabase
let stage: InviteStage
let world: World
/** Answers that stand in for the next calls. */
let answers: InviteOutcome[]

beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  const broken = await stage.broken()
  await database.drop()
  expect(broken).toEqual([])
})

async function setUp(
  sizes: readonly { seats: number; quota: number }[],
  options: { days?: number | null } = {},
): Promise<void> {
  const accounts = sizes.map((size, index) => ({ externalId: `acc-${index + 1}`, ...size }))
  const clock = { now: () => new Date() }
  world = createWorld(() => clock.now(), accounts)
  answers = []
  const { provider } = world
  const answering = {
    ...provider,
    invite: async (...call: Parameters<typeof provider.invite>) =>
      answers.shift() ?? (await provider.invite(...call)),
  }
  stage = await setInviteStage(database, answering, options)
  clock.now = stage.now
  await stage.hire(accounts.map(({ externalId, seats, quota }) => ({ externalId, seats, dailyQuota: quota })))
}

async function checkDue(): Promise<void> {
  for (const id of await dueInvites(stage.deps, 100)) await checkInvite(stage.deps, id)
  await stage.drive()
}

const rows = async (): Promise<unknown[]> =>
  (await stage.invites()).map(({ attempt, state, account, failure_code: code }) => [
    attempt,
    state,
    account,
    code,
  ])

async function summary(lineId: string): Promise<InviteSummary> {
  return await database.db.transaction('test.summarise', { role: 'worker' }, (tx) =>
    summariseInvites(tx, lineId),
  )
}

const events = async (kind: string): Promise<unknown[]> =>
  await queryAs(database.url, 'select key from outbox_events where kind = $1', [kind])

const SIZE = { seats: 5, quota: 5 }

test('a paid line is invited, delivered and told once, and shows its membership', async () => {
  await setUp([SIZE])
  world.joinsAtOnce = () => false
  const [line] = await stage.open([' Buyer@Example.test '])
  await stage.drive()
  const lineId = line?.lineId ?? ''
  expect(await summary(lineId)).toEqual({ open: 0, succeeded: 1, failed: 0, manual: 0, total: 1 })
  expect(await describeInvite(stage.deps, lineId)).toEqual({ state: 'invited', email: 'buyer@example.test' })
  expect(await events('invite.sent')).toHaveLength(1)
  await stage.advance(MINUTE)
  await checkDue()
  expect(await describeInvite(stage.deps, lineId)).toMatchObject({
    state: 'joined',
    expiresAt: new Date(stage.now().getTime() + 30 * DAY),
  })
})

test('opening a line twice opens nothing new; one without a plan or an account has no pool', async () => {
  await setUp([SIZE])
  const [line] = await stage.open(['a@example.test'])
  const again = (productId: string): Promise<unknown> =>
    database.db.transaction('test.again', { role: 'worker' }, (tx) =>
      openInvites(tx, {
        ...stage.sku,
        productId,
        lineId: line?.lineId ?? '',
        quantity: 1,
        email: 'a@example.test',
      }),
    )
  expect(await again(stage.sku.productId)).toEqual({ ok: true, value: { inviteIds: [] } })
  await queryAs(database.url, `update provider_accounts set state = 'RETIRED'`)
  await queryAs(database.url, 'truncate invite_history, invites cascade')
  expect(await again(stage.sku.productId)).toEqual({ ok: false, error: { code: 'no_pool' } })
})

test('a lost answer is looked up and never sent again', async () => {
  await setUp([SIZE, SIZE])
  world.mishap = () => 'lost'
  await stage.open(['a@example.test'])
  await stage.drive()
  expect(await rows()).toEqual([[1, 'UNKNOWN', 'acc-1', null]])
  await stage.advance(30_000)
  await checkDue()
  expect(await rows()).toEqual([[1, 'JOINED', 'acc-1', null]])
  expect(world.calls).toBe(1)
})

test('what the provider does not show for five minutes was not sent: the next attempt goes elsewhere', async () => {
  await setUp([SIZE, SIZE])
  answers = [{ kind: 'unknown', detail: 'nothing came back' }]
  await stage.open(['a@example.test'])
  await stage.drive()
  await stage.advance(30_000)
  await checkDue()
  expect(await rows()).toEqual([[1, 'UNKNOWN', 'acc-1', null]])
  await stage.advance(5 * MINUTE)
  await checkDue()
  expect(await rows()).toEqual([
    [1, 'NOT_SENT', 'acc-1', 'not_found'],
    [2, 'JOINED', 'acc-2', null],
  ])
  expect(await reclaimSeats(stage.deps, 10)).toEqual({ freed: 1 })
})

test('a refused address ends the unit, gives its day back, and a corrected one is invited at the old place', async () => {
  await setUp([SIZE])
  answers = [{ kind: 'refused', reason: 'target', detail: 'no such address' }]
  const [line] = await stage.open(['wrong@example.test'])
  const lineId = line?.lineId ?? ''
  await stage.drive()
  expect(await summary(lineId)).toMatchObject({ failed: 1, failureCode: 'target' })
  expect(await stage.accounts()).toMatchObject([{ used_today: 0, held: 0 }])
  const reopened = await database.db.transaction('test.reopen', { role: 'worker' }, (tx) =>
    reopenInvites(tx, { lineId, email: 'right@example.test', now: stage.now() }),
  )
  for (const inviteId of reopened.inviteIds) stage.news.push({ kind: 'invite.send', inviteId })
  await stage.drive()
  expect(await stage.invites()).toMatchObject([
    { state: 'FAILED', email: 'wrong@example.test' },
    { state: 'JOINED', email: 'right@example.test', attempt: 2 },
  ])
})

test('a waiting line can be taken out of the queue, one that was sent cannot', async () => {
  await setUp([{ seats: 1, quota: 1 }])
  const [sent, waiting] = await stage.open(['a@example.test', 'b@example.test'])
  await stage.drive()
  const withdraw = (lineId = ''): Promise<boolean> =>
    database.db.transaction('test.withdraw', { role: 'worker' }, (tx) => withdrawInvites(tx, lineId, 'test'))
  expect(await withdraw(sent?.lineId)).toBe(false)
  expect(await withdraw(waiting?.lineId)).toBe(true)
  expect(await rows()).toEqual([
    [1, 'JOINED', 'acc-1', null],
    [1, 'FAILED', null, 'corrected'],
  ])
})

test('what is beyond today’s quota waits for midnight in Jakarta, and is told when', async () => {
  await setUp([{ seats: 9, quota: 2 }])
  const lines = await stage.open(['a', 'b', 'c', 'd'].map((name) => `${name}@example.test`))
  await stage.drive()
  expect((await stage.invites()).map((invite) => invite.state)).toEqual([
    'JOINED',
    'JOINED',
    'QUEUED',
    'QUEUED',
  ])
  // 09:00 in Jakarta: fifteen hours to go.
  const described = await describeInvite(stage.deps, lines[3]?.lineId ?? '')
  expect(described).toMatchObject({ state: 'queued', position: 2 })
  expect(described?.etaSeconds).toBeGreaterThan(15 * 3_600)
  expect(described?.etaSeconds).toBeLessThan(15 * 3_600 + 120)
  await stage.advance(15 * HOUR - 1)
  expect(await sendWaitingInvites(stage.deps, 10)).toEqual({ sent: 0 })
  await stage.advance(1)
  expect(await sendWaitingInvites(stage.deps, 10)).toEqual({ sent: 2 })
  expect(world.breaches.quota).toBe(0)
})

test('accounts take turns: the one used least today, then the one that rested longest', async () => {
  await setUp([SIZE, SIZE, SIZE])
  for (let turn = 0; turn < 6; turn += 1) {
    await stage.open([`buyer-${turn}@example.test`])
    await stage.drive()
    await stage.advance(1_000)
  }
  const turns = (await stage.invites()).map((invite) => invite.account)
  expect(new Set(turns.slice(0, 3)).size).toBe(3)
  expect(turns.slice(3)).toEqual((await stage.invites()).slice(0, 3).map((invite) => invite.account))
})

test('a throttled account rests, ever longer, while another one serves', async () => {
  await setUp([SIZE, SIZE])
  answers = [{ kind: 'refused', reason: 'throttled', detail: 'slow down' }]
  await stage.open(['a@example.test'])
  await stage.drive()
  expect(await rows()).toEqual([
    [1, 'NOT_SENT', 'acc-1', 'throttled'],
    [2, 'JOINED', 'acc-2', null],
  ])
  expect(await stage.accounts()).toMatchObject([{ state: 'COOLDOWN', used_today: 0 }, { state: 'ACTIVE' }])
})

test('a provider that cannot be reached costs nobody anything: the queue waits and goes on', async () => {
  await setUp([SIZE])
  world.mishap = () => 'not_sent'
  await stage.open(['a@example.test'])
  await stage.drive()
  expect(await stage.accounts()).toMatchObject([{ state: 'COOLDOWN', used_today: 0, held: 0 }])
  world.mishap = () => 'none'
  await stage.advance(MINUTE)
  expect(await sendWaitingInvites(stage.deps, 10)).toEqual({ sent: 1 })
  expect((await stage.invites()).at(-1)).toMatchObject({ state: 'JOINED', attempt: 2 })
})

test('an account whose credential is refused stops alone and waits for a person', async () => {
  await setUp([SIZE, SIZE])
  answers = [{ kind: 'refused', reason: 'credential', detail: 'wrong password' }]
  await stage.open(['a@example.test'])
  await stage.drive()
  expect(await stage.accounts()).toMatchObject([{ state: 'CREDENTIAL' }, { state: 'ACTIVE', held: 1 }])
  await stage.hire([{ externalId: 'acc-1', credential: 'the new one' }])
  expect(await stage.accounts()).toMatchObject([{ state: 'ACTIVE' }, { state: 'ACTIVE' }])
})

test('a banned account drains: running memberships move with the days that are left', async () => {
  await setUp([SIZE, SIZE])
  const [line] = await stage.open(['a@example.test'])
  await stage.drive()
  const [before] = await stage.invites()
  await stage.advance(10 * DAY)
  const account = world.accounts.get('acc-1')
  if (account !== undefined) account.bannedAt = stage.now()
  await inspectAccounts(stage.deps, 10)
  await checkDue()
  const [, after] = await stage.invites()
  expect(after).toMatchObject({ state: 'JOINED', account: 'acc-2', ends_at: before?.ends_at })
  expect(await summary(line?.lineId ?? '')).toMatchObject({ succeeded: 1, open: 0 })
})

test('an invitation that lapses is sent twice more, then a person asks the buyer', async () => {
  await setUp([SIZE, SIZE, SIZE, SIZE])
  world.joinsAtOnce = () => false
  const [line] = await stage.open(['a@example.test'])
  await stage.drive()
  for (let turn = 0; turn < 3; turn += 1) {
    for (const account of world.accounts.values()) account.members.clear()
    await stage.advance(6 * HOUR)
    await checkDue()
  }
  const states = (await stage.invites()).map(({ state, failure_code: code }) => [state, code])
  expect(states).toEqual([
    ['LOST', 'lapsed'],
    ['LOST', 'lapsed'],
    ['MANUAL', 'not_accepted'],
  ])
  const open = (await stage.invites()).at(-1)
  expect(await decideInvite(stage.deps, open?.id ?? '', { kind: 'failed' }, 'ani')).toMatchObject({
    ok: true,
  })
  expect(await decideInvite(stage.deps, open?.id ?? '', { kind: 'failed' }, 'ani')).toMatchObject({
    ok: false,
  })
  expect(await summary(line?.lineId ?? '')).toMatchObject({ succeeded: 1, failed: 0, manual: 0 })
})

test('a queue that does not move for three days is for a person, who may send it back', async () => {
  await setUp([{ seats: 1, quota: 1 }])
  await stage.open(['a@example.test', 'b@example.test'])
  await stage.drive()
  await stage.advance(3 * DAY + 1)
  await checkDue()
  const waiting = (await stage.invites()).find((invite) => invite.email === 'b@example.test')
  expect(waiting).toMatchObject({ state: 'MANUAL', failure_code: 'waited_too_long' })
  await decideInvite(stage.deps, waiting?.id ?? '', { kind: 'again' }, 'ani')
  await stage.advance(DAY)
  await checkDue()
  expect((await stage.invites()).at(-1)).toMatchObject({ state: 'QUEUED', attempt: 2 })
})

test('a membership ends after its days: told three days before, its seat taken back once, and given on', async () => {
  await setUp([{ seats: 1, quota: 5 }])
  await stage.open(['a@example.test', 'b@example.test'])
  await stage.drive()
  await stage.advance(26 * DAY)
  await checkDue()
  expect(await events('membership.ending')).toHaveLength(0)
  await stage.advance(DAY + 1)
  await checkDue()
  await stage.advance(DAY)
  await checkDue()
  expect(await events('membership.ending')).toHaveLength(1)
  await stage.advance(2 * DAY)
  await checkDue()
  expect((await stage.invites())[0]).toMatchObject({ state: 'ENDED', is_free: false })
  expect(await reclaimSeats(stage.deps, 10)).toEqual({ freed: 1 })
  expect(await reclaimSeats(stage.deps, 10)).toEqual({ freed: 0 })
  expect(world.accounts.get('acc-1')?.members.size).toBe(0)
})

test('one address never sits twice in one account, also while its old seat is being left', async () => {
  await setUp([SIZE])
  await stage.open(['same@example.test', 'same@example.test', 'other@example.test'])
  await stage.drive()
  expect((await stage.invites()).map((invite) => invite.state)).toEqual(['JOINED', 'QUEUED', 'JOINED'])
  expect(world.breaches.doubles).toBe(0)
  await stage.advance(30 * DAY)
  const due = await dueInvites(stage.deps, 10)
  for (const id of due) await checkInvite(stage.deps, id)
  await sendWaitingInvites(stage.deps, 10)
  expect(world.breaches.doubles).toBe(0)
})

test('seats that others use at the provider are not given away', async () => {
  await setUp([{ seats: 3, quota: 9 }])
  const account = world.accounts.get('acc-1')
  account?.members.set('owner-friend@example.test', {
    providerRef: 'x',
    email: 'owner-friend@example.test',
    state: 'joined',
  })
  await inspectAccounts(stage.deps, 10)
  await stage.open(['a', 'b', 'c'].map((name) => `${name}@example.test`))
  await stage.drive()
  expect((await stage.invites()).map((invite) => invite.state)).toEqual(['JOINED', 'JOINED', 'QUEUED'])
  expect(world.breaches.seats).toBe(0)
})

test('money that was taken back is not spent on a seat', async () => {
  await setUp([SIZE])
  const [line] = await stage.open(['a@example.test'])
  await queryAs(database.url, `update payments set state = 'CHARGEBACK' where order_id = $1`, [line?.orderId])
  await stage.drive()
  expect(world.calls).toBe(0)
  expect(await rows()).toEqual([[1, 'FAILED', 'acc-1', 'money_taken_back']])
  expect(await stage.accounts()).toMatchObject([{ used_today: 0, held: 0 }])
})
