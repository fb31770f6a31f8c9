import type { Random } from '../random.ts'
import { simulatedQris } from '../qris.ts'
import { formatAmount, formatTime } from './wire-format.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** Mandiri's fixed company code for Midtrans bills. */
const MANDIRI_BILLER_CODE = '70012'

export type MethodInput = {
  random: Random
  transactionId: string
  /** Whole rupiah. */
  grossAmount: number
  /** The method's own object of a Core API charge (`qris`, `bank_transfer`, …). */
  wishes: Record<string, unknown>
}

/** A way to pay, by its Snap code. */
export type PaymentMethod = {
  code: string
  label: string
  hint: string
  paymentType: string
  defaultExpiryMs: number
  isRefundable: boolean
  fraudStatus: string | undefined
  /** What the payer copies or scans. */
  kind: 'qr' | 'number'
  numberLabel: string
  createFields(input: MethodInput): Record<string, unknown>
  settledFields(input: MethodInput, paidAt: Date): Record<string, unknown>
}

type MethodOptions = Pick<PaymentMethod, 'code' | 'label' | 'hint' | 'paymentType'> & Partial<PaymentMethod>

function method(options: MethodOptions): PaymentMethod {
  return {
    defaultExpiryMs: 15 * MINUTE_MS,
    isRefundable: true,
    fraudStatus: 'accept',
    kind: 'qr',
    numberLabel: '',
    createFields: () => ({}),
    settledFields: () => ({}),
    ...options,
  }
}

function bankMethod(bank: string, label: string): PaymentMethod {
  return method({
    code: `${bank}_va`,
    label: `Virtual Account ${label}`,
    hint: 'Transfer dari aplikasi bank atau ATM',
    paymentType: 'bank_transfer',
    defaultExpiryMs: DAY_MS,
    isRefundable: false,
    kind: 'number',
    numberLabel: `Nomor Virtual Account ${label}`,
    createFields: ({ random, wishes }) => ({
      va_numbers: [{ bank, va_number: virtualAccount(random, wishes) }],
    }),
    settledFields: ({ grossAmount }, paidAt) => ({
      payment_amounts: [{ paid_at: formatTime(paidAt), amount: formatAmount(grossAmount) }],
    }),
  })
}

function storeMethod(store: string, label: string, fraudStatus: string | undefined): PaymentMethod {
  return method({
    code: store,
    label,
    hint: 'Bayar tunai di kasir',
    paymentType: 'cstore',
    defaultExpiryMs: DAY_MS,
    isRefundable: false,
    fraudStatus,
    kind: 'number',
    numberLabel: 'Kode pembayaran',
    createFields: ({ random }) => ({ store, payment_code: random.digits(14) }),
    settledFields: ({ random }) => ({ approval_code: random.digits(16) }),
  })
}

function walletMethod(paymentType: string, label: string): PaymentMethod {
  return method({ code: paymentType, label, hint: 'Buka aplikasi atau pindai QR', paymentType })
}

/** Every method the sandbox offers, in the order the pay page shows them. */
export const PAYMENT_METHODS: readonly PaymentMethod[] = [
  method({
    code: 'other_qris',
    label: 'QRIS',
    hint: 'Semua aplikasi bank dan dompet digital',
    paymentType: 'qris',
    createFields: ({ wishes }) => ({
      acquirer: typeof wishes.acquirer === 'string' ? wishes.acquirer : 'gopay',
    }),
    settledFields: qrisSettledFields,
  }),
  method({
    ...walletMethod('gopay', 'GoPay'),
    settledFields: () => ({ payment_option_type: 'GOPAY_WALLET' }),
  }),
  walletMethod('shopeepay', 'ShopeePay'),
  walletMethod('dana', 'DANA'),
  bankMethod('bca', 'BCA'),
  bankMethod('bni', 'BNI'),
  bankMethod('bri', 'BRI'),
  bankMethod('cimb', 'CIMB Niaga'),
  method({
    ...bankMethod('permata', 'Permata'),
    createFields: ({ random, wishes }) => ({ permata_va_number: virtualAccount(random, wishes) }),
    settledFields: () => ({}),
  }),
  method({
    ...bankMethod('mandiri', 'Mandiri'),
    code: 'echannel',
    label: 'Mandiri Bill Payment',
    paymentType: 'echannel',
    numberLabel: 'Kode bayar Mandiri',
    createFields: ({ random }) => ({ bill_key: random.digits(12), biller_code: MANDIRI_BILLER_CODE }),
    settledFields: () => ({}),
  }),
  storeMethod('indomaret', 'Indomaret', undefined),
  storeMethod('alfamart', 'Alfamart', 'accept'),
]

/** Snap codes that stand for several methods. */
const ALIASES: Record<string, readonly string[]> = {
  bank_transfer: ['bca_va', 'bni_va', 'bri_va', 'cimb_va', 'permata_va', 'echannel'],
  cstore: ['indomaret', 'alfamart'],
  qris: ['other_qris'],
}

/** Returns the methods a page offers; codes the sandbox does not know are left out, none = all. */
export function offeredMethods(enabledPayments: string[]): readonly PaymentMethod[] {
  if (enabledPayments.length === 0) return PAYMENT_METHODS
  const codes = new Set(enabledPayments.flatMap((code) => [code, ...(ALIASES[code] ?? [])]))
  return PAYMENT_METHODS.filter((candidate) => codes.has(candidate.code))
}

/** Returns the method with this Snap code or, failing that, the first one with this payment type. */
export function findMethod(code: string): PaymentMethod | undefined {
  return (
    PAYMENT_METHODS.find((candidate) => candidate.code === code) ??
    PAYMENT_METHODS.find((candidate) => candidate.paymentType === code)
  )
}

/** Returns the QR text of a scannable method; undefined for numbers. */
export function qrTextOf(chosen: PaymentMethod, input: MethodInput): string | undefined {
  return chosen.kind === 'qr'
    ? simulatedQris(input.grossAmount, input.transactionId.replaceAll('-', ''))
    : undefined
}

function virtualAccount(random: Random, { va_number: wish }: Record<string, unknown>): string {
  return typeof wish === 'string' && /^\d{1,16}$/.test(wish) ? `8888${wish}` : `8888${random.digits(12)}`
}

function qrisSettledFields({ random, wishes }: MethodInput): Record<string, unknown> {
  if (wishes.acquirer === 'airpay shopee') {
    return {
      issuer: 'airpay shopee',
      transaction_type: 'on-us',
      shopeepay_reference_number: random.digits(18),
      reference_id: random.code(20),
    }
  }
  return { issuer: 'dana', transaction_type: 'off-us', merchant_cross_reference_id: random.uuid() }
}
