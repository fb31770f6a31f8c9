import { paymentGatewayContract } from './payment-gateway.contract.ts'
import { startTokopay } from './tokopay-harness.ts'

// S-WH8 (a stale signed time) does not apply: Tokopay signs no time, and the same signature for ever. S-WH6 and 7 need
// stored payments and stand in test/integration/payments.
paymentGatewayContract(
  'tokopay',
  {
    shapes: [
      { method: 'tokopay_qris', shows: 'qris', isRefundable: false, isMixed: false },
      { method: 'tokopay_bri_va', shows: 'virtual_account', isRefundable: false, isMixed: false },
      { method: 'tokopay_dana', shows: 'page', isRefundable: false, isMixed: false, isPushed: true },
    ],
    ends: false,
    states: ['failed', 'expired'],
    reverses: false,
    signs: 'nothing',
  },
  startTokopay,
)
