import { parseArgs } from 'node:util'
import type { NamedTarget, PreviewedPrice, PreviewRequest, PricePreview } from '../../pricing/price-view.ts'
import { EXIT, UsageError, type ExitCode } from '../command.ts'
import { readLimit } from '../sync/list-runs.ts'
import { grouped, safeText } from '../sync/words.ts'
import { moved } from './amounts.ts'
import type { PricesCall } from './prices-command.ts'

/** Prices shown when nothing is said, and at most. */
const USUAL = 50
const MOST = 10_000

const RULE_USAGE =
  'prices preview rule <shop | category <slug> | product <slug> | sku <code>> --margin <%> --plus <Rp> --round <Rp> --floor <Rp>'
const COST_USAGE = 'prices preview cost <sku>=<Rp> …'

const FLAGS = {
  margin: { type: 'string' },
  plus: { type: 'string' },
  round: { type: 'string' },
  floor: { type: 'string' },
  limit: { type: 'string' },
} as const

/** Shows what a rule or new costs would do to prices; nothing is written. */
export async function previewPrices({ app, args, terminal }: PricesCall): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true })
  const [kind, ...words] = positionals
  const limit = readLimit(values.limit, USUAL, MOST)
  if (kind !== 'rule' && kind !== 'cost')
    throw new UsageError(`tulis / write: ${RULE_USAGE}, atau / or: ${COST_USAGE}`)
  const request = kind === 'rule' ? ruleOf(words, values) : costsOf(words, values)
  const preview = await app.prices.preview(request, limit)
  if (preview.ok) {
    for (const price of preview.value.prices) terminal.print(priceLine(price))
    for (const line of totals(preview.value)) terminal.tell(line)
    return EXIT.ok
  }
  const { error } = preview
  if (error.code === 'sku_unknown')
    terminal.tell(`✗ Tidak ada SKU ini / no such SKU: ${error.skus.map(safeText).join(', ')}`)
  else terminal.tell(`✗ ${REFUSALS[error.code]}`)
  return EXIT.usage
}

const REFUSALS = {
  rule_invalid:
    'Nilai aturan terlalu besar atau terlalu kecil. A value of the rule is too large or too small.',
  cost_invalid: 'Modal harus rupiah bulat di atas 0. A cost is whole rupiah above 0.',
  target_unknown: 'Tidak ada kategori, produk atau SKU ini. There is no such category, product or SKU.',
} as const

type Values = Partial<Record<keyof typeof FLAGS, string>>

function ruleOf(words: readonly string[], values: Values): PreviewRequest {
  const rule = {
    marginBps: readPercent(values.margin),
    marginFixed: readRupiah(values.plus, '--plus'),
    roundTo: readRupiah(values.round, '--round'),
    marginFloor: readRupiah(values.floor, '--floor'),
  }
  return { kind: 'rule', target: targetOf(words), rule }
}

function targetOf([scope, name, ...rest]: readonly string[]): NamedTarget {
  if (scope === 'shop' && name === undefined) return { scope }
  const isNamed = scope === 'category' || scope === 'product' || scope === 'sku'
  if (!isNamed || name === undefined || rest.length > 0) throw new UsageError(`tulis / write: ${RULE_USAGE}`)
  return { scope, name }
}

function costsOf(words: readonly string[], { limit: _, ...values }: Values): PreviewRequest {
  const costs = words.map((word) => {
    const [, sku, cost] = /^([^=]+)=(\d{1,11})$/.exec(word) ?? []
    if (sku === undefined || cost === undefined)
      throw new UsageError(`tulis / write: ${COST_USAGE}, contoh / example: ML-86=20000`)
    return { sku, cost: Number(cost) }
  })
  if (costs.length === 0 || Object.keys(values).length > 0)
    throw new UsageError(`tulis / write: ${COST_USAGE}`)
  return { kind: 'costs', costs }
}

/** A percentage with up to two decimals, in hundredths of a percent. */
function readPercent(text: string | undefined): number {
  const [, whole, decimals = ''] = /^(\d{1,4})(?:[.,](\d{1,2}))?%?$/.exec(text ?? '') ?? []
  if (whole === undefined) throw new UsageError('--margin 6 … 6,5 …; lihat / see: prices --help')
  return Number(whole) * 100 + Number(decimals.padEnd(2, '0'))
}

function readRupiah(text: string | undefined, flag: string): number {
  if (text === undefined || !/^\d{1,11}$/.test(text))
    throw new UsageError(`${flag} <Rp>: rupiah bulat / whole rupiah; lihat / see: prices --help`)
  return Number(text)
}

function priceLine({
  sku,
  oldCost,
  newCost,
  oldRetail,
  newRetail,
  handSet,
  sellable,
}: PreviewedPrice): string {
  return [
    sku,
    moved(oldRetail, newRetail),
    `modal/cost ${moved(oldCost, newCost)}`,
    ...(handSet ? ['tangan/hand'] : []),
    ...(sellable ? [] : ['tidak dijual: di bawah batas / not for sale: below its floor']),
  ].join('  ')
}

function totals({ total, raised, lowered, unsellable, prices }: PricePreview): string[] {
  if (total === 0) return ['Tidak ada harga yang akan berubah. No price would change.']
  return [
    `${grouped(total)} akan berubah/would change: ${grouped(raised)} naik/up, ${grouped(lowered)} turun/down, ${grouped(unsellable)} tidak dijual/not for sale`,
    ...(prices.length < total ? [`… ${prices.length} ditampilkan/shown: --limit ${MOST}`] : []),
    'Tidak ada yang ditulis. Nothing was written.',
  ]
}
