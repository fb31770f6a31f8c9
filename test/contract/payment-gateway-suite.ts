import type { GatewayAttempt, GatewayOrder, PaymentFact } from '#payments'
import {
  asked,
  newOrder,
  opened,
  type Abilities,
  type GatewayHarness,
  type Shape,
} from './payment-gateway-harness.ts'

/** What the tests of one shape work with. */
export type Suite = {
  get: () => GatewayHarness
  abilities: Abilities
  shape: Shape
  /** An order of this shape with a reference that was never used. */
  order(change?: Partial<GatewayOrder>): GatewayOrder
  /** Opens a payment of this shape; throws when the gateway refuses. */
  open(change?: Partial<GatewayOrder>): Promise<GatewayAttempt>
  /** Opens one and pays it in full. */
  paid(method?: 'refundable' | 'not_refundable'): Promise<GatewayAttempt>
  /** What the gateway says about an attempt; throws when it does not answer. */
  ask(attempt: GatewayAttempt): Promise<PaymentFact>
}

/** The tools of the tests of one shape. */
export function suiteOf(get: () => GatewayHarness, abilities: Abilities, shape: Shape): Suite {
  const order = (change: Partial<GatewayOrder> = {}) => newOrder({ method: shape.method, ...change })
  const open = (change: Partial<GatewayOrder> = {}) => opened(get().gateway, order(change))
  return {
    get,
    abilities,
    shape,
    order,
    open,
    async paid(method = 'refundable') {
      const attempt = await open()
      await get().pay(attempt.reference, { method })
      return attempt
    },
    ask: (attempt) => asked(get().gateway, attempt),
  }
}
