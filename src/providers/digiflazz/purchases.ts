import * as z from 'zod'
import type { PlaceOutcome, PurchaseRequest, Supplier, SupplierTraits } from '../../fulfilment/ports.ts'
import { err, ok } from '../../shared/result.ts'
import { createDigiflazzCatalogue } from './catalogue.ts'
import type { DigiflazzApi, DigiflazzTransaction } from './digiflazz-api.ts'
import { meaningOf, meaningOfStatus, type CodeMeaning } from './response-codes.ts'
import { readDigiflazzMessage } from './webhook.ts'
import { wireNumber, wireText } from './wire-amount.ts'

const DETAIL_LENGTH = 200

/**
 * A minute between two calls about one transaction, and never one that is older than 90 days: it would buy again. Ten
 * days are kept in hand. @see suppliers.md 2.4
 */
const TRAITS: SupplierTraits = {
  repeatable: true,
  repeatAfterMs: 60_000,
  repeatableDays: 80,
  capsPrice: true,
}

const transaction = z.object({
  ref_id: wireText.nullish().catch(null),
  rc: wireText.nullish().catch(null),
  status: z.string().nullish().catch(null),
  message: z.string().nullish().catch(null),
  sn: wireText.nullish().catch(null),
  price: wireNumber.catch(0),
})

/**
 * The purchases of one account. The same request again is the way to ask how a purchase stands, so there is no order
 * list and no search by the supplier's reference, which is ours. @see suppliers.md 2.4
 */
export function createDigiflazzSupplier(api: DigiflazzApi, webhookSecret: string | null): Supplier {
  const catalogue = createDigiflazzCatalogue(api)
  return {
    id: 'digiflazz',
    traits: TRAITS,
    place: async (request) => readTransaction(request.reference, await api.transact(fieldsOf(request))),
    findOrder: async () => ok(undefined),
    listRecentOrders: async () => ok([]),
    async fetchBalance() {
      const answer = await catalogue.fetchBalance()
      if (answer.ok) return ok(answer.value.balance)
      const { code, detail } = answer.error
      return err({ code: code === 'throttled' ? 'refused' : code, detail })
    },
    readMessage: (rawBody, headers) => readDigiflazzMessage(webhookSecret, rawBody, headers),
  }
}

/** The body of the call: a function of the request alone, so that a repeat sends the very same. Leading zeros stay. */
function fieldsOf(request: PurchaseRequest): { ref_id: string } & Record<string, string | number | boolean> {
  const { reference, serviceCode, targetNo, maxPrice } = request
  return {
    ref_id: reference,
    buyer_sku_code: serviceCode,
    customer_no: targetNo,
    max_price: maxPrice,
    ...(targetNo.includes('.') ? { allow_dot: true } : {}),
  }
}

/**
 * What an answer proves. The code decides; one that is not known leaves it to the status word, and without either the
 * purchase counts as pending: guessing "failed" would refund goods that still arrive. @see suppliers.md 2.6
 */
export function readTransaction(reference: string, answer: DigiflazzTransaction): PlaceOutcome {
  if (answer.kind === 'not_sent') return { kind: 'not_sent', detail: answer.reason }
  if (answer.kind === 'unknown') return { kind: 'unknown', detail: answer.reason }
  if (answer.kind === 'throttled') return { kind: 'refused', reason: 'throttled', detail: answer.reason }
  const parsed = transaction.safeParse(answer.data)
  if (!parsed.success) return { kind: 'unknown', detail: 'the answer is no transaction' }
  const { ref_id: ref, rc, status, message, sn, price } = parsed.data
  if (ref !== null && ref !== undefined && ref !== reference)
    return { kind: 'unknown', detail: 'the answer is about another purchase' }
  const detail = `rc ${rc ?? '-'}: ${message ?? ''}`.slice(0, DETAIL_LENGTH)
  if (ref == null && rc == null && status == null) return { kind: 'unknown', detail }
  const meaning = weigh(rc ?? '', status ?? '')
  const placed = { kind: 'accepted', supplierRef: reference, price: Math.ceil(price) } as const
  switch (meaning.kind) {
    case 'success':
      return { ...placed, state: 'success', note: sn ?? '' }
    case 'pending':
      return { ...placed, state: 'pending', note: sn ?? '' }
    case 'doubt':
      return { kind: 'unknown', detail }
    case 'failed':
      return readFailure(meaning, placed, detail)
  }
}

type Placed = { kind: 'accepted'; supplierRef: string; price: number }

/** Formed or not makes the difference between an order that failed and one that never was. */
function readFailure(
  meaning: Extract<CodeMeaning, { kind: 'failed' }>,
  placed: Placed,
  detail: string,
): PlaceOutcome {
  const { reason, lacksBalance, provisional } = meaning
  if (!meaning.formed) return { kind: 'refused', reason, detail, ...(lacksBalance ? { lacksBalance } : {}) }
  return { ...placed, state: 'failed', note: detail, reason, ...(provisional ? { provisional } : {}) }
}

/** Code and word that contradict each other, in whatever way, prove nothing yet: it is asked again. */
function weigh(rc: string, status: string): CodeMeaning {
  const [byCode, byStatus] = [meaningOf(rc), meaningOfStatus(status)]
  if (byCode === undefined) return byStatus ?? { kind: 'pending' }
  if (byCode.kind === 'doubt' || byStatus === undefined) return byCode
  return byCode.kind === byStatus.kind ? byCode : { kind: 'pending' }
}
