import { checkAccess, textOf, type Refusal, type RequestFields } from './access.ts'
import type { Digiflazz } from './digiflazz-state.ts'

const FILTERS = ['category', 'brand', 'type'] as const

/**
 * Returns the rows asked for, or a refusal. Whole and filtered lists share one limit per kind, single codes have their
 * own; over it the refusal takes the place of the list. @see suppliers.md 2.3
 */
export function priceList(df: Digiflazz, fields: RequestFields, peer: string): unknown[] | Refusal {
  const access = checkAccess(df, fields, { suffix: 'pricelist', peer })
  if (typeof access !== 'string') return access
  const cmd = textOf(fields, 'cmd')
  if (cmd !== 'prepaid' && cmd !== 'pasca') return { rc: '40', message: 'Payload Error' }
  const code = textOf(fields, 'code')
  if (isOverLimit(df, cmd, code)) {
    return {
      rc: '83',
      message: 'Anda telah mencapai limitasi pengecekan pricelist, silahkan coba beberapa saat lagi',
    }
  }
  if (df.settings.emptyList) return []
  const rows: Record<string, unknown>[] = cmd === 'prepaid' ? df.products : df.postpaid
  return rows
    .filter((row) => code === '' || row.buyer_sku_code === code)
    .filter((row) => FILTERS.every((name) => isWanted(row[name], textOf(fields, name))))
    .map((row) => (df.settings.amountsAs === 'string' ? withTextAmounts(row) : row))
}

function isOverLimit(df: Digiflazz, cmd: string, code: string): boolean {
  const { settings, lastRead, context } = df
  const [key, everyMs] = code === '' ? [cmd, settings.listEveryMs] : ['code', settings.codeEveryMs]
  const now = context.clock.now().getTime()
  const last = lastRead.get(key)
  if (last !== undefined && now - last < everyMs) return true
  lastRead.set(key, now)
  return false
}

function isWanted(value: unknown, wanted: string): boolean {
  return wanted === '' || (typeof value === 'string' && value.toLowerCase() === wanted.toLowerCase())
}

function withTextAmounts(row: Record<string, unknown>): Record<string, unknown> {
  const amounts = ['price', 'stock', 'admin', 'commission'].filter((name) => name in row)
  return { ...row, ...Object.fromEntries(amounts.map((name) => [name, String(row[name])])) }
}
