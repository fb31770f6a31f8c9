import * as z from 'zod'
import type { CatalogueFailure, OfferRow, SupplierCatalogue } from '../../catalog/ports.ts'
import { err, ok } from '../../shared/result.ts'
import { readCutOff } from './cut-off.ts'
import type { DigiflazzAnswer, DigiflazzApi } from './digiflazz-api.ts'
import { readTargetForm } from './target-form.ts'
import { wireNumber, wireText } from './wire-amount.ts'

/** The whole list is given once in this time. @see suppliers.md 2.3 */
const LIST_EVERY_MS = 300_000
const OTHER_LIMIT_MS = 60_000
/** Keeps a provider's text in logs and run reports short. */
const DETAIL_LENGTH = 200
/** Codes about our account or configuration: every further call is pointless. @see suppliers.md 2.6 */
const ACCOUNT_CODES = new Set(['40', '41', '42', '45', '61', '82', '88'])
const LIMIT_CODES = new Map([
  ['83', LIST_EVERY_MS],
  ['85', OTHER_LIMIT_MS],
  ['86', OTHER_LIMIT_MS],
])

const productRow = z.object({
  buyer_sku_code: wireText.pipe(z.string().min(1)),
  product_name: z.string().min(1),
  brand: z.string().min(1),
  type: z.string().nullish(),
  desc: z.string().nullish(),
  price: wireNumber.pipe(z.number().positive()),
  seller_name: z.string().nullish(),
  buyer_product_status: z.boolean(),
  seller_product_status: z.boolean(),
  unlimited_stock: z.boolean(),
  stock: wireNumber.nullish(),
  start_cut_off: z.string().nullish(),
  end_cut_off: z.string().nullish(),
})
const anyCode = z.looseObject({ buyer_sku_code: wireText })
/** Bills have no price of their own. */
const postpaidRow = z.looseObject({ category: z.literal('Pascabayar') })
const deposit = z.object({ deposit: wireNumber })

/** The account's prepaid list and its balance. The list is read whole: filtered ones count the same and lag. */
export function createDigiflazzCatalogue(api: DigiflazzApi): SupplierCatalogue {
  return {
    supplier: 'digiflazz',
    async fetchOffers() {
      const answer = await api.read('price-list', 'pricelist', { cmd: 'prepaid' })
      if (answer.kind !== 'answered') return err(readFailure(answer))
      if (!Array.isArray(answer.data))
        return err({ code: 'malformed', detail: 'the price list is not a list' })
      return ok(answer.data.filter((row) => !postpaidRow.safeParse(row).success).map(readRow))
    },
    async fetchBalance() {
      const answer = await api.read('cek-saldo', 'depo', { cmd: 'deposit' })
      if (answer.kind !== 'answered') return err(readFailure(answer))
      const parsed = deposit.safeParse(answer.data)
      if (!parsed.success) return err({ code: 'malformed', detail: 'no deposit in the answer' })
      return ok({ balance: Math.floor(parsed.data.deposit), tier: '' })
    },
  }
}

function readFailure(answer: Exclude<DigiflazzAnswer, { kind: 'answered' }>): CatalogueFailure {
  if (answer.kind === 'not_sent') return { code: 'unreachable', detail: answer.reason }
  if (answer.kind === 'unknown') {
    return { code: answer.isAnswer ? 'malformed' : 'unreachable', detail: answer.reason }
  }
  const detail = `rc ${answer.rc}: ${answer.message}`.slice(0, DETAIL_LENGTH)
  const retryAfterMs = LIMIT_CODES.get(answer.rc)
  if (retryAfterMs !== undefined) return { code: 'throttled', detail, retryAfterMs }
  return { code: ACCOUNT_CODES.has(answer.rc) ? 'refused' : 'malformed', detail }
}

/** Sellable is what both flags allow and what is in stock; the daily pause is the clock's business. */
function readRow(raw: unknown): OfferRow {
  const parsed = productRow.safeParse(raw)
  if (!parsed.success) return garbledRow(raw, describe(parsed.error))
  const row = parsed.data
  const cutOff = readCutOff(row.start_cut_off, row.end_cut_off)
  if (!cutOff.ok) return garbledRow(raw, 'cut-off is not a time of day')
  const isInStock = row.unlimited_stock || (row.stock ?? 0) > 0
  return {
    code: row.buyer_sku_code,
    family: familyOf(row.brand, row.type ?? ''),
    name: row.product_name,
    displayName: row.product_name,
    // A fraction of a rupiah would be a loss if it were dropped.
    cost: Math.ceil(row.price),
    route: row.seller_name ?? '',
    available: row.buyer_product_status && row.seller_product_status && isInStock,
    targetForm: readTargetForm(row.desc ?? ''),
    ...(cutOff.value === null ? {} : { cutOff: cutOff.value }),
  }
}

/** The general type of a brand, and one whose names say themselves what is delivered. */
const PLAIN_TYPES = new Set(['', 'umum', 'membership'])

/**
 * What is delivered decides what belongs together: under one brand and name another type is other goods, such as credit
 * that is passed on without the days it usually brings. So every special type is a family of its own.
 */
export function familyOf(brand: string, type: string): string {
  return PLAIN_TYPES.has(type.trim().toLowerCase()) ? brand : `${brand} ${type.trim()}`
}

function garbledRow(raw: unknown, fault: string): OfferRow {
  const code = anyCode.safeParse(raw)
  return {
    code: code.success ? code.data.buyer_sku_code : '',
    family: '',
    name: '',
    displayName: '',
    cost: 0,
    route: '',
    available: false,
    garbled: { fault, raw },
  }
}

function describe(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.join('.') || 'row'}: ${issue.message}`)
    .join('; ')
    .slice(0, DETAIL_LENGTH)
}
