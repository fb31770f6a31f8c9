import { z } from '@hono/zod-openapi'
import { BuyerInput, InputFieldModel } from './service-schemas.ts'

/** Most lines of one order, and most units of one line. The domain's own limits are at most these. */
const MAX_LINES = 100
const MAX_QUANTITY = 1000

/** Largest total a buyer can have seen: the largest amount that is booked at all. */
const MAX_TOTAL = 10_000_000_000

const Line = z.strictObject({
  sku: z.string().min(1).max(64).openapi({ example: 'ML-86' }),
  quantity: z.int().min(1).max(MAX_QUANTITY),
  input: BuyerInput.optional(),
})

const quoteFields = {
  items: z.array(Line).min(1).max(MAX_LINES),
  paymentMethod: z.string().min(1).max(40).optional().openapi({ example: 'midtrans' }),
  couponCode: z.string().max(64).optional(),
  redeemPoints: z.int().min(0).max(MAX_TOTAL).optional(),
  store: z.string().max(100).optional(),
}

/** The total the buyer saw. */
const ExpectedTotal = z.int().min(0).max(MAX_TOTAL)

export const QuoteBody = z
  .strictObject({ ...quoteFields, locale: z.enum(['id', 'en']).optional() })
  .openapi('QuoteRequest')

export const OrderBody = z
  .strictObject({
    ...quoteFields,
    paymentMethod: z.string().min(1).max(40).openapi({ example: 'midtrans' }),
    customer: z.strictObject({
      name: z.string().max(200),
      email: z.string().max(254),
      phone: z.string().max(30),
    }),
    returnUrl: z
      .string()
      .max(2000)
      .optional()
      .openapi({ description: 'A path of this shop, or an address of it' }),
    expectedTotal: ExpectedTotal.optional().openapi({
      description: 'The total the buyer saw; the order is refused with `price_changed` when it differs',
    }),
    locale: z.enum(['id', 'en']).optional(),
  })
  .openapi('OrderRequest')

export const IdempotencyHeader = z.object({
  'Idempotency-Key': z.string().min(16).max(255).openapi({
    description: 'A new random value per purchase, repeated on retries',
    example: '5f0c0a52-6d0e-4f5e-9d5c-7f9b8f1f7c11',
  }),
})

const Rupiah = z.int().openapi({ description: 'Whole rupiah', example: 20500 })

const QuoteLineModel = z
  .object({
    sku: z.string(),
    name: z.string(),
    product: z.string(),
    quantity: z.int(),
    unitPrice: Rupiah,
    total: Rupiah,
  })
  .openapi('QuoteLine')

export const PaymentMethodModel = z
  .object({
    method: z.string(),
    label: z.string(),
    labelEn: z.string(),
    group: z.enum(['page', 'qris', 'ewallet', 'virtual_account', 'retail']),
    confirmSeconds: z.int().openapi({ description: 'How long after paying it is usually known' }),
    fee: Rupiah,
    total: Rupiah,
    enabled: z.boolean(),
    reason: z.string().optional(),
    reasonEn: z.string().optional(),
  })
  .openapi('PaymentMethod')

export const QuoteModel = z
  .object({
    lines: z.array(QuoteLineModel),
    subtotal: Rupiah,
    discount: Rupiah,
    pointsValue: Rupiah,
    fee: Rupiah,
    total: Rupiah,
    methods: z.array(PaymentMethodModel),
  })
  .openapi('Quote')

const OrderStateName = z
  .enum([
    'PENDING',
    'WAITING_PAYMENT',
    'PROCESSING',
    'SUCCESS',
    'FAILED',
    'EXPIRED',
    'CANCELLED',
    'PARTIAL',
    'REFUNDED',
  ])
  .openapi('OrderState')

/** What the buyer types in or pays beside what is scanned or opened. */
const paymentNumbers = {
  vaNumber: z.string().optional().openapi({ description: 'Number to transfer to' }),
  bank: z.string().optional().openapi({ description: 'Bank of the number, or store or biller of the code' }),
  code: z.string().optional().openapi({ description: 'Code for a store, or company code of a bill' }),
  payable: Rupiah.optional().openapi({ description: 'What is to be paid when it is not the order’s total' }),
}

export const CreatedOrderModel = z
  .object({
    orderNumber: z.string().openapi({ example: 'LP-7K2M9Q4XA0' }),
    trackingToken: z.string().openapi({ description: 'Opens the order; keep it like a receipt' }),
    status: OrderStateName,
    currency: z.literal('IDR'),
    total: Rupiah,
    lines: z.array(QuoteLineModel),
    payment: z.object({
      method: z.string(),
      reference: z.string().openapi({ description: 'The id under which the gateway knows this payment' }),
      redirectUrl: z.string().optional(),
      token: z.string().optional(),
      qrString: z.string().optional(),
      ...paymentNumbers,
      expiresAt: z.iso.datetime().optional(),
    }),
    links: z.object({ invoice: z.string(), track: z.string() }),
  })
  .openapi('CreatedOrder')

