import { foldWords } from '../product-search.ts'
import type { Denomination } from '../game-registry.ts'

/** What a supplier's row name says. `key` is the end of the SKU code; `position` orders tiles. */
export type ReadDenomination = { key: string; name: string; group: string | null; position: number }

/** Counted tiles come first, by amount; named ones follow. */
const MAX_AMOUNT_POSITION = 900_000_000
const PASS_POSITION = 1_000_000_000
const NAMED_POSITION = 1_500_000_000
/** Keeps passes before other named tiles, and all within an integer column. */
const MAX_RANK = 499_999_999
/** With the longest prefix this stays within a SKU code. */
const MAX_KEY = 36
const MAX_NAME = 120
const MAX_GROUP = 40

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
  return readNamed(words, rowName, counted, known)
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
  known: readonly Denomination[],
): ReadDenomination {
  const key =
    (words.length > 0 ? words : foldWords(shown))
      .join('-')
      .toUpperCase()
      .replace(/[^A-Z0-9-]/g, '') || 'LAIN'
  const group = (known.length === 0 ? planOf(shown) : null) ?? groupOf(words)
  const base = group === 'Pass' ? PASS_POSITION : counted === undefined ? NAMED_POSITION : 0
  const shortened = key.length <= MAX_KEY ? key : `${key.slice(0, MAX_KEY - 7)}-${shortHash(key)}`
  return {
    key: shortened,
    name: tidyName(shown).slice(0, MAX_NAME),
    group,
    position: base + Math.min(counted?.amount ?? rankOf(words), base === 0 ? MAX_AMOUNT_POSITION : MAX_RANK),
  }
}

/** `Sharing 3 Bulan` → `Sharing`: subscriptions stand together by kind, however long they run. */
function planOf(shown: string): string | null {
  const kind = /^\s*(\p{L}[\p{L} ]*?)\s+\d+\s+(bulan|hari|tahun|minggu)\s*$/iu.exec(shown)?.[1]
  return kind === undefined ? null : kind.slice(0, MAX_GROUP)
}

/** Orders named tiles by their numbers, the first one before the second: 5 GB for 7 days before 5 GB for 30. */
function rankOf(words: string[]): number {
  const numbers = words.flatMap((word) => /^(\d{1,7})x?$/.exec(word)?.[1] ?? []).map(Number)
  const [first = 0, second = 0] = numbers
  return numbers.length < 2 ? first : first * 1_000 + Math.min(second, 999)
}

/** A supplier's name with amounts written as the shop writes them: `Rp 50000` → `Rp50.000`, `1,050` → `1.050`. */
function tidyName(shown: string): string {
  return shown
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?<=\d)[.,](?=\d{3}(?!\d))/g, '')
    .replace(/\b(?:Rp|IDR)\.? ?(?=\d)/gi, 'Rp')
    .replace(/(?<![\p{L}\d.,-])\d{4,9}(?![\p{L}\d.,-])|(?<=Rp)\d{4,9}(?![\d.,])/gu, (digits) =>
      grouped(Number(digits)),
    )
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
