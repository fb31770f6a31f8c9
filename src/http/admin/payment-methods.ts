import { z } from '@hono/zod-openapi'
import { err, ok } from '#shared/result.ts'
import type { MethodRefusal } from '../../payments/method-view.ts'
import { defined } from '../api/services.ts'
import { refuseField, type Refusal } from '../problem-reply.ts'
import { jsonReply } from '../reply.ts'
import { defineRoute } from '../route.ts'

/** The same bound as for any amount of money. */
const MAX_AMOUNT = 10_000_000_000

const Amount = z.int().min(0).max(MAX_AMOUNT)
const Cost = z
  .strictObject({ fixed: Amount, bps: z.int().min(0).max(10_000) })
  .openapi({ description: 'What the gateway keeps of each payment: rupiah, and hundredths of a percent' })

const settings = {
  enabled: z.boolean(),
  position: z.int().min(1).max(1_000).openapi({ description: 'Place in the list, from 1' }),
  minimum: Amount,
  maximum: Amount,
  cost: Cost,
  buyerPaysCost: z
    .boolean()
    .openapi({ description: 'Whether the buyer pays the cost on top; never for QRIS' }),
}

const MethodModel = z
  .object({
    method: z.string(),
    gateway: z.string(),
    label: z.string(),
    group: z.enum(['page', 'qris', 'ewallet', 'virtual_account', 'retail']),
    ...settings,
    lately: z
      .object({ payments: z.int(), received: z.int(), kept: z.int() })
      .openapi({ description: 'Payments of the last 30 days and what was really kept of them' }),
  })
  .openapi('PaymentMethodSetting')

/** Every way to pay with its settings. */
export const listPaymentMethods = defineRoute({
  method: 'get',
  path: '/api/admin/payment-methods',
  id: 'listPaymentMethods',
  tag: 'Operator',
  summary: 'Ways to pay',
  description:
    'In the order buyers see them, switched off ones included, with costs and what was kept lately.',
  access: 'operator',
  headers: 'privateApi',
  answers: {
    200: { description: 'All of them', schema: z.object({ methods: z.array(MethodModel) }) },
  },
  problems: ['token_required', 'rate_limited'],
  handle: async (_, { app }) => ok(jsonReply({ methods: await app.methods.list() })),
})

/** Changes a way to pay. */
export const changePaymentMethod = defineRoute({
  method: 'patch',
  path: '/api/admin/payment-methods/{method}',
  id: 'changePaymentMethod',
  tag: 'Operator',
  summary: 'Change a way to pay',
  description:
    'What is named changes, the rest stays. Takes effect within about a second; orders that exist keep their terms.',
  access: 'operator',
  headers: 'privateApi',
  params: z.object({ method: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/) }),
  json: z.strictObject(settings).partial().openapi('PaymentMethodChange'),
  jsonExample: { enabled: true, position: 1 },
  answers: { 200: { description: 'How it stands now', schema: MethodModel } },
  problems: [
    'token_required',
    'not_found',
    'method_unknown',
    'qris_fee',
    'invalid_request',
    'malformed_json',
    'unsupported_media_type',
    'body_too_large',
    'rate_limited',
  ],
  handle: async ({ params, body }, { app }) => {
    const changed = await app.methods.change(params.method, defined(body))
    return changed.ok ? ok(jsonReply(changed.value)) : err(refuseChange(changed.error))
  },
})

function refuseChange({ code, detail }: MethodRefusal): Refusal {
  switch (code) {
    case 'method_unknown':
    case 'qris_fee':
      return { code }
    case 'invalid_request':
      return refuseField({
        pointer: '/',
        code: 'out_of_range',
        detail: `Nilainya di luar batas (${detail}).`,
        detailEn: `A value is out of range: ${detail}.`,
      })
  }
}
