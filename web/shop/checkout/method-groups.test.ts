import { expect, test } from 'vitest'
import type { PaymentMethodOffer } from '../../../src/orders/order-view.ts'
import { groupOffers, preferredOffer } from './method-groups.ts'

function offer(method: string, group: PaymentMethodOffer['group'], enabled = true): PaymentMethodOffer {
  return { method, label: method, labelEn: method, group, confirmSeconds: 10, fee: 0, total: 1000, enabled }
}

const page = offer('midtrans', 'page')
const qris = offer('tokopay_qris', 'qris')
const bca = offer('midtrans_bca_va', 'virtual_account')
const bri = offer('tokopay_bri_va', 'virtual_account')

test('QRIS comes first and pages last, whatever the operator’s order; groups keep that order inside', () => {
  const groups = groupOffers([page, bri, bca, qris])
  expect(groups.map(({ group }) => group)).toEqual(['qris', 'virtual_account', 'page'])
  expect(groups[1]?.offers).toEqual([bri, bca])
})

test('the first open method is chosen, the wanted one before it', () => {
  expect(preferredOffer([page, { ...qris, enabled: false }, bca])).toEqual(bca)
  expect(preferredOffer([page, qris, bca], 'midtrans')).toEqual(page)
  expect(preferredOffer([page, { ...qris, enabled: false }], 'tokopay_qris')).toEqual(page)
  expect(preferredOffer([{ ...page, enabled: false }])).toBeUndefined()
})
