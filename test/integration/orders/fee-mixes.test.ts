import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { settlePayment, sweepLines, type CreatedOrder } from '#orders'
import { findPayment } from '#payments'
import { settleFact } from '../../../src/orders/settle-payment.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { ends, openRenewalStage, type RenewalStage } from './renewal-stage.ts'

/** Orders of one run; each is a dozen transactions and calls to a sandbox. */
const RUNS = 25
const FEE = 3_000
const ACCOUNT = 'tokopay_bri_va'

let stage: RenewalStage
let mark = 0

beforeAll(async () => {
  stage = await openRenewalStage()
  const change = { enabled: true, cost: { fixed: FEE, bps: 150 }, buyerPaysCost: true }
  expect(await stage.shop.app.methods.change(ACCOUNT, change)).toMatchObject({ ok: true })
}, 60_000)
afterAll(() => stage.shop.stop())

/** What happens to one order: its ways to pay in turn, which of them pay, which goods come, what goes back outside. */
type Story = {
  methods: readonly string[]
  /** Paid attempts, by their place; the last one always pays. */
  earlierPay: boolean
  goods: readonly boolean[]
  surcharge: boolean
  /** Thousandths of what was received that somebody else gives back, before or after the goods were to come. */
  outside: number
  outsideFirst: boolean
  chargeback: boolean
}

const story: fc.Arbitrary<Story> = fc.record({
  methods: fc.array(fc.constantFrom(ACCOUNT, 'tokopay_qris', 'midtrans'), { minLength: 1, maxLength: 3 }),
  earlierPay: fc.boolean(),
  goods: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
  surcharge: fc.boolean(),
  outside: fc.constantFrom(0, 0, 1, 300, 999, 1_000),
  outsideFirst: fc.boolean(),
  chargeback: fc.boolean(),
})

test('the books balance for every mix of fees, failures, parts, second payments and returns outside', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      await play(told)
      expect(await checkInvariants(stage.shop.database.url)).toEqual([])
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
}, 120_000)

async function play(told: Story): Promise<void> {
  await stage.at('tokopay', 'config', { feeMode: told.surcharge ? 'buyer' : 'merchant' })
  const skus = await Promise.all(told.goods.map(shelf))
  const [first = ACCOUNT, ...others] = told.methods
  const order = await stage.place(
    skus.map(({ code }) => ({ sku: code, quantity: 1 })),
    first,
  )
  for (const method of others) await stage.renew(order, method)
  await payAttempts(order, told.earlierPay)
  if (told.outsideFirst) await giveBackOutside(order, told)
  for (const [index, comes] of told.goods.entries()) if (!comes) await lose(skus[index])
  await sweepLines(stage.shop.shop, 0)
  if (!told.outsideFirst) await giveBackOutside(order, told)
  const { status } = await stage.view(order)
  expect(['SUCCESS', 'PARTIAL', 'FAILED']).toContain(status)
}

async function shelf(): Promise<StockSku> {
  mark += 1
  return await createStockSku(stage.shop, markedCodes(`MIX${mark}`, 1))
}

async function lose(sku: StockSku | undefined): Promise<void> {
  await stage.query(`delete from stock_units where sku_id = $1 and state <> 'SOLD'`, [sku?.skuId])
}

async function payAttempts(order: CreatedOrder, earlierPay: boolean): Promise<void> {
  const attempts = await stage.attempts(order)
  const { last } = ends(attempts)
  const paid = earlierPay ? attempts.filter((attempt) => attempt.let_go || attempt === last) : [last]
  for (const attempt of paid) {
    await stage.pay(attempt)
    await settlePayment(stage.shop.shop, attempt.id)
  }
}

/** A bank or a person at the gateway gives money of the paid attempt back. */
async function giveBackOutside(order: CreatedOrder, { outside, chargeback }: Story): Promise<void> {
  const attempt = (await stage.attempts(order)).find(({ booked_to: booked }) => booked === 'order')
  const payment = attempt === undefined ? undefined : await findPayment(stage.shop.shop.db, attempt.id)
  if (payment?.received == null || payment.gatewayTransactionId === null) throw new Error('not paid')
  const amount = Math.floor((payment.received * outside) / 1_000)
  if (amount === 0) return
  await settleFact(stage.shop.shop, payment, {
    state: chargeback && outside === 1_000 ? 'chargeback' : 'partially_refunded',
    transactionId: payment.gatewayTransactionId,
    reference: payment.reference,
    amount: payment.payable,
    currency: 'IDR',
    merchantMatches: true,
    method: 'va',
    at: stage.shop.shop.clock.now(),
    refunds: [{ key: `by-hand-${payment.id}`, amount }],
  })
}
