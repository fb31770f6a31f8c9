import { parseArgs } from 'node:util'
import type { MethodChange } from '../../payments/method-view.ts'
import type { MethodCost } from '../../payments/ports.ts'
import { UsageError } from '../command.ts'

const BPS_PER_PERCENT = 100

/** What `methods set` is to change. Throws a usage error for words that mean nothing, and for none at all. */
export function readChange(args: readonly string[]): MethodChange {
  const { values } = parseArgs({
    args: [...args],
    options: {
      position: { type: 'string' },
      min: { type: 'string' },
      max: { type: 'string' },
      cost: { type: 'string' },
      fee: { type: 'string' },
    },
  })
  const { position, min, max, cost, fee } = values
  const change: MethodChange = {
    ...(position === undefined ? {} : { position: whole('--position', position) }),
    ...(min === undefined ? {} : { minimum: whole('--min', min) }),
    ...(max === undefined ? {} : { maximum: whole('--max', max) }),
    ...(cost === undefined ? {} : { cost: readCost(cost) }),
    ...(fee === undefined ? {} : { buyerPaysCost: bearer(fee) }),
  }
  if (Object.keys(change).length === 0)
    throw new UsageError('sebut yang diubah / name what is to change: --position --min --max --cost --fee')
  return change
}

function whole(name: string, text: string): number {
  const digits = text.replaceAll('.', '')
  if (!/^\d{1,12}$/.test(digits)) throw new UsageError(`${name}: angka bulat / a whole number, not ${text}`)
  return Number(digits)
}

/** `4000+0,7`: rupiah and percent, either alone allowed as `4000` or `0,7%`. */
function readCost(text: string): MethodCost {
  const match = /^(?:(\d{1,9})(?:\+|$))?(?:(\d{1,2})(?:[.,](\d{1,2}))?%?)?$/.exec(text)
  const isPercentOnly = /^\d{1,2}(?:[.,]\d{1,2})?%$/.test(text)
  const parts = isPercentOnly ? /^()(\d{1,2})(?:[.,](\d{1,2}))?%$/.exec(text) : match
  if (parts === null || text === '') throw new UsageError(`--cost 4000+0,7: ${text}?`)
  const [, fixed = '', percent = '0', hundredths = ''] = parts
  return {
    fixed: fixed === '' ? 0 : Number(fixed),
    bps: Number(percent) * BPS_PER_PERCENT + Number(hundredths.padEnd(2, '0')),
  }
}

function bearer(text: string): boolean {
  if (text !== 'buyer' && text !== 'shop') throw new UsageError('--fee buyer | shop')
  return text === 'buyer'
}
