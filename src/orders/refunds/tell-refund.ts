import type { Tx } from '#platform/database.ts'
import { publish } from '#platform/outbox.ts'
import type { SurplusWord } from './surplus-word.ts'

/** A refund as its news tell it; `id` names what went back, once. */
export type RefundToTell = { id: string; orderId: string; amount: number }

/** Announces that a refund has reached the buyer's side, whoever found out first; once per refund. */
export async function tellRefundDone(tx: Tx, refund: RefundToTell): Promise<void> {
  await tell(tx, 'refund.done', refund)
}

/** Announces that a person has to send a refund and must be told where to; once per refund. */
export async function tellRefundNeedsAccount(tx: Tx, refund: RefundToTell): Promise<void> {
  await tell(tx, 'refund.needs_account', refund)
}

async function tell(tx: Tx, kind: string, { id, orderId, amount }: RefundToTell): Promise<void> {
  await publish(tx, { kind, key: `${kind}:${id}`, orderId, data: { amount } })
}

/** Announces money that does not fit its order. `key` names when it was found; the same once more is not told. */
export async function tellSurplus(
  tx: Tx,
  surplus: { key: string; orderId: string; kind: SurplusWord; amount: number },
): Promise<void> {
  const { key, orderId, kind, amount } = surplus
  const event = 'payment.surplus'
  await publish(tx, { kind: event, key: `${event}:${key}`, orderId, data: { kind, amount } })
}
