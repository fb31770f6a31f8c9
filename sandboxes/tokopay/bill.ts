import { simulatedQris } from '../qris.ts'
import { feeOf, type Channel } from './channels.ts'
import type { Tokopay } from './tokopay-state.ts'

const DEFAULT_LIFE_MS = 86_400_000
const JAKARTA_OFFSET_MS = 7 * 3_600_000

/** What the shop asked to be paid. */
export type BillWish = {
  refId: string
  nominal: number
  channel: Channel
  customer: { name: string; email: string; phone: string }
  redirectUrl: string
  items: { name: string; price: number }[]
  /** Unix seconds; 0 = a day from now. */
  expiresAtSeconds: number
}

/** A bill at Tokopay; one per `ref_id`, for ever. */
export type Bill = Omit<BillWish, 'expiresAtSeconds'> & {
  trxId: string
  /** What the payer is asked for, fee included where the payer bears it. */
  asked: number
  /** What was paid; undefined before. */
  paid: number | undefined
  fee: number
  /** As stored; `statusOf` also knows the time. */
  status: string
  expiresAt: Date
  createdAt: Date
  updatedAt: Date
  /** Virtual account or payment code. */
  number: string | undefined
  qrString: string | undefined
}

/** Opens a bill. Its `refId` must be new. */
export function openBill(tokopay: Tokopay, wish: BillWish): Bill {
  const { context, settings, bills } = tokopay
  const now = context.clock.now()
  const { expiresAtSeconds, ...rest } = wish
  const fee = feeOf(wish.channel, wish.nominal)
  const asked = settings.feeMode === 'buyer' ? wish.nominal + fee : wish.nominal
  const group = wish.channel.group
  const bill: Bill = {
    ...rest,
    trxId: nextTrxId(tokopay, now),
    asked,
    paid: undefined,
    fee,
    status: 'Unpaid',
    expiresAt: new Date(expiresAtSeconds === 0 ? now.getTime() + DEFAULT_LIFE_MS : expiresAtSeconds * 1_000),
    createdAt: now,
    updatedAt: now,
    number: group === 'va' || group === 'retail' ? context.random.digits(16) : undefined,
    qrString: group === 'qris' ? simulatedQris(asked, wish.refId) : undefined,
  }
  bills.set(wish.refId, bill)
  return bill
}

/** Returns the status as Tokopay tells it now: an unpaid bill expires by the clock, in silence. */
export function statusOf({ context }: Tokopay, { status, expiresAt }: Bill): string {
  return status === 'Unpaid' && expiresAt <= context.clock.now() ? 'Expired' : status
}

/** Returns whether money came in. */
export function isPaid({ status }: Bill): boolean {
  return status === 'Success' || status === 'Completed'
}

/** Returns what reaches the merchant of it. */
export function receivedOf({ asked, paid, fee }: Bill): number {
  return Math.max((paid ?? asked) - fee, 0)
}

/** `TP` + yymmdd + four letters + six digits. @see payments.md 2.4 */
function nextTrxId({ context, bills }: Tokopay, now: Date): string {
  const day = new Date(now.getTime() + JAKARTA_OFFSET_MS).toISOString().slice(2, 10).replaceAll('-', '')
  const letters = Array.from({ length: 4 }, () => String.fromCharCode(65 + context.random.below(26))).join('')
  return `TP${day}${letters}${String(bills.size + 1).padStart(6, '0')}`
}
