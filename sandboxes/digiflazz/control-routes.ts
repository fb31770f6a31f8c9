import { Hono } from 'hono'
import { z } from 'zod'
import { controlError, readControl } from '../control.ts'
import { failuresSchema } from '../failing-share.ts'
import { countPurchases } from '../purchase-counts.ts'
import { webhookControlSchema } from '../webhook-sender.ts'
import { settingsSchema, type Digiflazz, type Outcome } from './digiflazz-state.ts'
import { finish } from './finish.ts'
import type { Product } from './products.ts'
import { scripted } from './transaction.ts'

const time = z.string().regex(/^\d{1,2}:\d{1,2}$/)
const productSchema = z.object({
  code: z.string(),
  product_name: z.string().optional(),
  buyer_product_status: z.boolean().optional(),
  seller_product_status: z.boolean().optional(),
  unlimited_stock: z.boolean().optional(),
  stock: z.int().min(0).optional(),
  multi: z.boolean().optional(),
  start_cut_off: time.optional(),
  end_cut_off: time.optional(),
})
const STATES: Record<string, Outcome['status']> = { success: 'Sukses', error: 'Gagal', refuse: 'Refuse' }
/** The protocol's words, or the plain ones that all sandboxes share. */
const outcomeStatus = z
  .enum(['Sukses', 'Pending', 'Gagal', 'Refuse', 'success', 'error', 'refuse'])
  .transform((word) => STATES[word] ?? (word as Outcome['status']))
const outcomeSchema = z.object({
  target: z.string().optional(),
  code: z.string().optional(),
  status: outcomeStatus,
  rc: z.string().optional(),
  note: z.string().default(''),
  times: z.int().min(1).optional(),
})

/** Returns the control routes of the Digiflazz sandbox. */
export function createDigiflazzControl(df: Digiflazz): Hono {
  const app = new Hono()
  app.post('/_sandbox/price', async (c) => {
    const { code, price } = await readControl(c, z.object({ code: z.string(), price: z.int().min(0) }))
    return c.json(Object.assign(productOf(df, code), { price }))
  })
  app.post('/_sandbox/product', async (c) => {
    const { code, ...changes } = await readControl(c, productSchema)
    return c.json(Object.assign(productOf(df, code), changes))
  })
  app.post('/_sandbox/remove', async (c) => {
    const { code } = await readControl(c, z.object({ code: z.string() }))
    productOf(df, code)
    df.products = df.products.filter((row) => row.buyer_sku_code !== code)
    return c.json({ products: df.products.length })
  })
  app.post('/_sandbox/outcome', async (c) => {
    df.outcomes.push(await readControl(c, outcomeSchema))
    return c.json({ outcomes: df.outcomes })
  })
  app.post('/_sandbox/failures', async (c) => {
    const failures = await readControl(c, failuresSchema)
    df.failing.set(failures)
    return c.json(failures)
  })
  app.post('/_sandbox/balance', async (c) => {
    const { balance } = await readControl(c, z.object({ balance: z.int().min(0) }))
    df.settings.balance = balance
    return c.json({ balance })
  })
  app.post('/_sandbox/finish', async (c) => {
    const { refId, ...wish } = await readControl(c, outcomeSchema.extend({ refId: z.string() }))
    const found = df.transactions.get(refId)
    if (found === undefined) throw controlError(404, `no transaction ${refId}`)
    finish(df, found, scripted(wish))
    return c.json(found)
  })
  app.post('/_sandbox/config', async (c) => {
    const wish = await readControl(c, settingsSchema)
    Object.assign(df.settings, wish)
    df.sender.setSpeed(df.settings.speed)
    return c.json(df.settings)
  })
  app.get('/_sandbox/orders', (c) =>
    c.json({ balance: df.settings.balance, orders: [...df.transactions.values()].reverse() }),
  )
  app.get('/_sandbox/purchases', (c) => c.json({ purchases: purchasesOf(df) }))
  app.get('/_sandbox/webhooks', (c) => c.json({ webhooks: df.sender.log() }))
  app.post('/_sandbox/webhooks', async (c) =>
    c.json(df.sender.control(await readControl(c, webhookControlSchema))),
  )
  return app
}

function purchasesOf(df: Digiflazz) {
  const formed = [...df.transactions.values()]
  return countPurchases(
    formed.map(({ code, customer, status }) => ({ code, target: customer, hasFailed: status === 'Gagal' })),
  )
}

function productOf(df: Digiflazz, code: string): Product {
  const product = df.products.find((row) => row.buyer_sku_code === code)
  if (product === undefined) throw controlError(404, `no product ${code}`)
  return product
}
