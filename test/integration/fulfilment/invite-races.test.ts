import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkInvite, inspectAccounts, sendInvite } from '../../../src/fulfilment/index.ts'
import type { InviteProvider } from '../../../src/fulfilment/ports.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { setInviteStage, type InviteStage } from './invite-stage.ts'
import { createWorld, type World } from './invite-world.ts'

const WORKERS = 8
/** Long enough for every worker to have chosen before the first one writes. */
const SLOW = 'perform pg_sleep(0.03);'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase(WORKERS * 2)
})
afterEach(() => database.drop())

type Size = { seats: number; quota: number }

async function stageOf(sizes: readonly Size[]): Promise<{ stage: InviteStage; world: World }> {
  const clock = { now: () => new Date() }
  const accounts = sizes.map((size, index) => ({ externalId: `acc-${index + 1}`, ...size }))
  const world = createWorld(() => clock.now(), accounts)
  const stage = await setInviteStage(database, world.provider)
  clock.now = stage.now
  await stage.hire(accounts.map(({ externalId, seats, quota }) => ({ externalId, seats, dailyQuota: quota })))
  return { stage, world }
}

/** Changes the claim as a careless author would have written it. `slow` makes everybody choose before anybody writes. */
async function rewriteClaim(change: (text: string) => string): Promise<void> {
  const [row] = await queryAs<{ text: string }>(
    database.url,
    `select pg_get_functiondef('claim_invite'::regproc) as text`,
  )
  const text = row?.text ?? ''
  const slowed = text.replace('insert into account_days as d', `${SLOW} insert into account_days as d`)
  const changed = change(slowed)
  if (slowed === text) throw new Error('the claim has another form')
  await queryAs(database.url, changed)
}

