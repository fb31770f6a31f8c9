import type { GatewayMethod, MethodCost, MethodGroup } from '../../payments/ports.ts'

/** A way to pay through Tokopay with its channel code there. */
export type Channel = { code: string; bank?: string; method: GatewayMethod }

type Group = Pick<GatewayMethod, 'minimum' | 'maximum' | 'confirmSeconds'> & { group: MethodGroup }

/** Ten million is the ceiling of one QRIS payment. @see payments.md 3.4 */
const QRIS: Group = { group: 'qris', minimum: 1_000, maximum: 10_000_000, confirmSeconds: 30 }
/** Limits of the other groups are not published: these are cautious, and an operator may correct them. */
const WALLET: Group = { group: 'ewallet', minimum: 1_000, maximum: 10_000_000, confirmSeconds: 30 }
const ACCOUNT: Group = {
  group: 'virtual_account',
  minimum: 10_000,
  maximum: 50_000_000,
  confirmSeconds: 60,
}
const STORE: Group = { group: 'retail', minimum: 10_000, maximum: 5_000_000, confirmSeconds: 300 }

/** Seen fees only: QRIS, QRISREALTIME, BRIVA, GoPay and ShopeePay; the rest is a guess from those. @see payments.md 2.6 */
const WALLET_COST: MethodCost = { fixed: 0, bps: 300 }
const ACCOUNT_COST: MethodCost = { fixed: 2_500, bps: 0 }
const STORE_COST: MethodCost = { fixed: 3_500, bps: 0 }

/** Which channels an account has is decided at Tokopay: one that is closed there refuses to open. */
export const CHANNELS: readonly Channel[] = [
  channel('QRIS', QRIS, 'qris', 'QRIS', { cost: { fixed: 100, bps: 70 }, onByDefault: true }),
  channel('QRISREALTIME', QRIS, 'qris_realtime', 'QRIS (dana langsung)', {
    labelEn: 'QRIS (settled at once)',
    cost: { fixed: 0, bps: 170 },
  }),
  account('BRIVA', 'bri', 'BRI', { cost: { fixed: 1_900, bps: 0 }, onByDefault: true }),
  account('BNIVA', 'bni', 'BNI'),
  account('BCAVA', 'bca', 'BCA'),
  account('MANDIRIVA', 'mandiri', 'Mandiri'),
  account('PERMATAVA', 'permata', 'Permata'),
  account('CIMBVA', 'cimb', 'CIMB Niaga'),
  channel('DANA', WALLET, 'dana', 'DANA', { cost: WALLET_COST }),
  channel('OVO', WALLET, 'ovo', 'OVO', { cost: WALLET_COST }),
  channel('SHOPEEPAY', WALLET, 'shopeepay', 'ShopeePay', { cost: WALLET_COST }),
  channel('GOPAY', WALLET, 'gopay', 'GoPay', { cost: WALLET_COST }),
  channel('LINKAJA', WALLET, 'linkaja', 'LinkAja', { cost: WALLET_COST }),
  channel('ALFAMART', STORE, 'alfamart', 'Alfamart', { cost: STORE_COST }),
  channel('INDOMARET', STORE, 'indomaret', 'Indomaret', { cost: STORE_COST }),
]

const BY_METHOD = new Map(CHANNELS.map((known) => [known.method.method, known]))

/** The channel behind a method of ours. Throws for a method that is not Tokopay's. */
export function channelOf(method: string): Channel {
  const known = BY_METHOD.get(method)
  if (known === undefined) throw new RangeError(`not a method of Tokopay: ${method}`)
  return known
}

type Details = { cost: MethodCost; labelEn?: string; onByDefault?: boolean }

function channel(code: string, group: Group, name: string, label: string, details: Details): Channel {
  return {
    code,
    method: {
      method: `tokopay_${name}`,
      label,
      labelEn: label,
      refunds: 'none',
      onByDefault: false,
      ...group,
      ...details,
    },
  }
}

function account(code: string, bank: string, label: string, details: Partial<Details> = {}): Channel {
  const name = `Virtual Account ${label}`
  const labelEn = `${label} virtual account`
  return { ...channel(code, ACCOUNT, `${bank}_va`, name, { cost: ACCOUNT_COST, labelEn, ...details }), bank }
}
