import * as z from 'zod'

const PLAIN = /^-?\d+$/
const DECIMAL = /^(-?\d+)[.,](\d{1,2})$/
const INDONESIAN = /^-?\d{1,3}(\.\d{3})+(,\d{1,2})?$/
const ENGLISH = /^-?\d{1,3}(,\d{3})+(\.\d{1,2})?$/

/**
 * Whole rupiah from a number or text such as `10250`, `1.234,56` or `1,234.56`; fractions are rounded up, as the
 * amount is a cost. Undefined when it is neither.
 */
export function parseAmount(value: number | string): number | undefined {
  const amount = typeof value === 'number' ? value : toNumber(value.trim())
  const whole = Math.ceil(amount)
  return Number.isSafeInteger(whole) ? whole : undefined
}

/** An amount on the supplier's wire. */
export const wireAmount = z.union([z.number(), z.string()]).transform((value, context) => {
  const amount = parseAmount(value)
  if (amount !== undefined) return amount
  context.addIssue('not an amount')
  return z.NEVER
})

/** A text that some answers carry as a number: ids and numbers keep their digits. */
export const wireText = z.union([z.string(), z.number()]).transform(String)

function toNumber(text: string): number {
  if (PLAIN.test(text)) return Number(text)
  if (INDONESIAN.test(text)) return Number(text.replaceAll('.', '').replace(',', '.'))
  if (ENGLISH.test(text)) return Number(text.replaceAll(',', ''))
  return DECIMAL.test(text) ? Number(text.replace(',', '.')) : Number.NaN
}
