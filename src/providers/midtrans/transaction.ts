import * as z from 'zod'
import type { PaymentFact } from '../../payments/ports.ts'
import { parseWireAmount, parseWireTime } from './wire-format.ts'

const amount = z.string().transform((text, context) => {
  const parsed = parseWireAmount(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: 'not a whole amount' })
  return z.NEVER
})
const time = z.string().transform((text, context) => {
  const parsed = parseWireTime(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: 'not a time' })
  return z.NEVER
})
const word = z
  .string()
  .min(1)
  .transform((text) => text.toLowerCase())

/** A field that a method does not have is missing, null or empty. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional()).optional()

/** A transaction as status and action answers show it. Fields not named here are ignored. @see payments.md 1.4, 1.6 */
const transactionSchema = z.object({
  transaction_id: z.string().min(1).max(100),
  order_id: z.string().min(1),
  gross_amount: amount,
  transaction_status: word,
  transaction_time: time,
  payment_type: z.string().min(1),
  settlement_time: optional(time),
  fraud_status: optional(word),
  currency: z.string().default('IDR'),
  merchant_id: z.string().optional(),
  refunds: optional(
    z.array(
      z.object({
        refund_key: optional(z.string().min(1)),
        refund_chargeback_id: optional(z.union([z.string(), z.number()])),
        refund_amount: amount,
      }),
    ),
  ),
})

type Transaction = z.infer<typeof transactionSchema>
type State = Exclude<PaymentFact['state'], 'not_found'>

/** States that need no second look. @see payments.md 6 */
const STATES: ReadonlyMap<string, State> = new Map<string, State>([
  ['pending', 'pending'],
  ['authorize', 'review'],
  ['deny', 'failed'],
  ['failure', 'failed'],
  ['cancel', 'cancelled'],
  ['expire', 'expired'],
  ['refund', 'refunded'],
  ['partial_refund', 'partially_refunded'],
  ['chargeback', 'chargeback'],
  ['partial_chargeback', 'partly_charged_back'],
])

/** The fact in an answer's body, or undefined when it cannot be read in full. */
export function readFact(body: unknown, merchantId: string | undefined): PaymentFact | undefined {
  const parsed = transactionSchema.safeParse(body)
  if (!parsed.success) return undefined
  const transaction = parsed.data
  return {
    state: stateOf(transaction),
    transactionId: transaction.transaction_id,
    reference: transaction.order_id,
    amount: transaction.gross_amount,
    currency: transaction.currency,
    // Some methods answer without the field; then our key, which only this merchant has, vouches for it.
    merchantMatches: [undefined, merchantId].includes(transaction.merchant_id) || merchantId === undefined,
    method: transaction.payment_type,
    at: transaction.settlement_time ?? transaction.transaction_time,
    refunds: (transaction.refunds ?? []).map((made) => ({
      key: made.refund_key ?? `id-${made.refund_chargeback_id ?? 'none'}`,
      amount: made.refund_amount,
    })),
  }
}

/** Money counts as received on settlement, or on capture once the fraud check accepted. An unknown word is for a person. */
function stateOf({ transaction_status: status, fraud_status: fraud }: Transaction): State {
  if (status === 'settlement') return fraud === undefined || fraud === 'accept' ? 'paid' : 'review'
  if (status === 'capture') return fraud === 'accept' ? 'paid' : 'review'
  return STATES.get(status) ?? 'review'
}
