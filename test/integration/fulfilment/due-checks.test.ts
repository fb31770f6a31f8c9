import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkDueInvites, checkDuePurchases, sendPurchase } from '../../../src/fulfilment/index.ts'
import { dueStatement } from '../../../src/fulfilment/supplier/purchase-view-store.ts'
import { eventually } from '../../support/eventually.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { startVipSandbox, type VipSandbox } from '../../support/vip-sandbox.ts'
import { setInviteStage } from './invite-stage.ts'
import { createWorld } from './invite-world.ts'
import { setPurchaseStage, type PurchaseStage } from './purchase-stage.ts'

let database: TestDatabase
let sandbox: VipSandbox
let stage: PurchaseStage
beforeEach(async () => {
  database = await createTestDatabase()
  sandbox = await startVipSandbox()
  stage = await setPurchaseStage(database, sandbox)
})
afterEach(async () => {
  await sandbox.stop()
  await database.drop()
})

/** A purchase that its supplier has accepted and that is due, since so many minutes. */
async function accepted(target: string, minutes: number): Promise<{ lineId: string; id: string }> {
  const { line, purchaseIds } = await stage.open(target)
  const id = purchaseIds[0] ?? ''
  expect(await sendPurchase(stage.deps, id)).toBe('sent')
  await queryAs(
    database.url,
    'update supplier_purchases set next_check_at = now() - make_interval(mins => $2) where id = $1',
    [id, minutes],
  )
  return { lineId: line.lineId, id }
}

const giveTo = (supplier: string, ids: readonly string[]) =>
  queryAs(database.url, 'update supplier_purchases set supplier = $1 where id = any ($2::uuid[])', [
    supplier,
    ids,
  ])

test('a supplier that does not answer holds up the purchases of no other', async () => {
  const stuck = await accepted('12345601', 20)
  const alive = await accepted('12345602', 1)
  await giveTo('dead', [stuck.id])
  const supplier = stage.deps.suppliers.get('vip-reseller')
  if (supplier === undefined) throw new Error('no supplier')
  const answer = Promise.withResolvers<Awaited<ReturnType<typeof supplier.findOrder>>>()
  stage.use({ ...supplier, findOrder: () => answer.promise }, 'dead')
  const turn = checkDuePurchases(stage.deps, 50)
  await eventually(
    'the purchase at the other supplier',
    async () => (await stage.purchases(alive.lineId))[0]?.state === 'SUCCEEDED',
  )
  expect(await stage.purchases(stuck.lineId)).toMatchObject([{ state: 'ACCEPTED' }])
  answer.resolve({ ok: true, value: undefined })
  expect(await turn).toBe(2)
})

test('of each supplier the longest waiting have their turn', async () => {
  const many = [await accepted('12345603', 30), await accepted('12345604', 20)]
  const other = await accepted('12345605', 1)
  await giveTo(
    'dead',
    many.map(({ id }) => id),
  )
  const due = await database.db.once('test.due', { role: 'worker' }, dueStatement(1))
  expect(due).toEqual([
    { id: many[0]?.id, supplier: 'dead' },
    { id: other.id, supplier: 'vip-reseller' },
  ])
})

test('an invite provider that does not answer holds up the invites of no other', async () => {
  const clock = { now: () => new Date() }
  const account = { externalId: 'acc-1', seats: 5, quota: 5 }
  const world = createWorld(() => clock.now(), [account])
  const invites = await setInviteStage(database, world.provider)
  clock.now = invites.now
  await invites.hire([{ externalId: 'acc-1', seats: 5, dailyQuota: 5 }])
  world.mishap = () => 'lost'
  await invites.open(['stuck@example.test', 'alive@example.test'])
  await invites.drive()
  const [stuck, alive] = await invites.invites()
  expect([stuck?.state, alive?.state]).toEqual(['UNKNOWN', 'UNKNOWN'])
  await queryAs(
    database.url,
    `update invites set provider = 'dead', next_check_at = next_check_at - interval '1 second' where id = $1`,
    [stuck?.id],
  )
  await invites.advance(30_000)
  const hanging = Promise.withResolvers<Awaited<ReturnType<typeof world.provider.find>>>()
  const dead = { ...world.provider, id: 'dead', find: () => hanging.promise }
  const inviteProviders = new Map([...invites.deps.inviteProviders, [dead.id, dead]])
  const turn = checkDueInvites({ ...invites.deps, inviteProviders }, 50)
  const stateOf = async (id = '') => (await invites.invites()).find((invite) => invite.id === id)?.state
  await eventually('the other invite', async () => (await stateOf(alive?.id)) !== 'UNKNOWN')
  expect(await stateOf(stuck?.id)).toBe('UNKNOWN')
  hanging.resolve({ ok: true, value: undefined })
  expect(await turn).toBe(2)
})
