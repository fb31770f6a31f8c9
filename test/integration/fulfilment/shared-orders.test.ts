import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tellEndingSeats } from '#fulfilment'
import type { CreatedOrder, TrackView } from '#orders'
import { fillDemoShop } from '../../../src/cli/seed.ts'
import { eventually } from '../../support/eventually.ts'
import { orderOf, pay, placed, VISITOR, whenOrder, whenState } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letOrdersExpire } from '../../support/let-time-pass.ts'
import { createStockSku, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await createTestShop()
  await shop.serve('all')
})
afterAll(async () => {
  expect(await checkInvariants(shop.database.url)).toEqual([])
  await shop.stop()
})

/** A SKU that sells the seats of one account per number. */
async function sharedShelf(...seats: number[]): Promise<StockSku & { ids: string[] }> {
  const sku = await createStockSku(shop, [])
  expect(await shop.app.sharedStock.share(sku.code, 30)).toMatchObject({ ok: true })
  const ids: string[] = []
  for (const [index, count] of seats.entries()) {
    const credential = {
      label: `Akun ${index + 1}`,
      secret: `${sku.code}-rahasia-${index + 1}`,
      seats: count,
    }
    const added = await shop.app.sharedStock.add(sku.code, credential, 'test')
    if (!added.ok) throw new Error(added.error.code)
    ids.push(added.value.id)
  }
  return { ...sku, ids }
}

function secretsOf(view: TrackView): string[] {
  return view.lines.flatMap(({ delivery }) => (delivery?.kind === 'codes' ? delivery.codes : []))
}

async function seatStates(sku: StockSku): Promise<Record<string, number>> {
  const rows = await queryAs<{ state: string; seats: number }>(
    shop.database.url,
    'select state, count(*)::int as seats from shared_seats where sku_id = $1 group by state order by state',
    [sku.skuId],
  )
  return Object.fromEntries(rows.map((row) => [row.state, row.seats]))
}

test('50 buyers at once for 20 seats: 20 pay and read their account, the others are told at once', async () => {
  const sku = await sharedShelf(5, 5, 5, 5)
  const tries = await Promise.all(
    Array.from({ length: 50 }, () =>
      shop.app.orders.create(orderOf([{ sku: sku.code, quantity: 1 }]), randomUUID(), VISITOR),
    ),
  )
  const orders = tries.flatMap((answer) => (answer.ok ? [answer.value] : []))
  const refusals = tries.flatMap((answer) => (answer.ok ? [] : [answer.error.code]))
  expect(orders).toHaveLength(20)
  expect(new Set(refusals)).toEqual(new Set(['sku_unavailable']))
  expect(await seatStates(sku)).toEqual({ HELD: 20 })
  await Promise.all(orders.map((order) => pay(shop, order)))
  const views = await Promise.all(orders.map((order) => whenState(shop, order, 'SUCCESS')))
  const holders = new Map<string, number>()
  for (const secret of views.flatMap(secretsOf)) holders.set(secret, (holders.get(secret) ?? 0) + 1)
  expect([...holders.values()]).toEqual([5, 5, 5, 5])
  expect(await seatStates(sku)).toEqual({ SOLD: 20 })
})

test('a cart may hold a code, two seats and be cancelled', async () => {
  const sku = await sharedShelf(3)
  const codes = await createStockSku(shop, ['KODE-SATU'])
  const order = await placed(shop, [
    { sku: sku.code, quantity: 2 },
    { sku: codes.code, quantity: 1 },
  ])
  expect(await seatStates(sku)).toEqual({ FREE: 1, HELD: 2 })
  expect(await shop.app.orders.cancel(order.trackingToken)).toMatchObject({ ok: true })
  expect(await seatStates(sku)).toEqual({ FREE: 3 })
  const again = await placed(shop, [
    { sku: codes.code, quantity: 1 },
    { sku: sku.code, quantity: 3 },
  ])
  await pay(shop, again)
  const view = await whenState(shop, again, 'SUCCESS')
  expect(secretsOf(view)).toEqual(['KODE-SATU', ...Array<string>(3).fill(`${sku.code}-rahasia-1`)])
})