const DeliveryModel = z
  .union([
    z.object({
      kind: z.literal('codes'),
      codes: z.array(z.string()),
      shared: z.object({ expiresAt: z.iso.datetime().optional() }).optional().openapi({
        description: 'Access that several buyers use; what is shown changes with it, until its end',
      }),
    }),
    z.object({ kind: z.literal('topup'), serialNumber: z.string() }),
    z.object({
      kind: z.literal('invite'),
      state: z.enum(['queued', 'sending', 'invited', 'joined', 'ended']),
      email: z.string(),
      position: z.int().optional().openapi({ description: 'Place in the queue; 1 is the next' }),
      etaSeconds: z.int().optional(),
      expiresAt: z.iso.datetime().optional(),
    }),
  ])
  .openapi('Delivery')

const TrackLineModel = z
  .object({
    sku: z.string(),
    name: z.string(),
    product: z.string(),
    productSlug: z.string(),
    deliveryKind: z.enum(['STOCK', 'INVITE', 'SUPPLIER']),
    quantity: z.int(),
    total: Rupiah,
    status: z.enum(['WAITING', 'PROCESSING', 'NEEDS_INPUT', 'DELIVERED', 'FAILED', 'CANCELLED', 'REFUNDED']),
    input: z.array(z.object({ label: z.string(), labelEn: z.string().optional(), value: z.string() })),
    delivery: DeliveryModel.optional(),
    failure: z.string().optional().openapi({ description: 'Why it failed, in Indonesian' }),
    failureEn: z.string().optional(),
    position: z.int().openapi({ description: 'The line’s number in its order, from 1' }),
    correction: z
      .object({
        fields: z.array(InputFieldModel),
        input: z.record(z.string(), z.string()),
        until: z.iso.datetime(),
        why: z.string(),
        whyEn: z.string(),
      })
      .optional()
      .openapi({ description: 'What the buyer may correct, and until when' }),
  })
  .openapi('TrackLine')

const TrackPaymentModel = z
  .object({
    method: z.string(),
    status: z.enum([
      'waiting',
      'paid',
      'expired',
      'failed',
      'review',
      'refund_pending',
      'refunded',
      'cancelled',
    ]),
    paidAt: z.iso.datetime().optional(),
    redirectUrl: z.string().optional(),
    token: z.string().optional(),
    qrString: z.string().optional(),
    ...paymentNumbers,
    expiresAt: z.iso.datetime().optional(),
    refund: z
      .object({
        amount: Rupiah,
        state: z.enum(['pending', 'done', 'manual']),
        method: z.string(),
        needsAccount: z.boolean(),
        account: z.string().optional(),
      })
      .optional(),
    surplus: z
      .object({
        kind: z.enum(['late', 'double', 'underpaid', 'overpaid', 'cancelled']),
        amount: Rupiah,
      })
      .optional()
      .openapi({ description: 'Money that fits no order as it came' }),
    canRenew: z.boolean().openapi({ description: 'It can be paid anew, after its time or by another way' }),
  })
  .openapi('TrackPayment')

export const TrackModel = z
  .object({
    orderNumber: z.string(),
    status: OrderStateName,
    total: Rupiah,
    subtotal: Rupiah,
    fee: Rupiah,
    currency: z.literal('IDR'),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    version: z.int().openapi({ description: 'Grows with every change' }),
    timeline: z.array(z.object({ state: z.string(), at: z.iso.datetime() })),
    payment: TrackPaymentModel,
    lines: z.array(TrackLineModel),
  })
  .openapi('Track')

export const RenewalBody = z
  .strictObject({ method: z.string().min(1).max(40).optional().openapi({ example: 'tokopay_qris' }) })
  .openapi('RenewalRequest')

export const TokenParams = z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{16,128}$/) })

export const LineParams = TokenParams.extend({ line: z.coerce.number().int().min(1).max(MAX_LINES) })

export const CorrectionBody = z.strictObject({ input: BuyerInput }).openapi('Correction')

export const RefundAccountBody = z
  .strictObject({
    bank: z.string().max(100).openapi({ example: 'BCA' }),
    number: z.string().max(40),
    holder: z.string().max(200),
  })
  .openapi('RefundAccount')

export const EXAMPLE_ORDER = {
  items: [{ sku: 'ML-86', quantity: 1, input: { user_id: '12345678', zone_id: '2001' } }],
  customer: { name: 'Sari', email: 'sari@example.com', phone: '081234567890' },
  paymentMethod: 'midtrans',
}
