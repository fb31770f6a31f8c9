import { parseArgs } from 'node:util'
import type { PriceExplanation } from '../../pricing/price-view.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { both, safeText, wib, type Words } from '../sync/words.ts'
import { amount } from './amounts.ts'
import type { PricesCall } from './prices-command.ts'

const STEP_WORDS: Record<PriceExplanation['trace'][number]['step'], Words> = {
  cost: ['modal', 'cost'],
  margin: ['margin', 'margin'],
  fixed: ['tambahan', 'plus'],
  floor: ['batas terendah', 'floor'],
  round: ['dibulatkan', 'rounded'],
}

const RULE_WORDS: Record<NonNullable<PriceExplanation['rule']>, Words> = {
  sku: ['SKU ini', 'this SKU'],
  product: ['produk', 'product'],
  category: ['kategori', 'category'],
  shop: ['toko', 'shop'],
  default: ['bawaan', 'default'],
}

/** Shows how the price of a SKU came about. */
export async function explainPrice({ app, args, terminal }: PricesCall): Promise<ExitCode> {
  const [sku, ...rest] = parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals
  if (sku === undefined || rest.length > 0) throw new UsageError('tulis / write: prices explain <sku>')
  const explained = await app.prices.explain(sku)
  if (explained === undefined) {
    terminal.tell(
      `✗ SKU ini tidak ada atau belum punya harga / no such SKU, or no price yet: ${safeText(sku)}`,
    )
    return EXIT.usage
  }
  for (const line of explanation(explained)) terminal.print(line)
  return EXIT.ok
}

function explanation({
  sku,
  retail,
  floor,
  sellable,
  handSet,
  rule,
  trace,
  pricedAt,
}: PriceExplanation): string[] {
  const steps = trace.map(
    ({ step, amount: reached, note }) => `  ${both(STEP_WORDS[step])}: ${amount(reached)}  (${note})`,
  )
  return [
    `${sku}: ${amount(retail)}  ${wib(pricedAt)}`,
    ...(rule === null ? [] : [`  aturan/rule: ${both(RULE_WORDS[rule])}`]),
    ...steps,
    `  paling rendah/at least: ${amount(floor)}`,
    ...(handSet ? ['  harga tangan, bukan dari aturan / set by hand, not by the rule'] : []),
    ...(sellable ? [] : ['  tidak dijual: di bawah batas / not for sale: below its floor']),
  ]
}
