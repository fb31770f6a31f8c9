import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CreatedOrder } from '#orders'
import { acceptGatewayMessage, type PaymentGateway } from '#payments'
import { ok } from '#shared/result.ts'
import { handleInbox } from '../../../src/jobs/subscriptions.ts'
import { PAYMENTS_DEMO } from '../../../src/platform/config-payments.ts'
import { signatureKey } from '../../../src/providers/midtrans/signature.ts'
import { orderSignature } from '../../../src/providers/tokopay/signature.ts'
import { orderOf, VISITOR } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createStockSku, markedCodes } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'
import { mutate, seededRandom, withValue, type Fields, type MessageForm } from './webhook-mutations.ts'

const MUTATIONS = 10_000
/** Handed over at once, then handled before the next: messages arrive while others are being handled. */
const WAVE = 500
const AT_ONCE = 25
const SEED = 20_260_301

/** How one gateway's orders are paid at its sandbox, and what its messages look like. */
type Adapter = {
  gateway: string
  methods: readonly string[]
  form: MessageForm
  payControl(reference: string): Fields
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const ADAPTERS: readonly Adapter[] = [
  {
    gateway: 'midtrans',
    methods: ['midtrans', 'midtrans_qris', 'midtrans_bca_va'],
    payControl: (reference) => ({ order_id: reference }),
    form: {
      reference: 'order_id',
      state: 'transaction_status',
      amount: 'gross_amount',
      merchant: 'merchant_id',
      transaction: 'transaction_id',
      signature: 'signature_key',
      states: [
        'settlement',
        'capture',
        'pending',
        'deny',
        'cancel',
        'expire',
        'refund',
        'chargeback',
        'PAID',
      ],
      sign: (fields) => ({
        ...fields,
        signature_key: signatureKey(
          {
            order_id: text(fields['order_id']),
            status_code: text(fields['status_code']),
            gross_amount: text(fields['gross_amount']),
          },
          PAYMENTS_DEMO.midtransServerKey,
        ),
      }),
    },
  },
  {
    gateway: 'tokopay',
    methods: ['tokopay_qris', 'tokopay_bri_va'],
    payControl: (reference) => ({ ref_id: reference }),
    form: {
      reference: 'reff_id',
      state: 'status',
      amount: 'data.total_dibayar',
      merchant: 'data.merchant_id',
      transaction: 'reference',
      signature: 'signature',
      states: ['Success', 'Completed', 'SUCCESS', 'Unpaid', 'Failed', 'Expired', 'Refund', '1'],
      sign: (fields) => ({
        ...fields,
        signature: orderSignature(
          { merchantId: PAYMENTS_DEMO.tokopayMerchantId, secret: PAYMENTS_DEMO.tokopaySecret },
          text(fields['reff_id']),
        ),
      }),
    },
  },
]

describe.each(ADAPTERS)('mutated messages of $gateway', (adapter) => {
  let shop: TestShop
  /** Paid and credited; the rest is not. */
  let honest: CreatedOrder
  let unpaid: CreatedOrder[]
  let genuine: Fields

  beforeAll(async () => {
    shop = await createTestShop()
    const stock = await createStockSku(shop, markedCodes('MUTATE', 20))
    const place = (paymentMethod: string) => placedWith(shop, stock.code, paymentMethod)
    honest = await place(adapter.methods[0] ?? '')
    unpaid = await Promise.all([...adapter.methods, ...adapter.methods].map(place))
    await payAt(shop, adapter, honest)
    genuine = await newestMessage(shop, adapter, honest)
    expect((await accept(shop, adapter, Buffer.from(JSON.stringify(genuine)))).ok).toBe(true)
    await handleInbox(shop.shop)
  }, 60_000)

  afterAll(async () => {
    await shop.stop()
  })

  const material = () => ({
    form: adapter.form,
    messages: [genuine, ...unpaid.map((order) => claimed(adapter, genuine, order))],
    references: [honest, ...unpaid].map((order) => order.payment.reference).concat('LP-NOBODYKNOWS-1', ''),
    transactions: [text(withoutPath(genuine, adapter.form.transaction)), randomUUID(), ''],
  })

  test(
    `${MUTATIONS.toLocaleString('en')} of them credit nobody and change nothing`,
    { timeout: 120_000 },
    async () => {
      const before = await moneyOf(shop)
      const outcomes = await storm(shop, adapter, MUTATIONS, () => material())
      // Neither a wall that lets nothing through nor an open door: both would prove nothing.
      expect(outcomes.stored).toBeGreaterThan(MUTATIONS / 5)
      expect(outcomes.refused).toBeGreaterThan(MUTATIONS / 10)
      expect(await moneyOf(shop)).toEqual(before)
      const left = await queryAs(shop.database.url, `select 1 from webhook_inbox where state = 'RECEIVED'`)
      expect(left).toEqual([])
      expect(await checkInvariants(shop.database.url)).toEqual([])
    },
  )

  test('an order that is really paid afterwards is credited once', async () => {
    const [order] = unpaid
    if (order === undefined) throw new Error('no order')
    const before = await moneyOf(shop)
    await payAt(shop, adapter, order)
    const body = Buffer.from(JSON.stringify(await newestMessage(shop, adapter, order)))
    for (let time = 0; time < 3; time += 1) expect((await accept(shop, adapter, body)).ok).toBe(true)
    await handleInbox(shop.shop)
    const after = await moneyOf(shop)
    expect(after.credits).toBe(before.credits + 1)
    expect(after.states).toMatchObject({ [order.payment.reference]: 'PAID' })
    expect(await checkInvariants(shop.database.url)).toEqual([])
  })

  test('without the question to the gateway the same messages credit orders that nobody paid', async () => {
    const before = await moneyOf(shop)
    const gateway = shop.shop.gateways.get(adapter.gateway)
    if (gateway === undefined) throw new Error('no gateway')
    const gateways = new Map([[adapter.gateway, believing(gateway)]])
    const credulous = { ...shop, shop: { ...shop.shop, gateways } }
    await storm(credulous, adapter, 200, () => material())
    expect((await moneyOf(shop)).credits).toBeGreaterThan(before.credits)
  })
})

/** Hands mutations over in waves, several at once, and handles what was stored after each. */
async function storm(
  shop: TestShop,
  adapter: Adapter,
  count: number,
  material: () => Parameters<typeof mutate>[0],
): Promise<{ stored: number; refused: number }> {
  const random = seededRandom(SEED)
  const outcomes = { stored: 0, refused: 0 }
  const sent: Buffer[] = []
  for (let start = 0; start < count; start += WAVE) {
    const wave = Array.from({ length: Math.min(WAVE, count - start) }, () => {
      const isRepeated = sent.length > 0 && random.below(10) === 0
      return isRepeated ? random.pick(sent) : mutate(material(), random)
    })
    sent.push(...wave)
    for (let at = 0; at < wave.length; at += AT_ONCE) {
      const answers = await Promise.all(
        wave.slice(at, at + AT_ONCE).map((body) => accept(shop, adapter, body)),
      )
      for (const { ok: isStored } of answers) outcomes[isStored ? 'stored' : 'refused'] += 1
    }
    await handleInbox(shop.shop)
  }
  return outcomes
}

const accept = ({ shop }: TestShop, { gateway }: Adapter, body: Buffer) =>
  acceptGatewayMessage(shop, gateway, body, new Headers())

/** A gateway that answers every question with what an attacker would like to hear. */
function believing(gateway: PaymentGateway): PaymentGateway {
  return {
    ...gateway,
    ask: async ({ reference, payable }) =>
      ok({
        state: 'paid',
        transactionId: `claimed-${reference}`,
        reference,
        amount: payable,
        currency: 'IDR',
        merchantMatches: true,
        method: 'qris',
        at: new Date('2026-03-01T03:00:00Z'),
        refunds: [],
      }),
  }
}

async function placedWith(shop: TestShop, sku: string, paymentMethod: string): Promise<CreatedOrder> {
  const order = orderOf([{ sku, quantity: 1 }], { paymentMethod })
  const created = await shop.app.orders.create(order, randomUUID(), VISITOR)
  if (!created.ok) throw new Error(JSON.stringify(created.error))
  return created.value
}

async function payAt(shop: TestShop, { gateway, payControl }: Adapter, order: CreatedOrder): Promise<void> {
  await control(`${shop.sandboxes[gateway]}/_sandbox/pay`, payControl(order.payment.reference))
}

/** The newest message that the sandbox made about an order; it has nowhere to send it. */
async function newestMessage(
  shop: TestShop,
  { gateway, form }: Adapter,
  order: CreatedOrder,
): Promise<Fields> {
  const response = await fetch(`${shop.sandboxes[gateway]}/_sandbox/webhooks`)
  const { webhooks } = (await response.json()) as { webhooks: { body: Fields }[] }
  const newest = webhooks.findLast(({ body }) => body[form.reference] === order.payment.reference)
  if (newest === undefined) throw new Error(`no message about ${order.payment.reference}`)
  return newest.body
}

/** The message that would be sent if somebody had paid this order, well signed. */
function claimed({ form }: Adapter, genuine: Fields, order: CreatedOrder): Fields {
  return form.sign(
    withValue(
      withValue(genuine, form.reference, order.payment.reference),
      form.transaction,
      `made-up-${order.payment.reference}`,
    ),
  )
}

function withoutPath(fields: Fields, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => (inner as Fields | undefined)?.[name], fields)
}

/** Everything that money is: accounts, credits, and the states of payments and orders. */
async function moneyOf({ database }: TestShop) {
  const accounts = await queryAs<{ code: string; balance: string }>(
    database.url,
    'select code, balance from accounts order by code',
  )
  const [journals] = await queryAs<{ count: string }>(
    database.url,
    `select count(*) from journals where kind = 'payment.received'`,
  )
  const payments = await queryAs<{ reference: string; state: string }>(
    database.url,
    'select reference, state from payments order by reference',
  )
  const orders = await queryAs<{ state: string; count: string }>(
    database.url,
    'select state, count(*) from orders group by state order by state',
  )
  return {
    accounts,
    credits: Number(journals?.count),
    states: Object.fromEntries(payments.map(({ reference, state }) => [reference, state])),
    orders,
  }
}
