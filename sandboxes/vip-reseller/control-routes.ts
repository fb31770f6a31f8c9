import { Hono } from 'hono'
import { z } from 'zod'
import { controlError, readControl } from '../control.ts'
import { failuresSchema } from '../failing-share.ts'
import { countPurchases } from '../purchase-counts.ts'
import { webhookControlSchema } from '../webhook-sender.ts'
import { finishOrder } from './place-order.ts'
import { settingsSchema, type Vip } from './vip-state.ts'

const tierSchema = z.object({ basic: z.int().min(0), premium: z.int().min(0), special: z.int().min(0) })
const priceSchema = z.object({ code: z.string(), price: z.union([z.int().min(0), tierSchema]) })
const serviceSchema = z.object({
  code: z.string(),
  status: z.enum(['available', 'empty']).optional(),
  stock: z.int().min(0).optional(),
  name: z.string().optional(),
})
const outcomeSchema = z.object({
  target: z.string().optional(),
  code: z.string().optional(),
  status: z.string(),
  note: z.string().default(''),
  times: z.int().min(1).optional(),
})

/** Returns the control routes of the VIP-Reseller sandbox. */
export function createVipControl(vip: Vip): Hono {
  const app = new Hono()
  app.post('/_sandbox/price', async (c) => {
    const { code, price } = await readControl(c, priceSchema)
    const product = productOf(vip, code)
    product.price = typeof price === 'number' ? { basic: price, premium: price, special: price } : price
    return c.json(product)
  })
  app.post('/_sandbox/service', async (c) => {
    const { code, ...changes } = await readControl(c, serviceSchema)
    return c.json(Object.assign(productOf(vip, code), JSON.parse(JSON.stringify(changes))))
  })
  app.post('/_sandbox/outcome', async (c) => {
    vip.outcomes.push(await readControl(c, outcomeSchema))
    return c.json({ outcomes: vip.outcomes })
  })
  app.post('/_sandbox/failures', async (c) => {
    const failures = await readControl(c, failuresSchema)
    vip.failing.set(failures)
    return c.json(failures)
  })
  app.post('/_sandbox/balance', async (c) => {
    const { balance } = await readControl(c, z.object({ balance: z.int().min(0) }))
    vip.settings.balance = balance
    return c.json({ balance })
  })
  app.post('/_sandbox/finish', async (c) => {
    const wish = await readControl(
      c,
      z.object({ trxid: z.string(), status: z.string(), note: z.string().default('') }),
    )
    const order = vip.orders.find(({ trxid }) => trxid === wish.trxid)
    if (!order) throw controlError(404, `no order ${wish.trxid}`)
    finishOrder(vip, order, wish)
    return c.json(order)
  })
  app.post('/_sandbox/config', async (c) => {
    const wish = await readControl(c, settingsSchema)
    Object.assign(vip.settings, JSON.parse(JSON.stringify(wish)))
    vip.sender.setSpeed(vip.settings.speed)
    return c.json(vip.settings)
  })
  app.get('/_sandbox/orders', (c) =>
    c.json({ balance: vip.settings.balance, orders: [...vip.orders].reverse() }),
  )
  app.get('/_sandbox/purchases', (c) => c.json({ purchases: purchasesOf(vip) }))
  app.get('/_sandbox/webhooks', (c) => c.json({ webhooks: vip.sender.log() }))
  app.post('/_sandbox/webhooks', async (c) =>
    c.json(vip.sender.control(await readControl(c, webhookControlSchema))),
  )
  return app
}

function purchasesOf({ orders }: Vip) {
  return countPurchases(
    orders.map(({ code, target, zone, status }) => ({
      code,
      target: zone === '' ? target : `${target} ${zone}`,
      hasFailed: status === 'error',
    })),
  )
}

function productOf(vip: Vip, code: string): { price: unknown } {
  const product = [...vip.games, ...vip.prepaid].find((candidate) => candidate.code === code)
  if (!product) throw controlError(404, `no service ${code}`)
  return product
}
