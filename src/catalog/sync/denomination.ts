import { foldWords } from '../product-search.ts'
import type { Denomination } from '../game-registry.ts'

/** What a supplier's row name says. `key` is the end of the SKU code; `position` orders tiles. */
export type ReadDenomination = { key: string; name: string; group: string | null; position: number }

/** Counted tiles come first, by amount; named ones follow. */
const MAX_AMOUNT_POSITION = 900_000_000
const PASS_POSITION = 1_000_000_000
const NAMED_POSITION = 1_500_000_000
/** With the longest prefix this stays within a SKU code. */
const MAX_KEY = 36
const MAX_NAME = 120

const CURRENCY_WORDS = new Set(['rp', 'idr', 'rupiah'])
const PASS_WORDS = new Set([
  'pass',
  'membership',
  'member',
  'weekly',
  'monthly',
  'mingguan',
  'bulanan',
  'starlight',
  'twilight',
  'blessing',
  'card',
  'subscription',
  'langganan',
])
const DATA_WORDS = new Set(['data', 'gb', 'mb', 'kuota', 'internet'])
const CALL_WORDS = new Set(['nelpon', 'telepon', 'sms', 'menit'])

/**
 * Reads a row name such as `86 Diamonds`, `275 + 25 Diamonds`, `Telkomsel 10.000` or `Weekly Diamond Pass`. Names
 * that mean the same get the same key: bonus notes, separators and the product's own name do not count.
 */
export function readDenomination(
  rowName: string,
  productNames: readonly string[],
  known: readonly Denomination[],
): ReadDenomination {
  const plain = rowName
    .replace(/\([^)]*(\+|bonus)[^)]*\)/gi, ' ')
    .replace(/(?<=\d)[.,](?=\d{3}(?!\d))/g, '')
    .trim()
  const words = withoutStart(foldWords(plain.replaceAll('+', ' plus ')), productNames)
  const counted = readAmount(words)
  if (counted !== undefined) {
    // An amount in rupiah is a voucher's face value: `Rp 50.000` of a game is not 50.000 of its diamonds.
    const match = known.find(
      (denomination) =>
        counted.unit.every((word) => denomination.words.includes(word)) &&
        (!counted.isRupiah || denomination.words.includes('rp')),
    )
    if (match !== undefined) {
      return {
        key: `${counted.amount}${match.suffix ?? ''}`,
        name: match.label.replace('{n}', grouped(counted.amount)),
        group: match.group,
        position: Math.min(counted.amount, MAX_AMOUNT_POSITION),
      }
    }
  }
  return readNamed(words, rowName, counted)
}

function readAmount(words: string[]): { amount: number; unit: string[]; isRupiah: boolean } | undefined {
  const isRupiah = CURRENCY_WORDS.has(words[0] ?? '')
  const rest = isRupiah ? words.slice(1) : [...words]
  let amount = 0
  while (/^\d{1,9}$/.test(rest[0] ?? '')) {
    amount += Number(rest.shift())
    if (rest[0] === 'plus' && /^\d{1,9}$/.test(rest[1] ?? '')) rest.shift()
    else break
  }
  const unit = rest[0] === 'bonus' ? rest.slice(1) : rest
  return amount > 0 ? { amount, unit, isRupiah } : undefined
}

function readNamed(
  words: string[],
  shown: string,
  counted: { amount: number } | undefined,
): ReadDenomination {
  const key =
    (words.length > 0 ? words : foldWords(shown))
      .join('-')
      .toUpperCase()
      .replace(/[^A-Z0-9-]/g, '') || 'LAIN'
  const group = groupOf(words)
  const base = group === 'Pass' ? PASS_POSITION : counted === undefined ? NAMED_POSITION : 0
  const shortened = key.length <= MAX_KEY ? key : `${key.slice(0, MAX_KEY - 7)}-${shortHash(key)}`
  return {
    key: shortened,
    name: shown.replace(/\s+/g, ' ').trim().slice(0, MAX_NAME),
    group,
    position: base + Math.min(counted?.amount ?? 0, MAX_AMOUNT_POSITION),
  }
}

function groupOf(words: string[]): string | null {
  if (words.some((word) => PASS_WORDS.has(word))) return 'Pass'
  if (words.some((word) => DATA_WORDS.has(word))) return 'Paket data'
  if (words.some((word) => CALL_WORDS.has(word))) return 'Telepon & SMS'
  return null
}

/** The words without a leading product name, unless nothing would be left. */
function withoutStart(words: string[], names: readonly string[]): string[] {
  const candidates = names.map((name) => name.split(' ')).sort((one, other) => other.length - one.length)
  const start = candidates.find((name) => name.every((word, index) => words[index] === word))
  return start === undefined || start.length === words.length ? words : words.slice(start.length)
}

/** `12345` → `12.345`, as Indonesian readers write it. */
function grouped(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, '.')
}

/** Six characters that tell long names apart; not for security. */
export function shortHash(text: string): string {
  let hash = 2_166_136_261
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0
  return hash.toString(36).toUpperCase().padStart(6, '0').slice(-6)
}
