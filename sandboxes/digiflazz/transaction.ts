import { checkAccess, textOf, type Refusal, type RequestFields } from './access.ts'
import type { Digiflazz, Outcome, Transaction, Verdict } from './digiflazz-state.ts'
import { refundFailed, scheduleEnd } from './finish.ts'
import { dayOf, isInWindow } from './jakarta-time.ts'
import { postpaid } from './postpaid.ts'
import type { Product } from './products.ts'
import { testCase, textOfCode, verdict } from './verdicts.ts'
import { sendWebhook, transactionFields } from './webhook.ts'

/** A `ref_id` is known this long; afterwards the same call buys again. @see suppliers.md 2.4 */
const REF_LIFE_MS = 90 * 86_400_000
/** What the documented test cases show, whatever the account holds. */
const TEST_PRICE = 10_000
const TEST_BALANCE = 990_000

export type TransactionAnswer = { isRefused: boolean; data: Record<string, unknown> }

/** What a purchase is about. */
export type Wish = {
  refId: string
  code: string
  customer: string
  callbackUrl: string
  maxPrice: number | undefined
}

/** Answers `/v1/transaction`: a purchase, the state of one, or a step of a bill. */
export function transaction(df: Digiflazz, fields: RequestFields, peer: string): TransactionAnswer {
  const wish = readWish(fields)
  const access = checkAccess(df, fields, { suffix: wish.refId, peer })
  if (typeof access !== 'string') return refuse(wish, access)
  if (wish.refId === '' || wish.code === '' || wish.customer === '') return refuse(wish, codeOnly('40'))
  const isTest = fields.testing === true
  if (df.settings.strictMode && isTest !== (access === 'development')) return refuse(wish, codeOnly('41'))
  const commands = textOf(fields, 'commands')
  if (commands !== '') {
    const answer = postpaid(df, wish, commands)
    return 'rc' in answer ? refuse(wish, answer) : show(answer.transaction)
  }
  const known = findKnown(df, wish.refId)
  if (known !== undefined) {
    const isSame = known.code === wish.code && known.customer === wish.customer
    return isSame || !df.settings.strictRefs ? show(known) : refuse(wish, codeOnly('49'))
  }
  return isTest ? testPurchase(df, wish) : purchase(df, wish)
}

/** Returns the transaction of a `ref_id` that is not yet forgotten. */
export function findKnown(df: Digiflazz, refId: string): Transaction | undefined {
  const found = df.transactions.get(refId)
  const age = df.context.clock.now().getTime() - (found?.createdAt.getTime() ?? 0)
  return age < REF_LIFE_MS ? found : undefined
}

function purchase(df: Digiflazz, wish: Wish): TransactionAnswer {
  const outcome = takeOutcome(df, wish)
  if (outcome?.status === 'Refuse') {
    const rc = outcome.rc ?? '62'
    return refuse(wish, { rc, message: outcome.note || textOfCode(rc) })
  }
  const product = df.products.find((row) => row.buyer_sku_code === wish.code && row.buyer_product_status)
  if (product === undefined) return refuse(wish, codeOnly('43'))
  const refusal = findRefusal(df, wish, product)
  if (refusal !== undefined) return refuse(wish, codeOnly(refusal))
  const chance = outcome === undefined ? df.failing.take() : undefined
  if (chance === 'refused') return refuse(wish, codeOnly('62'))
  const failure = findFailure(df, product)
  if (failure !== undefined) return show(form(df, wish, product, { first: failure, planned: failure }))
  const planned = outcome
    ? scripted(outcome)
    : chance
      ? verdict('Gagal', '55')
      : naturalEnd(df, wish, product)
  const isInstant = df.settings.completeAfterMs === 0
  const formed = form(df, wish, product, { first: isInstant ? planned : verdict('Pending', '03'), planned })
  if (!product.unlimited_stock) product.stock -= 1
  return show(formed)
}

/** Why nothing is formed, by code. */
function findRefusal(df: Digiflazz, wish: Wish, product: Product): string | undefined {
  if (!product.unlimited_stock && product.stock <= 0) return '68'
  if (wish.maxPrice !== undefined && product.price > wish.maxPrice) return '69'
  if (!product.multi && isRepeated(df, wish)) return '63'
  return df.settings.balance < product.price ? '44' : undefined
}

/** Why a purchase fails as soon as it is formed. */
function findFailure(df: Digiflazz, product: Product): Verdict | undefined {
  if (!product.seller_product_status) return verdict('Gagal', '53')
  const isCutOff = isInWindow(product.start_cut_off, product.end_cut_off, df.context.clock.now())
  return isCutOff ? verdict('Gagal', '58') : undefined
}