/** What is taken away: the lock on the account, and reading it anew under that lock. */
function withoutLock(text: string): string {
  const changed = text
    .replaceAll('for update of a skip locked', '')
    .replaceAll('for update of a', '')
    .replace(/continue when not exists \(select 1 from usable_accounts[\s\S]*?;/, '')
  if (changed === text) throw new Error('nothing was taken away')
  return changed
}

async function rush(stage: InviteStage, buyers: number): Promise<void> {
  await stage.open(Array.from({ length: buyers }, (_, index) => `buyer-${index}@example.test`))
  const ids = stage.news.splice(0).flatMap((entry) => (entry.kind === 'invite.send' ? [entry.inviteId] : []))
  const results = await Promise.allSettled(ids.map((id) => sendInvite(stage.deps, id)))
  for (const result of results)
    if (result.status === 'rejected' && !/duplicate key|account_days_quota/.test(String(result.reason)))
      throw result.reason
}

const states = async (stage: InviteStage): Promise<string[]> =>
  (await stage.invites()).map((invite) => invite.state)

test('many workers, one seat: one buyer gets it', async () => {
  const { stage, world } = await stageOf([{ seats: 1, quota: 100 }])
  await rewriteClaim((text) => text)
  await rush(stage, WORKERS)
  expect(world.calls).toBe(1)
  expect(world.breaches).toEqual({ quota: 0, seats: 0, doubles: 0 })
  expect((await states(stage)).filter((state) => state === 'JOINED')).toHaveLength(1)
  expect(await stage.broken()).toEqual([])
})

test('its twin without the lock and the index gives the seat away many times', async () => {
  const { stage, world } = await stageOf([{ seats: 1, quota: 100 }])
  await rewriteClaim(withoutLock)
  await queryAs(database.url, 'drop index account_seats_one_holder')
  await rush(stage, WORKERS)
  expect(world.breaches.seats).toBeGreaterThan(0)
  expect(await stage.broken()).not.toEqual([])
})

test('without the lock alone, the index lets nobody sit on a seat that is taken', async () => {
  const { stage, world } = await stageOf([{ seats: 1, quota: 100 }])
  await rewriteClaim(withoutLock)
  await rush(stage, WORKERS)
  expect(world.breaches.seats).toBe(0)
  expect(await stage.broken()).toEqual([])
})

test('many workers at the border of the quota: the day ends exactly there', async () => {
  const { stage, world } = await stageOf([{ seats: 100, quota: 3 }])
  await rewriteClaim((text) => text)
  await rush(stage, WORKERS)
  expect(world.calls).toBe(3)
  expect(world.breaches.quota).toBe(0)
  expect(await stage.accounts()).toMatchObject([{ used_today: 3, held: 3 }])
  expect(await stage.broken()).toEqual([])
})

test('its twin without lock, condition and constraint invites beyond the quota', async () => {
  const { stage, world } = await stageOf([{ seats: 100, quota: 3 }])
  await rewriteClaim((text) => withoutLock(text).replace('where d.used < d.quota', ''))
  await queryAs(database.url, 'drop index account_seats_one_holder')
  await queryAs(database.url, 'alter table account_days drop constraint account_days_quota')
  await rush(stage, WORKERS)
  expect(world.breaches.quota).toBeGreaterThan(0)
  expect(await stage.broken()).not.toEqual([])
})

test('one job that runs many times at once invites once', async () => {
  const { stage, world } = await stageOf([{ seats: 10, quota: 10 }])
  await stage.open(['only@example.test'])
  const [entry] = stage.news.splice(0)
  const id = entry?.kind === 'invite.send' ? entry.inviteId : ''
  await Promise.all(Array.from({ length: WORKERS }, () => sendInvite(stage.deps, id)))
  expect(world.calls).toBe(1)
  expect(await stage.broken()).toEqual([])
})

test('two workers serve two accounts at once instead of waiting for each other', async () => {
  const { stage, world } = await stageOf([
    { seats: 1, quota: 1 },
    { seats: 1, quota: 1 },
  ])
  await rewriteClaim((text) => text)
  await rush(stage, 2)
  expect(world.calls).toBe(2)
  expect((await stage.accounts()).map((account) => account.held)).toEqual([1, 1])
})

/** A provider whose first call waits until `release`; `called` resolves once it is under way. */
function held(provider: InviteProvider): {
  provider: InviteProvider
  called: Promise<void>
  release(): void
} {
  const called = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let isFirst = true
  return {
    called: called.promise,
    release: released.resolve,
    provider: {
      ...provider,
      async invite(account, request) {
        const outcome = await provider.invite(account, request)
        if (!isFirst) return outcome
        isFirst = false
        called.resolve()
        await released.promise
        return outcome
      },
    },
  }
}

async function inFlight(): Promise<{
  stage: InviteStage
  world: World
  sending: Promise<unknown>
  release(): void
}> {
  const clock = { now: () => new Date() }
  const accounts = ['acc-1', 'acc-2'].map((externalId) => ({ externalId, seats: 5, quota: 5 }))
  const world = createWorld(() => clock.now(), accounts)
  const { provider, called, release } = held(world.provider)
  const stage = await setInviteStage(database, provider)
  clock.now = stage.now
  await stage.hire(accounts.map(({ externalId }) => ({ externalId })))
  await stage.open(['buyer@example.test'])
  const [entry] = stage.news.splice(0)
  const sending = sendInvite(stage.deps, entry?.kind === 'invite.send' ? entry.inviteId : '')
  await called
  return { stage, world, sending, release }
}

test('an account that is banned while an invite is under way: nothing is delivered from it, another one invites', async () => {
  const { stage, world, sending, release } = await inFlight()
  const first = world.accounts.get('acc-1')
  if (first !== undefined) first.bannedAt = stage.now()
  await inspectAccounts(stage.deps, 10)
  release()
  await sending
  expect(await stage.invites()).toMatchObject([
    { state: 'LOST', failure_code: 'account_banned' },
    { state: 'QUEUED' },
  ])
  const delivered = await queryAs(database.url, 'select 1 from deliveries')
  expect(delivered).toHaveLength(0)
  await stage.drive()
  expect(await stage.invites()).toMatchObject([{ state: 'LOST' }, { state: 'JOINED', account: 'acc-2' }])
  expect(await stage.broken()).toEqual([])
})

test('the other order: banned right after the answer, the buyer moves, and the delivery stays one', async () => {
  const { stage, world, sending, release } = await inFlight()
  release()
  await sending
  const first = world.accounts.get('acc-1')
  if (first !== undefined) first.bannedAt = stage.now()
  await stage.advance(3_600_000)
  await inspectAccounts(stage.deps, 10)
  for (const { id } of await stage.invites()) await checkInvite(stage.deps, id)
  await stage.drive()
  expect(await stage.invites()).toMatchObject([{ state: 'LOST' }, { state: 'JOINED', account: 'acc-2' }])
  expect(await queryAs(database.url, 'select 1 from deliveries')).toHaveLength(1)
  expect(await stage.broken()).toEqual([])
})

test('a process that answers after it was declared lost changes nothing; the invitation is found once', async () => {
  const { stage, world, sending, release } = await inFlight()
  await stage.advance(120_000)
  const [invite] = await stage.invites()
  await checkInvite(stage.deps, invite?.id ?? '')
  expect(await states(stage)).toEqual(['UNKNOWN'])
  release()
  await sending
  expect(await states(stage)).toEqual(['UNKNOWN'])
  await stage.advance(60_000)
  await checkInvite(stage.deps, invite?.id ?? '')
  expect(await states(stage)).toEqual(['JOINED'])
  expect(world.calls).toBe(1)
  expect(await stage.broken()).toEqual([])
})
