import type { TargetForm } from '../../fulfilment/ports.ts'

const JOINS = /gabung|digabung|user_?\s?id\s*(dan|\+|&)\s*zone|id\s*(dan|\+|&)\s*(zone|server)/i
const BAR = /user_?\s?id\s*\|\s*(zone|server)|id\s*\|\s*(zone|server)|tanda\s*\||pemisah\s*["'(]?\|/i

/**
 * How a row wants account and zone in its one customer number, by its description: with a bar when it shows one, else
 * joined without anything between when it speaks of joining. A row that says neither takes no zone; it is then not
 * bought for an account that has one. @see suppliers.md 2.3, 4
 */
export function readTargetForm(description: string): TargetForm {
  if (BAR.test(description)) return 'piped'
  return JOINS.test(description) ? 'joined' : 'single'
}
