import { createHash } from 'node:crypto'
import type { DemoStock } from './demo-products.ts'

const STOCK_COUNTS: Record<DemoStock, number> = { plenty: 200, some: 40, few: 4, none: 0 }

/**
 * Made-up codes of a SKU as CSV with a heading, always the same: importing them twice adds nothing. Each one starts
 * with `DEMO-`, so nobody takes it for a real one. Empty for a sold-out SKU.
 */
export function demoCodes(skuCode: string, stock: DemoStock): string {
  const count = STOCK_COUNTS[stock]
  if (count === 0) return ''
  const codes = Array.from({ length: count }, (_, index) => {
    const digest = createHash('sha256').update(`${skuCode}/${index}`).digest('hex').toUpperCase()
    return `DEMO-${skuCode}-${digest.slice(0, 4)}-${digest.slice(4, 8)}-${digest.slice(8, 12)}`
  })
  return `code\n${codes.join('\n')}\n`
}
