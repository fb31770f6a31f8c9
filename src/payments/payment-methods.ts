import { formatRupiah, MAX_RUPIAH } from '#shared/money.ts'
import type { GatewayMethod, MethodCost, MethodGroup, PaymentGateway } from './ports.ts'

/** What of the enabled gateways decides about methods. */
export type Offering = ReadonlyMap<string, Pick<PaymentGateway, 'id' | 'methods'>>

/** What an operator changed of a way to pay, as far as buyers may know it; null is as the gateway has it. */
export type StoredMethod = {
  method: string
  enabled: boolean | null
  position: number | null
  minimum: number | null
  maximum: number | null
  buyerPaysCost: boolean
  buyerFeeFixed: number | null
  buyerFeeBps: number | null
}

/** A way to pay as it stands now: the gateway's own terms with the operator's changes. */
export type PaymentMethod = Pick<
  GatewayMethod,
  'method' | 'label' | 'labelEn' | 'group' | 'minimum' | 'maximum' | 'confirmSeconds'
> & {
  gateway: string
  enabled: boolean
  /** What the buyer pays on top; null when it is the shop's to bear. */
  buyerCost: MethodCost | null
}

/** A way to pay, offered for a total. */
export type OfferedMethod = {
  method: string
  label: string
  labelEn: string
  group: MethodGroup
  confirmSeconds: number
  fee: number
  total: number
  enabled: boolean
  reason?: string
  reasonEn?: string
}

/** Groups whose buyers may not be charged for their way to pay: QRIS, and pages that offer it among others. */
const FREE_FOR_BUYERS: ReadonlySet<MethodGroup> = new Set<MethodGroup>(['qris', 'page'])

/** Whether the buyer may be charged for a way to pay. @see payments.md 3.4 */
export function mayChargeBuyer({ method, group }: Pick<GatewayMethod, 'method' | 'group'>): boolean {
  return !FREE_FOR_BUYERS.has(group) && !method.includes('qris')
}

/** Every way to pay of the enabled gateways in the operator's order, switched off ones included. */
export function mergeMethods(gateways: Offering, stored: readonly StoredMethod[]): PaymentMethod[] {
  const changes = new Map(stored.map((change) => [change.method, change]))
  const own = [...gateways.values()].flatMap((gateway) =>
    gateway.methods.map((method) => ({ method, gateway: gateway.id })),
  )
  return own
    .map(({ method, gateway }, index) => {
      const change = changes.get(method.method)
      return { place: change?.position ?? index + 1, index, merged: merge(method, gateway, change) }
    })
    .sort((one, other) => one.place - other.place || one.index - other.index)
    .map(({ merged }) => merged)
}

function merge(own: GatewayMethod, gateway: string, change: StoredMethod | undefined): PaymentMethod {
  const { method, label, labelEn, group, confirmSeconds } = own
  const fee = { fixed: change?.buyerFeeFixed ?? own.cost.fixed, bps: change?.buyerFeeBps ?? own.cost.bps }
  return {
    method,
    gateway,
    label,
    labelEn,
    group,
    confirmSeconds,
    enabled: change?.enabled ?? own.onByDefault,
    minimum: change?.minimum ?? own.minimum,
    maximum: Math.min(mostOf(own), change?.maximum ?? own.maximum),
    buyerCost: change?.buyerPaysCost === true && mayChargeBuyer(own) ? fee : null,
  }
}

/**
 * The most that an operator may allow. Gateways agree on limits with each shop, so theirs are only a start; the ceiling of
 * a QRIS payment is the regulator's. @see payments.md 3.4
 */
export function mostOf({ group, maximum }: Pick<GatewayMethod, 'group' | 'maximum'>): number {
  return group === 'qris' ? maximum : MAX_RUPIAH
}

/** The ways to pay `base` rupiah that are switched on, each with what it costs the buyer. */
export function offerMethods(methods: readonly PaymentMethod[], base: number): OfferedMethod[] {
  return methods.filter((method) => method.enabled).map((method) => offer(method, base))
}

function offer(paid: PaymentMethod, base: number): OfferedMethod {
  const { method, label, labelEn, group, confirmSeconds } = paid
  const fee = paid.buyerCost === null ? 0 : feeCovering(base, paid.buyerCost)
  const reasons = refusal(base + fee, paid)
  return {
    method,
    label,
    labelEn,
    group,
    confirmSeconds,
    fee,
    total: base + fee,
    enabled: reasons === undefined,
    ...reasons,
  }
}

const WHOLE_BPS = 10_000n

/**
 * The least fee that leaves `base` after the gateway kept its cost of `base` plus fee. Rounded up to the rupiah: what is
 * missing would be the shop's.
 */
export function feeCovering(base: number, { fixed, bps }: MethodCost): number {
  const share = WHOLE_BPS - BigInt(bps)
  const needed = BigInt(base) * BigInt(bps) + BigInt(fixed) * WHOLE_BPS
  return Number((needed + share - 1n) / share)
}

function refusal(
  total: number,
  { minimum, maximum }: Pick<PaymentMethod, 'minimum' | 'maximum'>,
): { reason: string; reasonEn: string } | undefined {
  if (total < minimum)
    return {
      reason: `Pembayaran ini tersedia mulai ${formatRupiah(minimum)}.`,
      reasonEn: `This way to pay starts at ${formatRupiah(minimum)}.`,
    }
  if (total > maximum)
    return {
      reason: `Pembayaran ini tersedia sampai ${formatRupiah(maximum)}.`,
      reasonEn: `This way to pay ends at ${formatRupiah(maximum)}.`,
    }
  return undefined
}
