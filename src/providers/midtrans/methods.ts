import type { GatewayMethod } from '../../payments/ports.ts'

/** How a method of our own is charged: what stands in the request beside the order. @see payments.md 1.4 */
export type Charge =
  | { type: 'qris' }
  | { type: 'gopay' }
  | { type: 'bank_transfer'; bank: string }
  | { type: 'echannel' }
  | { type: 'cstore'; store: string }

type Details = Pick<GatewayMethod, 'method' | 'label'> & Partial<GatewayMethod>

/** Settlements are told within twenty seconds; a cashier's system takes minutes. @see payments.md 1.6 */
const CONFIRM_SECONDS = 20
const CONFIRM_SECONDS_STORE = 300

/** The page of Midtrans, on which the buyer chooses a method there. */
export const SNAP_METHOD: GatewayMethod = {
  method: 'midtrans',
  label: 'QRIS, e-wallet, transfer bank, kartu',
  labelEn: 'QRIS, e-wallet, bank transfer, card',
  group: 'page',
  // Below this most methods of the page refuse, and it would open with an empty list.
  minimum: 1_000,
  // The largest virtual accounts; the page itself hides methods whose own limit is lower (QRIS: ten million).
  maximum: 100_000_000,
  confirmSeconds: CONFIRM_SECONDS,
  refunds: 'partial',
  // The dearest usual method of the page; what was really kept depends on the buyer's choice.
  cost: { fixed: 0, bps: 200 },
  onByDefault: true,
}

/** The methods that we draw ourselves, each with its charge. Costs are list prices; an operator corrects them. */
const CHARGED: readonly { method: GatewayMethod; charge: Charge }[] = [
  {
    method: wallet({
      method: 'midtrans_qris',
      label: 'QRIS',
      group: 'qris',
      cost: { fixed: 0, bps: 70 },
      onByDefault: true,
    }),
    charge: { type: 'qris' },
  },
  { method: wallet({ method: 'midtrans_gopay', label: 'GoPay' }), charge: { type: 'gopay' } },
  bank('bca', 'BCA', { onByDefault: true }),
  bank('bni', 'BNI'),
  bank('bri', 'BRI'),
  bank('permata', 'Permata'),
  {
    method: account({
      method: 'midtrans_mandiri_bill',
      label: 'Mandiri Bill Payment',
      labelEn: 'Mandiri bill payment',
    }),
    charge: { type: 'echannel' },
  },
  store('indomaret', 'Indomaret'),
  store('alfamart', 'Alfamart'),
]

const CHARGES = new Map(CHARGED.map(({ method, charge }) => [method.method, charge]))

/** Every method of this gateway, the page first. */
export const METHODS: readonly GatewayMethod[] = [SNAP_METHOD, ...CHARGED.map(({ method }) => method)]

/** How a method is charged; undefined for the page. Throws for a method that is not of this gateway. */
export function chargeOf(method: string): Charge | undefined {
  const charge = CHARGES.get(method)
  if (charge === undefined && method !== SNAP_METHOD.method)
    throw new RangeError(`not a method of Midtrans: ${method}`)
  return charge
}

/** Ten million is the ceiling of one QRIS payment; a wallet that was not verified holds less. @see payments.md 3.4 */
function wallet(details: Details): GatewayMethod {
  return {
    labelEn: details.label,
    group: 'ewallet',
    minimum: 1_000,
    maximum: 10_000_000,
    confirmSeconds: CONFIRM_SECONDS,
    refunds: 'partial',
    cost: { fixed: 0, bps: 200 },
    onByDefault: false,
    ...details,
  }
}

/** Accounts and stores cannot give money back. @see payments.md 1.5 */
function account(details: Details): GatewayMethod {
  return {
    labelEn: details.label,
    group: 'virtual_account',
    minimum: 10_000,
    maximum: 50_000_000,
    confirmSeconds: CONFIRM_SECONDS,
    refunds: 'none',
    cost: { fixed: 4_000, bps: 0 },
    onByDefault: false,
    ...details,
  }
}

function bank(code: string, name: string, details: Partial<GatewayMethod> = {}): (typeof CHARGED)[number] {
  return {
    method: account({
      method: `midtrans_${code}_va`,
      label: `Virtual Account ${name}`,
      labelEn: `${name} virtual account`,
      ...details,
    }),
    charge: { type: 'bank_transfer', bank: code },
  }
}

function store(code: string, label: string): (typeof CHARGED)[number] {
  return {
    method: account({
      method: `midtrans_${code}`,
      label,
      group: 'retail',
      maximum: 5_000_000,
      confirmSeconds: CONFIRM_SECONDS_STORE,
      cost: { fixed: 5_000, bps: 0 },
    }),
    charge: { type: 'cstore', store: code },
  }
}