test('late payments get the seats that are left, the money of the others goes back', async () => {
  const sku = await sharedShelf(1, 1)
  const orders: CreatedOrder[] = []
  for (let round = 0; round < 2; round += 1) {
    const batch = await Promise.all([0, 1].map(() => placed(shop, [{ sku: sku.code, quantity: 1 }])))
    await letOrdersExpire(
      shop.database.url,
      batch.map(({ orderNumber }) => orderNumber),
    )
    await Promise.all(batch.map((order) => whenState(shop, order, 'EXPIRED')))
    orders.push(...batch)
  }
  await Promise.all(
    orders.map((order) =>
      control(`${shop.sandboxes['midtrans']}/_sandbox/transition`, {
        order_id: order.payment.reference,
        transaction_status: 'settlement',
        payment_type: 'gopay',
        force: true,
      }),
    ),
  )
  const views = await Promise.all(
    orders.map((order) =>
      whenOrder(shop, order, ({ status, payment }) => status === 'SUCCESS' || payment.surplus !== undefined),
    ),
  )
  expect(views.flatMap(secretsOf).sort()).toEqual([`${sku.code}-rahasia-1`, `${sku.code}-rahasia-2`])
})

test('a new secret is on the page of every holder', async () => {
  const sku = await sharedShelf(2)
  const order = await placed(shop, [{ sku: sku.code, quantity: 1 }])
  await pay(shop, order)
  await whenState(shop, order, 'SUCCESS')
  const rotated = await shop.app.sharedStock.rotate(sku.ids[0] ?? '', 'rahasia-baru', 'test')
  expect(rotated).toEqual({ ok: true, value: { told: 1 } })
  const view = await shop.app.orders.track(order.trackingToken)
  expect(view === undefined ? [] : secretsOf(view)).toEqual(['rahasia-baru'])
  const thirtyDays = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  expect(view?.lines[0]?.delivery).toMatchObject({
    shared: { expiresAt: expect.stringContaining(thirtyDays) as unknown },
  })
  const mails = await eventually('the mail about the new secret', async () => {
    const found = (await mailsOf(order)).filter(({ text }) => text.includes('diganti'))
    return found.length > 0 && found
  })
  expect(mails).toHaveLength(1)
  expect(JSON.stringify(await mailsOf(order))).not.toMatch(/rahasia-/)
})

test('a buyer is told by mail before her seat ends', async () => {
  const sku = await sharedShelf(1)
  const order = await placed(shop, [{ sku: sku.code, quantity: 1 }])
  await pay(shop, order)
  await whenState(shop, order, 'SUCCESS')
  const notices = async () => (await mailsOf(order)).filter(({ subject }) => /segera berakhir/.test(subject))
  expect(await notices()).toEqual([])
  const shifted = (column: string) => `${column} = ${column} - interval '28 days'`
  await queryAs(shop.database.url, `update shared_seats set ${shifted('expires_at')} where sku_id = $1`, [
    sku.skuId,
  ])
  await queryAs(
    shop.database.url,
    `update deliveries set ${shifted('ends_at')}, ${shifted('delivered_at')} where credential_id = $1`,
    [sku.ids[0]],
  )
  await tellEndingSeats(shop.shop)
  const found = await eventually('the mail about the end', async () => {
    const mails = await notices()
    return mails.length > 0 && mails
  })
  expect(found).toHaveLength(1)
  expect(await tellEndingSeats(shop.shop)).toEqual({ told: 0 })
})

/** Mails that name the order. */
async function mailsOf({
  orderNumber,
}: CreatedOrder): Promise<{ subject: string; text: string; html: string }[]> {
  const answer = await fetch(`${shop.sandboxes['messages']}/messages?channel=email`)
  const { messages } = (await answer.json()) as {
    messages: { subject: string; text: string; html: string }[]
  }
  return messages.filter(({ subject, text }) => `${subject} ${text}`.includes(orderNumber))
}

test('the demonstration shop sells profiles of shared accounts', async () => {
  await fillDemoShop(shop)
  await fillDemoShop(shop)
  const credentials = await shop.app.sharedStock.list('DISNEY-PROFIL-30D')
  expect(credentials.map(({ seats: count, state }) => [count, state])).toEqual([
    [4, 'ACTIVE'],
    [4, 'ACTIVE'],
    [4, 'ACTIVE'],
  ])
  const service = await shop.app.catalog.findService('disney-hotstar')
  expect(service?.products.find(({ sku }) => sku === 'DISNEY-PROFIL-30D')).toMatchObject({ available: true })
  const order = await placed(shop, [{ sku: 'DISNEY-PROFIL-30D', quantity: 1 }])
  await pay(shop, order)
  expect(secretsOf(await whenState(shop, order, 'SUCCESS'))[0]).toContain('DEMO-disney-1@example.com')
})
