import * as z from 'zod'
import type {
  PlaceOutcome,
  RefusalReason,
  Supplier,
  SupplierFailure,
  SupplierOrder,
  SupplierState,
  SupplierTraits,
} from '../../fulfilment/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { fetchProfile, readFailure } from './catalogue.ts'
import { readStatus } from './order-status.ts'
import { joinEndpoint, splitEndpoint } from './prepaid-code.ts'
import { meansNoBalance, meansNothingFound, readRefusal } from './refusal.ts'
import type { VipAnswer, VipApi, VipEndpoint } from './vip-api.ts'
import { readVipMessage } from './webhook.ts'
import { wireAmount, wireText } from './wire-amount.ts'

const DETAIL_LENGTH = 200

/** The order call knows no reference of ours and no price limit: it is never repeated. @see suppliers.md 1.11 */
const TRAITS: SupplierTraits = {
  repeatable: false,
  repeatAfterMs: 0,
  repeatableDays: 0,
  capsPrice: false,
}

const order = z.object({
  trxid: wireText.pipe(z.string().trim().min(1)),
  data: wireText,
  zone: wireText.nullish(),
  service: z.string(),
  status: z.string(),
  note: wireText.nullish(),
  price: wireAmount,
})
/** Of the answer to an order only the reference counts; what else is missing is asked for later. */
const placement = z.object({
  trxid: order.shape.trxid,
  status: z.string().catch('waiting'),
  note: wireText.nullish().catch(null),
  price: wireAmount.catch(0),
})
const orders = z.union([z.array(order), order.transform((row) => [row])])

/**
 * The purchases of one account: buying, the order list, the balance, and messages. Nothing here repeats a call. Games
 * and prepaid goods have order lists of their own: `listRecentOrders` asks for both, each newest first, and fails when
 * one of them does, because an order that is missing from half a list proves nothing. @see suppliers.md 1.3, 1.4
 */
export function createVipSupplier(api: VipApi): Supplier {
  return {
    id: 'vip-reseller',
    traits: TRAITS,
    async place({ serviceCode, targetNo, targetZone }) {
      const { endpoint, text } = splitEndpoint(serviceCode)
      const zone: Record<string, string> = targetZone === '' ? {} : { data_zone: targetZone }
      return readPlacement(endpoint, await api.order(endpoint, { service: text, data_no: targetNo, ...zone }))
    },
    async findOrder(supplierRef) {
      const { endpoint, text } = splitEndpoint(supplierRef)
      const found = await fetchOrders(api, endpoint, { trxid: text })
      if (!found.ok) return found
      const row = found.value.find((candidate) => candidate.supplierRef === supplierRef)
      if (row || found.value.length === 0) return ok(row)
      return err({ code: 'malformed', detail: 'the status answer is about another order' })
    },
    async listRecentOrders(limit) {
      const form = { limit: String(limit) }
      const [games, prepaid] = await Promise.all([
        fetchOrders(api, 'game-feature', form),
        fetchOrders(api, 'prepaid', form),
      ])
      if (!games.ok) return games
      if (!prepaid.ok) return prepaid
      return ok([...games.value, ...prepaid.value])
    },
    async fetchBalance() {
      const account = await fetchProfile(api)
      return account.ok ? ok(account.value.balance) : account
    },
    readMessage: (rawBody, headers) => readVipMessage(api.sign, rawBody, headers),
  }
}

/**
 * What an answer to an order proves. A `trxid` or a refusal in words we know is definite, everything else is `unknown`.
 * @see suppliers.md 1.11 steps 3 and 4
 */
export function readPlacement(endpoint: VipEndpoint, answer: VipAnswer): PlaceOutcome {
  if (answer.kind === 'not_sent') return { kind: 'not_sent', detail: answer.reason }
  if (answer.kind === 'unknown') return { kind: 'unknown', detail: answer.reason }
  const detail = answer.message.slice(0, DETAIL_LENGTH)
  if (!answer.result) {
    const reason = readRefusal(answer.message)
    if (reason === 'vague') return { kind: 'unknown', detail }
    return { kind: 'refused', reason, detail, ...(meansNoBalance(detail) ? { lacksBalance: true } : {}) }
  }
  const parsed = placement.safeParse(answer.data)
  if (!parsed.success) return { kind: 'unknown', detail: 'accepted without a reference' }
  const { trxid, status, note, price } = parsed.data
  const { state } = readStatus(status)
  const supplierRef = joinEndpoint(endpoint, trxid)
  return { kind: 'accepted', supplierRef, state, price, note: note ?? '', ...whyFailed(state, note ?? '') }
}

async function fetchOrders(
  api: VipApi,
  endpoint: VipEndpoint,
  form: Record<string, string>,
): Promise<Result<SupplierOrder[], SupplierFailure>> {
  const answer = await api.read(endpoint, { ...form, type: 'status' })
  const failure = readFailure(answer)
  if (failure?.code === 'refused' && meansNothingFound(failure.detail)) return ok([])
  if (failure) return err(failure)
  const parsed = orders.safeParse(answer.kind === 'answered' ? answer.data : undefined)
  if (!parsed.success) return err({ code: 'malformed', detail: 'order list in an unknown form' })
  return ok(parsed.data.map((row) => toOrder(endpoint, row)))
}

/** The reason a failed order names in its note; words that name nothing known are no reason. @see suppliers.md 1.7 */
function whyFailed(state: SupplierState, note: string): { reason?: RefusalReason } {
  const reason = state === 'failed' ? readRefusal(note) : 'vague'
  return reason === 'vague' ? {} : { reason }
}

function toOrder(endpoint: VipEndpoint, row: z.infer<typeof order>): SupplierOrder {
  const status = readStatus(row.status)
  return {
    supplierRef: joinEndpoint(endpoint, row.trxid),
    targetNo: row.data,
    targetZone: row.zone ?? '',
    displayName: row.service,
    ...status,
    ...whyFailed(status.state, row.note ?? ''),
    note: row.note ?? '',
    price: row.price,
  }
}