function isRepeated(df: Digiflazz, wish: Wish): boolean {
  const today = dayOf(df.context.clock.now())
  return [...df.transactions.values()].some(
    (other) =>
      other.code === wish.code &&
      other.customer === wish.customer &&
      other.status !== 'Gagal' &&
      dayOf(other.createdAt) === today,
  )
}

function form(
  df: Digiflazz,
  wish: Wish,
  product: Product,
  ends: { first: Verdict; planned: Verdict },
): Transaction {
  df.settings.balance -= product.price
  const formed: Transaction = {
    ...ends.first,
    refId: wish.refId,
    code: wish.code,
    customer: wish.customer,
    price: product.price,
    balanceAfter: df.settings.balance,
    isRefunded: false,
    isPostpaid: false,
    bill: {},
    planned: ends.planned,
    callbackUrl: wish.callbackUrl,
    createdAt: df.context.clock.now(),
  }
  // A forgotten ref_id begins anew, at the end of the list.
  df.transactions.delete(wish.refId)
  df.transactions.set(wish.refId, formed)
  refundFailed(df, formed)
  sendWebhook(df, formed, 'create')
  if (formed.status === 'Pending') scheduleEnd(df, formed)
  return formed
}

function testPurchase(df: Digiflazz, wish: Wish): TransactionAnswer {
  const ends = wish.code === 'xld10' ? testCase(wish.customer) : undefined
  if (ends === undefined) return refuse(wish, codeOnly('43'))
  const formed: Transaction = {
    ...ends.first,
    refId: wish.refId,
    code: wish.code,
    customer: wish.customer,
    price: TEST_PRICE,
    balanceAfter: TEST_BALANCE,
    // Nothing was charged, so nothing is given back.
    isRefunded: true,
    isPostpaid: false,
    bill: {},
    planned: ends.end,
    callbackUrl: wish.callbackUrl,
    createdAt: df.context.clock.now(),
  }
  df.transactions.delete(wish.refId)
  df.transactions.set(wish.refId, formed)
  sendWebhook(df, formed, 'create')
  if (formed.status === 'Pending') scheduleEnd(df, formed)
  return show(formed)
}

function naturalEnd(df: Digiflazz, wish: Wish, product: Product): Verdict {
  if (wish.customer.endsWith('000')) return verdict('Gagal', '54')
  const { random } = df.context
  if (product.category === 'Voucher')
    return verdict('Sukses', '00', `${random.code(4)}-${random.code(4)}-${random.code(4)}`)
  // Electricity tokens carry name, tariff and amount behind slashes.
  if (product.category === 'PLN') return verdict('Sukses', '00', `${random.digits(20)}/BUDI/R1/1300/32,1`)
  return verdict('Sukses', '00', random.digits(12))
}

function takeOutcome(df: Digiflazz, wish: Wish): Outcome | undefined {
  const match = df.outcomes.findLast(
    ({ target, code, times }) =>
      (target === undefined || target === wish.customer) &&
      (code === undefined || code === wish.code) &&
      times !== 0,
  )
  if (match?.times !== undefined) match.times -= 1
  return match
}

/** The verdict that a scripted outcome stands for; its note is the serial number or the reason. */
export function scripted(outcome: Pick<Outcome, 'status' | 'rc' | 'note'>): Verdict {
  if (outcome.status === 'Sukses') return verdict('Sukses', outcome.rc ?? '00', outcome.note || '1234567890')
  if (outcome.status === 'Pending') return verdict('Pending', outcome.rc ?? '03')
  const failed = verdict('Gagal', outcome.rc ?? '02')
  return { ...failed, message: outcome.note || failed.message }
}

function readWish(fields: RequestFields): Wish {
  const limit = Number(textOf(fields, 'max_price') || Number.NaN)
  return {
    refId: textOf(fields, 'ref_id'),
    code: textOf(fields, 'buyer_sku_code'),
    customer: textOf(fields, 'customer_no'),
    callbackUrl: textOf(fields, 'cb_url'),
    maxPrice: Number.isFinite(limit) ? limit : undefined,
  }
}

function codeOnly(rc: string): Refusal {
  return { rc, message: textOfCode(rc) }
}

function refuse(wish: Wish, { rc, message }: Refusal): TransactionAnswer {
  const data = {
    ref_id: wish.refId,
    customer_no: wish.customer,
    buyer_sku_code: wish.code,
    message,
    status: 'Gagal',
    rc,
    sn: '',
  }
  return { isRefused: true, data }
}

function show(found: Transaction): TransactionAnswer {
  return { isRefused: false, data: transactionFields(found) }
}
