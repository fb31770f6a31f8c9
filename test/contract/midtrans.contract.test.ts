import { startMidtrans } from './midtrans-harness.ts'
import { paymentGatewayContract } from './payment-gateway.contract.ts'

// S-WH8 (a stale signed time) does not apply: Midtrans signs no time. S-WH6 and 7 need stored payments and stand in
// test/integration/payments.
paymentGatewayContract(
  'midtrans',
  {
    shapes: [
      { method: 'midtrans', shows: 'page', isRefundable: true, isMixed: true },
      { method: 'midtrans_qris', shows: 'qris', isRefundable: true, isMixed: false },
      { method: 'midtrans_bca_va', shows: 'virtual_account', isRefundable: false, isMixed: false },
    ],
    ends: true,
    states: ['failed', 'cancelled', 'expired', 'review'],
    reverses: true,
    signs: 'amount',
  },
  startMidtrans,
)
