import * as z from 'zod'

/** Whole rupiah; numbers and their text were both seen. */
const rupiah = z.union([
  z.int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
])
const url = z.string().regex(/^https?:\/\/\S+$/)
/** A field that a channel does not have is missing, empty or null. */
const optional = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined)

/** A word of which types vary, as in messages; anything else becomes one that nobody knows. @see payments.md 8.30 */
const word = z.unknown().transform((value) => {
  const isWord = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isWord ? String(value) : `(${value === null ? 'null' : typeof value})`
})

/** A bill as the order call shows it. The guide to paying is HTML of theirs and is not read. @see payments.md 2.4 */
export const billSchema = z.object({
  trx_id: z.string().min(1).max(100),
  /** Missing in the answer to opening, by the documentation. */
  status: word.optional(),
  total_bayar: rupiah,
  total_diterima: optional(rupiah),
  pay_url: optional(url),
  checkout_url: optional(url),
  nomor_va: optional(z.string().regex(/^\d{6,30}$/)),
  qr_string: optional(z.string().min(1)),
  reff_id: optional(z.string().min(1)),
  merchant_id: optional(z.string().min(1)),
})

/** A readable bill. */
export type Bill = z.infer<typeof billSchema>

/** What a bill's own status says about money. `Completed` is paid and settled. @see payments.md 2.9 */
const STATES: ReadonlyMap<string, 'pending' | 'paid' | 'failed' | 'expired'> = new Map([
  ['unpaid', 'pending'],
  ['pending', 'pending'],
  ['proses callback', 'pending'],
  ['success', 'paid'],
  ['completed', 'paid'],
  ['paid', 'paid'],
  ['failed', 'failed'],
  ['expired', 'expired'],
] as const)

/** The state behind a bill's status, or undefined for a word that nobody knows. */
export function stateOf(status: string): 'pending' | 'paid' | 'failed' | 'expired' | undefined {
  return STATES.get(status.trim().toLowerCase())
}
