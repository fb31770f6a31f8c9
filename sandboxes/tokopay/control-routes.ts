import { Hono } from 'hono'
import { z } from 'zod'
import { controlError, readControl } from '../control.ts'
import { webhookControlSchema } from '../webhook-sender.ts'
import { statusOf, type Bill } from './bill.ts'
import { payBill } from './pay-bill.ts'
import { settingsSchema, type Tokopay } from './tokopay-state.ts'
import { sendWebhook } from './webhook.ts'

const paySchema = z.object({
  ref_id: z.string(),
  /** Another amount than asked: a wrong payment. */
  amount: z.int().min(1).optional(),
  status: z.enum(['Success', 'Completed']).default('Success'),
  /** Pays even an expired bill, or one more time. */
  force: z.boolean().optional(),
})

const refSchema = z.object({ ref_id: z.string() })

/** Returns the control routes of the Tokopay sandbox. */
export function createTokopayControl(tokopay: Tokopay): Hono {
  const app = new Hono()
  app.post('/_sandbox/pay', async (c) => {
    const { ref_id: refId, amount, status, force } = await readControl(c, paySchema)
    const bill = requireBill(tokopay, refId)
    const current = statusOf(tokopay, bill)
    const isSettling = current === 'Success' && status === 'Completed'
    if (current !== 'Unpaid' && !isSettling && !force) throw controlError(409, `${refId} is ${current}`)
    payBill(tokopay, bill, { status, amount })
    return c.json(summary(tokopay, bill))
  })
  app.post('/_sandbox/expire', async (c) => {
    const bill = requireBill(tokopay, (await readControl(c, refSchema)).ref_id)
    if (bill.status === 'Unpaid') bill.expiresAt = tokopay.context.clock.now()
    return c.json(summary(tokopay, bill))
  })
  app.post('/_sandbox/status', async (c) => {
    const wish = await readControl(c, refSchema.extend({ status: z.string().min(1) }))
    const bill = requireBill(tokopay, wish.ref_id)
    Object.assign(bill, { status: wish.status, updatedAt: tokopay.context.clock.now() })
    return c.json(summary(tokopay, bill))
  })
  app.post('/_sandbox/resend', async (c) => {
    const bill = requireBill(tokopay, (await readControl(c, refSchema)).ref_id)
    sendWebhook(tokopay, bill)
    return c.json(summary(tokopay, bill))
  })
  app.post('/_sandbox/webhooks', async (c) =>
    c.json(tokopay.sender.control(await readControl(c, webhookControlSchema))),
  )
  app.get('/_sandbox/webhooks', (c) => c.json({ webhooks: tokopay.sender.log() }))
  app.post('/_sandbox/config', async (c) => {
    const wish = await readControl(c, settingsSchema)
    Object.assign(tokopay.settings, JSON.parse(JSON.stringify(wish)))
    tokopay.sender.setSpeed(tokopay.settings.speed)
    return c.json(tokopay.settings)
  })
  return app
}

function requireBill(tokopay: Tokopay, refId: string): Bill {
  const bill = tokopay.bills.get(refId)
  if (!bill) throw controlError(404, `no bill for ${refId}`)
  return bill
}

function summary(tokopay: Tokopay, bill: Bill): Record<string, unknown> {
  return {
    ref_id: bill.refId,
    trx_id: bill.trxId,
    status: statusOf(tokopay, bill),
    total_bayar: bill.paid ?? bill.asked,
  }
}
