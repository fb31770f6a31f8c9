import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  feeCovering,
  mayChargeBuyer,
  mergeMethods,
  offerMethods,
  type StoredMethod,
} from './payment-methods.ts'
import { paymentReference } from './payment.ts'
import type { GatewayMethod } from './ports.ts'

const page: GatewayMethod = {
  method: 'midtrans',
  label: 'QRIS, e-wallet, transfer bank, kartu',
  labelEn: 'QRIS, e-wallet, bank transfer, card',
  group: 'page',
  minimum: 1_000,
  maximum: 100_000_000,
  confirmSeconds: 10,
  refunds: 'partial',
  cost: { fixed: 0, bps: 70 },
  onByDefault: true,
}
const qris: GatewayMethod = { ...page, method: 'tokopay_qris', group: 'qris', maximum: 10_000_000 }
const account: GatewayMethod = {
  ...page,
  method: 'tokopay_briva',
  group: 'virtual_account',
  cost: { fixed: 4_000, bps: 0 },
  onByDefault: false,
}
const gateways = new Map([
  ['midtrans', { id: 'midtrans', methods: [page] }],
  ['tokopay', { id: 'tokopay', methods: [qris, account] }],
])

function stored(method: string, change: Partial<StoredMethod> = {}): StoredMethod {
  const nothing = { enabled: null, position: null, minimum: null, maximum: null }
  return { method, ...nothing, buyerPaysCost: false, buyerFeeFixed: null, buyerFeeBps: null, ...change }
}

const offered = (total: number, ...changes: StoredMethod[]) =>
  offerMethods(mergeMethods(gateways, changes), total)

test('offers what gateways offer by themselves, in their order, with the total unchanged', () => {
  expect(offered(20_500)).toMatchObject([
    { method: 'midtrans', fee: 0, total: 20_500, enabled: true, labelEn: page.labelEn },
    { method: 'tokopay_qris', fee: 0, total: 20_500, enabled: true, group: 'qris', confirmSeconds: 10 },
  ])
})

test('an operator switches on, off, and decides the order', () => {
  const changes = [
    stored('midtrans', { enabled: false }),
    stored('tokopay_briva', { enabled: true, position: 1 }),
  ]
  expect(offered(20_500, ...changes).map(({ method }) => method)).toEqual(['tokopay_briva', 'tokopay_qris'])
})

test.each([
  [999, 'Pembayaran ini tersedia mulai Rp1.000.', 'This way to pay starts at Rp1.000.'],
  [100_000_001, 'Pembayaran ini tersedia sampai Rp100.000.000.', 'This way to pay ends at Rp100.000.000.'],
])('is not usable for %i and says why', (total, reason, reasonEn) => {
  expect(offered(total)[0]).toMatchObject({ enabled: false, reason, reasonEn })
})

test('limits are the operator’s to set; the ceiling of QRIS is not', () => {
  const limits = { minimum: 500, maximum: 200_000_000 }
  const changed = mergeMethods(gateways, [stored('tokopay_qris', limits), stored('tokopay_briva', limits)])
  expect(changed[1]).toMatchObject({ minimum: 500, maximum: 10_000_000 })
  expect(changed[2]).toMatchObject(limits)
})

test('the buyer pays the cost of a virtual account, by the terms of the operator or the gateway', () => {
  const paid = stored('tokopay_briva', { enabled: true, buyerPaysCost: true })
  expect(offered(20_000, paid).at(-1)).toMatchObject({ fee: 4_000, total: 24_000 })
  const agreed = { ...paid, buyerFeeFixed: 2_500, buyerFeeBps: 0 }
  expect(offered(20_000, agreed).at(-1)).toMatchObject({ fee: 2_500, total: 22_500 })
})

test.each(['midtrans', 'tokopay_qris'])('never charges the buyer for %s, whatever is stored', (method) => {
  const forced = stored(method, { buyerPaysCost: true, buyerFeeFixed: 1_000, buyerFeeBps: 100 })
  expect(offered(20_000, forced).find((offer) => offer.method === method)?.fee).toBe(0)
})

test('a method whose name speaks of QRIS is free, whatever group its gateway gives it', () => {
  expect(mayChargeBuyer({ method: 'other_qris', group: 'ewallet' })).toBe(false)
})

test('the fee covers what the gateway keeps of the whole payment, and is the least that does', () => {
  const cost = fc.record({ fixed: fc.nat(1_000_000), bps: fc.nat(3_000) })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000_000 }), cost, (base, { fixed, bps }) => {
      const fee = feeCovering(base, { fixed, bps })
      const keeps = (total: number) => fixed + Number((BigInt(total) * BigInt(bps) + 9_999n) / 10_000n)
      expect(fee).toBeGreaterThanOrEqual(keeps(base + fee))
      if (fee > 0) expect(fee - 1).toBeLessThan(keeps(base + fee - 1))
    }),
  )
})

test('a reference fits every gateway', () => {
  expect(paymentReference('LP-7K2M9Q4XA0', 2)).toBe('LP-7K2M9Q4XA0-2')
  expect(() => paymentReference('LP/7', 1)).toThrow(RangeError)
})
