import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillDemoShop } from '../../../src/cli/seed.ts'
import type { InviteSandboxState } from '../../support/invite-sandbox.ts'
import { orderOf, pay, VISITOR, whenOrder } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'
import type { CreatedOrder, TrackView } from '../../../src/orders/order-view.ts'

const QUICK = { acceptEveryMs: [200, 400], firstLookupMs: 200, lookupEveryMs: 300 }

let shop: TestShop
let serial = 0

beforeAll(async () => {
  shop = await createTestShop({ timing: { invites: QUICK } })
  await fillDemoShop(shop)
  await shop.serve()
  await control(`${shop.sandboxes['invite']}/_sandbox/config`, { acceptAfterMs: null, jobMs: 100 })
})
afterAll(async () => {
  const broken = await checkInvariants(shop.database.url)
  await shop.stop()
  expect(broken).toEqual([])
})

async function buy(sku: string, email: string): Promise<CreatedOrder> {
  serial += 1
  const request = orderOf([{ sku, quantity: 1, input: { email } }])
  const created = await shop.app.orders.create(request, `invite-order-${serial}-key`, VISITOR)
  if (!created.ok) throw new Error(JSON.stringify(created.error))
  await pay(shop, created.value)
  return created.value
}

const delivery = (view: TrackView): Record<string, unknown> => ({ ...view.lines[0]?.delivery })

test.each([
  ['a seat of a team', 'KANVAS-30'],
  ['a member of a family plan', 'TANYA-30'],
])('%s: paid, invited, accepted', async (_name, sku) => {
  const email = `${sku.toLowerCase()}@example.test`
  const order = await buy(sku, email)
  const invited = await whenOrder(shop, order, (view) => view.status === 'SUCCESS')
  expect(delivery(invited)).toMatchObject({ kind: 'invite', state: 'invited', email })
  await control(`${shop.sandboxes['invite']}/_sandbox/accept`, { email })
  // Its number grows with it, so that open pages look again.
  const hasJoined = (view: TrackView) =>
    delivery(view)['state'] === 'joined' && view.version > invited.version
  const joined = await whenOrder(shop, order, hasJoined)
  expect(delivery(joined)).toMatchObject({ expiresAt: expect.any(String) })
})

test('an address that can never be invited is corrected by its buyer, and served', async () => {
  const order = await buy('KANVAS-30', 'tolak@example.test')
  await whenOrder(shop, order, (view) => view.lines[0]?.status === 'NEEDS_INPUT')
  const corrected = await shop.app.orders.correctInput(order.trackingToken, 1, { email: 'baik@example.test' })
  expect(corrected).toMatchObject({ ok: true })
  const view = await whenOrder(shop, order, ({ status }) => status === 'SUCCESS')
  expect(delivery(view)).toMatchObject({ state: 'invited', email: 'baik@example.test' })
})

test('the simulator saw no quota exceeded and no seat twice; nobody reads a credential', async () => {
  const state = (await (await fetch(`${shop.sandboxes['invite']}/_sandbox/state`)).json()) as {
    state: InviteSandboxState
  }
  expect(state.state.breaches).toMatchObject({ quota: 0, seats: 0, doubleSeats: 0 })
  const accounts = JSON.stringify(await shop.app.invites.accounts())
  expect(accounts).not.toContain('secret')
  const dump = await queryAs<{ text: string }>(
    shop.database.url,
    `select string_agg(a::text, ' ') as text from provider_accounts a`,
  )
  expect(dump[0]?.text).not.toContain('teams-secret')
  await expect(
    shop.database.db.once('test.peek', { role: 'worker' }, { text: 'select sealed from provider_accounts' }),
  ).rejects.toMatchObject({ code: '42501' })
  const unnamed = await shop.database.db.once(
    'test.unnamed',
    { role: 'vault' },
    { text: 'select sealed from provider_accounts' },
  )
  expect(unnamed).toEqual([])
})
