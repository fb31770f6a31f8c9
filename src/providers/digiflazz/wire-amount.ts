import * as z from 'zod'

const WHOLE_OR_DECIMAL = /^\d+(\.\d{1,2})?$/

/**
 * A number from a number or plain digits such as `20100` or `20100.00`; undefined when it is neither. `20.100` is
 * refused: read as a decimal, a price of twenty thousand rupiah would become one of twenty.
 */
export function parseNumber(value: number | string): number | undefined {
  const amount =
    typeof value === 'number' ? value : WHOLE_OR_DECIMAL.test(value.trim()) ? Number(value) : Number.NaN
  return Number.isFinite(amount) && Number.isSafeInteger(Math.ceil(amount)) ? amount : undefined
}

/** An amount on the supplier's wire: documented as text, mostly sent as a number. @see suppliers.md 2.3 */
export const wireNumber = z.union([z.number(), z.string()]).transform((value, context) => {
  const amount = parseNumber(value)
  if (amount !== undefined) return amount
  context.addIssue('not an amount')
  return z.NEVER
})

/** A text that some lists carry as a number: codes keep their digits. */
export const wireText = z.union([z.string(), z.number()]).transform(String)
