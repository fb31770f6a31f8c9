import type { MethodCost, MethodGroup } from './ports.ts'

/** A way to pay as an operator sees and sets it. */
export type MethodSetting = {
  method: string
  gateway: string
  label: string
  group: MethodGroup
  enabled: boolean
  /** Place in the list, from 1. */
  position: number
  minimum: number
  maximum: number
  /** What the gateway keeps of each payment. */
  cost: MethodCost
  /** Whether the buyer pays it on top; never for QRIS. */
  buyerPaysCost: boolean
  /** Payments and what was really kept of them in the last 30 days. */
  lately: { payments: number; received: number; kept: number }
}

/** What an operator may change of a way to pay. */
export type MethodChange = Partial<
  Pick<MethodSetting, 'enabled' | 'position' | 'minimum' | 'maximum' | 'cost' | 'buyerPaysCost'>
>

/** Why it was not changed. `qris_fee`: charging the buyer for QRIS is forbidden. @see payments.md 3.4 */
export type MethodRefusal = { code: 'method_unknown' | 'qris_fee' | 'invalid_request'; detail: string }
