/** Which fields an order answer of the channel carries. @see payments.md 2.4 */
export type ChannelGroup = 'qris' | 'va' | 'ewallet' | 'retail'

/** A channel with what Tokopay keeps of a payment: whole rupiah plus basis points, rounded up. */
export type Channel = { code: string; label: string; group: ChannelGroup; fixed: number; bps: number }

/** The ceiling of one QRIS payment. @see payments.md 3.4 */
export const MAX_QRIS = 10_000_000

const VA_FEE = { fixed: 2_500, bps: 0 }
const EWALLET_FEE = { fixed: 0, bps: 300 }
const RETAIL_FEE = { fixed: 3_500, bps: 0 }

const CHANNELS: readonly Channel[] = [
  { code: 'QRIS', label: 'QRIS', group: 'qris', fixed: 100, bps: 70 },
  { code: 'QRISREALTIME', label: 'QRIS', group: 'qris', fixed: 0, bps: 170 },
  { code: 'QRIS_REALTIME_NOBU', label: 'QRIS', group: 'qris', fixed: 0, bps: 170 },
  { code: 'BRIVA', label: 'BRI Virtual Account', group: 'va', fixed: 1_900, bps: 0 },
  { code: 'BNIVA', label: 'BNI Virtual Account', group: 'va', ...VA_FEE },
  { code: 'BSIVA', label: 'BSI Virtual Account', group: 'va', ...VA_FEE },
  { code: 'BCAVA', label: 'BCA Virtual Account', group: 'va', ...VA_FEE },
  { code: 'MANDIRIVA', label: 'Mandiri Virtual Account', group: 'va', ...VA_FEE },
  { code: 'PERMATAVA', label: 'Permata Virtual Account', group: 'va', ...VA_FEE },
  { code: 'CIMBVA', label: 'CIMB Niaga Virtual Account', group: 'va', ...VA_FEE },
  { code: 'DANAMONVA', label: 'Danamon Virtual Account', group: 'va', ...VA_FEE },
  { code: 'DANA', label: 'DANA', group: 'ewallet', ...EWALLET_FEE },
  { code: 'OVO', label: 'OVO', group: 'ewallet', ...EWALLET_FEE },
  { code: 'GOPAY', label: 'GoPay', group: 'ewallet', ...EWALLET_FEE },
  { code: 'SHOPEEPAY', label: 'ShopeePay', group: 'ewallet', ...EWALLET_FEE },
  { code: 'LINKAJA', label: 'LinkAja', group: 'ewallet', ...EWALLET_FEE },
  { code: 'ALFAMART', label: 'Alfamart', group: 'retail', ...RETAIL_FEE },
  { code: 'INDOMARET', label: 'Indomaret', group: 'retail', ...RETAIL_FEE },
]

/** Returns the channel of a code, or undefined when the account does not have it. */
export function findChannel(code: string): Channel | undefined {
  return CHANNELS.find((channel) => channel.code === code)
}

/** Returns what Tokopay keeps of a payment of this size. */
export function feeOf({ fixed, bps }: Channel, amount: number): number {
  return fixed + Math.ceil((amount * bps) / 10_000)
}
