import { afterAll, beforeAll, expect, test } from 'vitest'
import { placed, pay, whenState } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { createStockSku, markedCodes } from '../../support/stock-sku.ts'
import { createTestShop, type TestShop } from '../../support/test-shop.ts'
import type { Arrived } from './message-stage.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await createTestShop()
  await shop.serve()
})
afterAll(() => shop.stop())

async function inbox(to: string): Promise<Arrived[]> {
  const answer = await fetch(`${shop.sandboxes['messages']}/messages?to=${encodeURIComponent(to)}`)
  return ((await answer.json()) as { messages: Arrived[] }).messages
}

const mails = () => inbox('sari@example.com')
const subjects = async () => (await mails()).map(({ subject }) => subject.split(':')[0])

test('a buyer hears of payment and goods, each once, and no message holds a code', async () => {
  const codes = markedCodes('NEWS', 3)
  const stock = await createStockSku(shop, codes)
  const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
  await eventually('the request to pay', async () =>
    (await subjects()).includes('Menunggu pembayaran') ? true : undefined,
  )
  await pay(shop, order)
  await whenState(shop, order, 'SUCCESS')
  await eventually('the news of the goods', async () =>
    (await subjects()).includes('Pesanan selesai') ? true : undefined,
  )
  const chats = await eventually('the same by WhatsApp', async () => {
    const arrived = await inbox('6281234567890')
    return arrived.some(({ text }) => text.includes('sudah selesai')) ? arrived : undefined
  })
  const arrived = await mails()
  expect(new Set(arrived.map(({ messageId }) => messageId)).size).toBe(arrived.length)
  const told = arrived.filter(({ subject }) => subject.startsWith('Pesanan selesai'))
  expect(told).toHaveLength(1)
  expect(told[0]?.text).toContain(order.links.track)
  expect(told[0]?.subject).toContain(order.orderNumber)
  for (const { text, html } of [...arrived, ...chats])
    for (const code of codes) expect(text + html).not.toContain(code)
  const page = await shop.app.orders.track(order.trackingToken)
  expect(JSON.stringify(page)).toContain('NEWS')
})

test('metrics count messages and open incidents', async () => {
  const text = await shop.app.health.metrics()
  expect(text).toMatch(/lapak_messages\{channel_state="email:SENT"\} [1-9]/)
  expect(text).toContain('# TYPE lapak_incidents_open gauge')
})
