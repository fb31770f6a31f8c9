import type { LineState, OrderState } from './order-view.ts'

/** Where an order may go from each state. The database holds the same table and checks history against it. */
export const ORDER_MOVES = {
  PENDING: ['WAITING_PAYMENT', 'PROCESSING', 'EXPIRED', 'CANCELLED'],
  WAITING_PAYMENT: ['PROCESSING', 'EXPIRED', 'CANCELLED'],
  EXPIRED: ['WAITING_PAYMENT', 'PROCESSING'],
  PROCESSING: ['SUCCESS', 'PARTIAL', 'FAILED'],
  FAILED: ['REFUNDED'],
  SUCCESS: [],
  PARTIAL: [],
  CANCELLED: [],
  REFUNDED: [],
} as const satisfies Record<OrderState, readonly OrderState[]>

/** Where an order line may go from each state. */
export const LINE_MOVES = {
  WAITING: ['PROCESSING', 'CANCELLED'],
  CANCELLED: ['WAITING'],
  PROCESSING: ['NEEDS_INPUT', 'DELIVERED', 'FAILED'],
  NEEDS_INPUT: ['PROCESSING', 'FAILED'],
  FAILED: ['REFUNDED'],
  DELIVERED: [],
  REFUNDED: [],
} as const satisfies Record<LineState, readonly LineState[]>

/** True when an order may go from one state to the other. */
export function orderMayMove(from: OrderState, to: OrderState): boolean {
  return (ORDER_MOVES[from] as readonly OrderState[]).includes(to)
}

/** True when a line may go from one state to the other. */
export function lineMayMove(from: LineState, to: LineState): boolean {
  return (LINE_MOVES[from] as readonly LineState[]).includes(to)
}

const FINISHED_LINES: readonly LineState[] = ['DELIVERED', 'FAILED', 'CANCELLED', 'REFUNDED']

/**
 * The state of a paid order that follows from its lines, or undefined while a line is still open.
 * `deliveredUnits` counts what the buyer received on lines that failed in part.
 */
export function orderStateOfLines(
  lines: readonly { state: LineState; deliveredUnits: number }[],
): 'SUCCESS' | 'PARTIAL' | 'FAILED' | undefined {
  if (lines.some((line) => !FINISHED_LINES.includes(line.state))) return undefined
  if (lines.every((line) => line.state === 'DELIVERED')) return 'SUCCESS'
  return lines.some((line) => line.deliveredUnits > 0) ? 'PARTIAL' : 'FAILED'
}
