import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrackView } from '#orders'
import { checkInvariants } from '../../support/invariants.ts'
import { control, createTestShop, pullCatalogue, type TestShop } from '../../support/test-shop.ts'

const visitor = { ip: '127.0.0.1', locale: 'id' } as const
let shop: TestShop
let origin: string

beforeAll(async () => {
  shop = await createTestShop()
  const synced = await pullCatalogue(shop.app)
  expect(synced.ok && synced.value.status).toBe('succeeded')
  origin = await shop.serve()
  for (const provider of ['midtrans', 'vip-reseller']) {
    const url = `${origin}/api/webhooks/${provider}`
    await control(`${shop.sandboxes[provider]}/_sandbox/config`, {
      notificationUrl: url,
      webhookUrl: url,
      completeAfterMs: 300,
    })
  }
}, 120_000)
afterAll(async () => {
  expect(await checkInvariants(shop.database.url)).toEqual([])
  await shop.stop()
})

async function settled(token: string): Promise<TrackView> {
  let view = await shop.app.orders.track(token)
  const until = AbortSignal.timeout(20_000)
  while (
    view !== undefined &&
    ['PENDING', 'WAITING_PAYMENT', 'PROCESSING'].includes(view.status) &&
    !until.aborted
  ) {
    await shop.app.orders.waitForChange(token, view.version, 5_000, until)
    view = await shop.app.orders.track(token)
  }
  if (view === undefined) throw new Error('order vanished')
  return view
}

test('86 Diamonds: ordered, paid, bought at the supplier, serial number on the tracking page', async () => {
  const service = await shop.app.catalog.findService('mobile-legends')
  const sku = service?.products.find((product) => product.name === '86 Diamonds')
  expect(sku).toBeDefined()
  const created = await shop.app.orders.create(
    {
      items: [{ sku: sku?.sku ?? '', quantity: 1, input: { user_id: '123456789', zone_id: '2685' } }],
      customer: { name: 'Sari Dewi', email: 'sari@example.com', phone: '0812-3456-7890' },
      paymentMethod: 'midtrans',
      expectedTotal: sku?.price,
    },
    randomUUID(),
    visitor,
  )
  if (!created.ok) throw new Error(JSON.stringify(created.error))
  expect(created.value.status).toBe('WAITING_PAYMENT')
  await control(`${shop.sandboxes['midtrans']}/_sandbox/pay`, { order_id: created.value.payment.reference })
  const view = await settled(created.value.trackingToken)
  expect(view).toMatchObject({ status: 'SUCCESS', payment: { status: 'paid' } })
  expect(view.lines[0]?.delivery).toMatchObject({
    kind: 'topup',
    serialNumber: expect.stringContaining('SN'),
  })
})
