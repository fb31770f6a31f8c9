import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandboxes, type RunningSandboxes } from '../../sandboxes/main.ts'
import type { CreatedOrder } from '#orders'
import { pay } from '../support/buyer.ts'
import { eventually } from '../support/eventually.ts'
import { checkInvariants } from '../support/invariants.ts'
import { letTimePass } from '../support/let-time-pass.ts'
import { createShopTemplate, type ShopTemplate } from '../support/shop-template.ts'
import { queryAs } from '../support/test-database.ts'
import { control, freePort, sendWebhooksTo } from '../support/test-shop.ts'
import { startChildShop, type ChildShop, type ChildShopOptions } from './child-shop.ts'
import { placedOverHttp } from './http-buyer.ts'

/** Whoever stops a process waits about this long before killing it. */
const STOPS_WITHIN_MS = 15_000
const ORDERS = 12

let template: ShopTemplate
let sandboxes: RunningSandboxes
let account = 830_000_017

beforeAll(async () => {
  template = await createShopTemplate()
  sandboxes = await startSandboxes({ port: 0, only: ['midtrans', 'vip-reseller'] })
}, 120_000)
afterAll(async () => {
  await sandboxes.stop()
  await template.drop()
})

type Stage = {
  databaseUrl: string
  url: string
  start(role: ChildShopOptions['role']): Promise<ChildShop>
  end(): Promise<void>
}

async function openStage(): Promise<Stage> {
  const database = await template.copy()
  const port = await freePort()
  const children: ChildShop[] = []
  await sendWebhooksTo(sandboxes.urls, `http://127.0.0.1:${port}`)
  return {
    databaseUrl: database.url,
    url: `http://127.0.0.1:${port}`,
    async start(role) {
      const child = startChildShop({
        role,
        databaseUrl: database.url,
        keysFile: template.keysFile,
        dataDir: template.folder,
        port,
        sandboxes: sandboxes.urls,
      })
      children.push(child)
      if (!(await child.ready)) throw new Error(child.output())
      return child
    },
    async end() {
      await Promise.all(children.map((child) => child.kill()))
      expect(await checkInvariants(database.url)).toEqual([])
      await database.drop()
    },
  }
}

async function placeOne(stage: Stage, kind: 'stock' | 'diamonds'): Promise<CreatedOrder> {
  account += 13
  const input = { user_id: String(account), zone_id: '2685' }
  const item =
    kind === 'stock'
      ? { sku: template.stock.code, quantity: 1 }
      : { sku: template.diamonds.code, quantity: 1, input }
  return await placedOverHttp({ url: stage.url, help: async () => undefined }, [item])
}

async function untilDelivered(stage: Stage, orders: readonly CreatedOrder[], help: boolean): Promise<void> {
  await eventually(
    'every order to be delivered',
    async () => {
      const rows = await queryAs(stage.databaseUrl, `select 1 from orders where state = 'SUCCESS'`)
      if (rows.length === orders.length) return true
      if (help) await letTimePass(stage.databaseUrl)
      return false
    },
    { everyMs: 200 },
  )
}

test('SIGTERM in the middle of work: both processes end cleanly and lose nothing', async () => {
  const stage = await openStage()
  const [web, worker] = await Promise.all([stage.start('web'), stage.start('worker')])
  const orders = await Promise.all(
    Array.from({ length: ORDERS }, (_, n) => placeOne(stage, n % 2 === 0 ? 'stock' : 'diamonds')),
  )
  await Promise.all(orders.map((order) => pay({ sandboxes: sandboxes.urls }, order)))
  const started = performance.now()
  const endings = await Promise.all([web.stop(), worker.stop()])
  expect(performance.now() - started).toBeLessThan(STOPS_WITHIN_MS)
  expect(endings).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ])
  await Promise.all([stage.start('web'), stage.start('worker')])
  await untilDelivered(stage, orders, true)
  await stage.end()
}, 90_000)

test('C9: a worker that sleeps through its own purchase comes back to find it done, and changes nothing', async () => {
  const stage = await openStage()
  const vip = `${sandboxes.urls['vip-reseller']}/_sandbox`
  await stage.start('web')
  const sleeper = await stage.start('worker')
  await control(`${vip}/faults`, [
    { match: { path: '/api/game-feature', body: 'type=order' }, fault: 'slow', ms: 1_500, times: 1 },
  ])
  const order = await placeOne(stage, 'diamonds')
  await pay({ sandboxes: sandboxes.urls }, order)
  await eventually('the purchase to be under way', async () => {
    const rows = await queryAs(
      stage.databaseUrl,
      `select 1 from supplier_purchases where state = 'IN_FLIGHT'`,
    )
    return rows.length === 1
  })
  await eventually('the supplier to have the order', async () => {
    const response = await fetch(`${vip}/orders`)
    const { orders } = (await response.json()) as { orders: { target: string }[] }
    return orders.some(({ target }) => target === String(account))
  })
  sleeper.process.kill('SIGSTOP')
  await stage.start('worker')
  await untilDelivered(stage, [order], true)
  const before = await snapshot(stage)
  sleeper.process.kill('SIGCONT')
  expect(await sleeper.stop()).toEqual({ code: 0, signal: null })
  expect(await snapshot(stage)).toEqual(before)
  const response = await fetch(`${vip}/orders`)
  const { orders } = (await response.json()) as { orders: { target: string }[] }
  expect(orders.filter(({ target }) => target === String(account))).toHaveLength(1)
  await stage.end()
}, 90_000)

async function snapshot(stage: Stage): Promise<unknown> {
  return await queryAs(
    stage.databaseUrl,
    `select (select jsonb_agg(to_jsonb(p) - 'created_at' - 'updated_at' - 'sent_at' order by p.id) from supplier_purchases p) as purchases,
      (select count(*) from deliveries) as deliveries, (select count(*) from journals) as journals,
      (select count(*) from purchase_history) as moves`,
  )
}
