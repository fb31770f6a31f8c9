export { applyFact, type AppliedFact } from './apply-fact.ts'
export { askGateway, duePayments } from './ask-gateway.ts'
export { bookReceived, type SuspenseReason } from './book-received.ts'
export { cancelPayment, expirePayment, type EndingRefusal } from './close-payment.ts'
export { completeManualRefund } from './complete-manual-refund.ts'
export {
  CONFIRM_WITHIN_MS,
  decidePayment,
  type AnsweredFact,
  type PaymentDecision,
} from './decide-payment.ts'
export type { PaymentExceptionKind } from './exception-store.ts'
export { findPaymentForView, type PaymentForView, type PaymentStatus } from './find-payment-for-view.ts'
export { acceptGatewayMessage, handleGatewayMessage } from './gateway-message.ts'
export { attemptOf, paymentGateways, type PaymentGateways } from './gateways.ts'
export {
  GATEWAY_OPEN_TIMEOUT_MS,
  openPayment,
  type OpenPaymentRefusal,
  type OpenPaymentRequest,
} from './open-payment.ts'
export { changeMethod } from './change-method.ts'
export { listMethods } from './list-methods.ts'
export { listPaymentMethods, loadMethods, type MethodsDeps } from './load-methods.ts'
export { offerMethods, type OfferedMethod, type PaymentMethod } from './payment-methods.ts'
export {
  PAYMENT_TRANSITIONS,
  canBePaid,
  paymentReference,
  type HeldPayment,
  type Payment,
  type PaymentState,
  type PlannedPayment,
} from './payment.ts'
export { findAskablePayments, findPayment } from './payment-store.ts'
export { planPayment } from './plan-payment.ts'
export { nextPollAt } from './poll-plan.ts'
export type {
  Acknowledgement,
  GatewayMessage,
  GatewayOrder,
  GatewayAttempt,
  GatewayMethod,
  GatewayPayment,
  GatewayRefusal,
  PaymentFact,
  PaymentGateway,
  RefundOutcome,
} from './ports.ts'
export type { Refund, RefundState } from './refund.ts'
export { requestRefund, type RefundRefusal, type RefundRequest } from './request-refund.ts'
export { dueRefunds, sendRefund, type RefundProgress, type SendRefundDeps } from './send-refund.ts'
export {
  keepRefundAccount,
  purgeRefundAccounts,
  readRefundAccount,
  revealRefundAccount,
} from './refund-account.ts'
export { findShownAccount } from './refund-account-store.ts'
export { decisionsOn, resolveException, type ExceptionDecision } from './resolve-exception.ts'
export {
  closeException,
  findOrderOfException,
  findSurplus,
  lockSurplus,
  selectOpenSurplus,
  type SurplusKind,
  type SurplusRow,
} from './surplus-store.ts'
