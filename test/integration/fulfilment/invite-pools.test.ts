import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  checkInvite,
  dueInvites,
  inspectAccounts,
  sendWaitingInvites,
} from '../../../src/fulfilment/index.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { setInviteStage, type InviteStage } from './invite-stage.ts'
import { createWorld, type World } from './invite-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const SIZE = { seats: 5, quota: 5 }

let database: TestDatabase
let stage: InviteStage
let world: World

beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  const broken = await stage.broken()
  await database.drop()
  expect(broken).toEqual([])
})

async function setUp(sizes: readonly { seats: number; quota: number }[]): Promise<void> {
  const accounts = sizes.map((size, index) => ({ externalId: `acc-${index + 1}`, ...size }))
  const clock = { now: () => new Date() }
  world = createWorld(() => clock.now(), accounts)
  stage = await setInviteStage(database, world.provider)
  clock.now = stage.now
  await stage.hire(accounts.map(({ externalId, seats, quota }) => ({ externalId, seats, dailyQuota: quota })))
}

test('however many wait that no account may take, whoever is behind them is served, and they are in their turn', async () => {
  await setUp([{ seats: 60, quota: 60 }])
  const members = Array.from({ length: 25 }, (_, index) => `member-${index}@example.test`)
  await stage.open(members)
  await stage.drive()
  await stage.open([...members, 'new@example.test'])
  await stage.drive()
  const waiting = (await stage.invites()).filter((invite) => invite.state === 'QUEUED')
  expect(waiting.map((invite) => invite.email).toSorted()).toEqual(members.toSorted())
  await stage.hire([
    { externalId: 'acc-1', seats: 60, dailyQuota: 60 },
    { externalId: 'acc-2', seats: 60, dailyQuota: 60 },
  ])
  world.accounts.set('acc-2', {
    externalId: 'acc-2',
    seats: 60,
    quota: 60,
    bannedAt: undefined,
    members: new Map(),
    invitedOn: new Map(),
  })
  await sendWaitingInvites(stage.deps, 50)
  expect((await stage.invites()).every((invite) => invite.state === 'JOINED')).toBe(true)
  expect(world.breaches).toEqual({ quota: 0, seats: 0, doubles: 0 })
})

test('an account that is reached again invites at once, however long it was to rest', async () => {
  await setUp([SIZE])
  world.mishap = () => 'not_sent'
  await stage.open(['a@example.test'])
  for (const minutes of [0, 1, 2, 5, 15]) {
    await stage.advance(minutes * MINUTE)
    await sendWaitingInvites(stage.deps, 1)
  }
  world.mishap = () => 'none'
  await stage.advance(15 * MINUTE)
  expect(await sendWaitingInvites(stage.deps, 1)).toEqual({ sent: 0 })
  await inspectAccounts(stage.deps, 10)
  expect(await sendWaitingInvites(stage.deps, 1)).toEqual({ sent: 1 })
})

test('what is left of a day counts for the day on which it was asked for', async () => {
  await setUp([SIZE])
  await stage.advance(15 * HOUR - 1_000)
  world.provider.inspect = async () => {
    await stage.advance(2_000)
    return { ok: true, value: { state: 'healthy', ...SIZE, used: 0, invitesLeftToday: 0 } }
  }
  expect(await inspectAccounts(stage.deps, 10)).toEqual({ inspected: 1 })
  await stage.open(['a@example.test'])
  expect(await sendWaitingInvites(stage.deps, 1)).toEqual({ sent: 1 })
})

test('a member of a line that failed in part is moved like any other: this unit was paid for', async () => {
  await setUp([SIZE, SIZE])
  const [line] = await stage.open(['a@example.test'])
  await stage.drive()
  await queryAs(database.url, `update order_lines set state = 'FAILED' where id = $1`, [line?.lineId])
  const account = world.accounts.get('acc-1')
  if (account !== undefined) account.bannedAt = stage.now()
  await stage.advance(HOUR)
  await inspectAccounts(stage.deps, 10)
  for (const id of await dueInvites(stage.deps, 10)) await checkInvite(stage.deps, id)
  await stage.drive()
  expect(await stage.invites()).toMatchObject([
    { attempt: 1, state: 'LOST', account: 'acc-1', failure_code: 'account_banned' },
    { attempt: 2, state: 'JOINED', account: 'acc-2' },
  ])
})
