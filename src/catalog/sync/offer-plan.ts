import { FIELD_SETS } from '../game-fields.ts'
import { REGISTRY, type CategorySlug, type RegistryEntry } from '../game-registry.ts'
import type { OfferRow } from '../ports.ts'
import { foldWords, searchWords } from '../product-search.ts'
import type { InputField } from '../service-view.ts'
import { readDenomination, shortHash } from './denomination.ts'

/** The product an offer belongs to, as it is created when the shop does not have it yet. */
export type ProductPlan = {
  key: string
  name: string
  publisher: string
  category: CategorySlug
  popularity: number
  inputFields: readonly InputField[]
  nicknameCode: string | null
  description: string
  descriptionEn: string
  notice: string | null
  noticeEn: string | null
  searchWords: string
}

/** The SKU an offer can fulfil. */
export type SkuPlan = { code: string; name: string; group: string | null; position: number }
export type OfferPlan = { product: ProductPlan; sku: SkuPlan }

/** Ends of family names that tell routes and packagings of one product apart, not products. */
const ROUTE_WORDS = new Set([
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
  'gift',
  'membership',
  'promo',
  'reguler',
  'instan',
  'fast',
])
/** Families that ask for the buyer's password: sold only once such input can be kept sealed. */
const PASSWORD_WORDS = new Set(['joki', 'vilog', 'login'])
/** A voucher named after a game is bought without an account: no variant of the game's top-up. */
const VOUCHER_WORDS = new Set(['gift', 'card', 'voucher', 'code', 'pin'])
const MAX_PREFIX = 24
const MAX_SLUG = 60
const MAX_NAME = 100

const ENTRIES = new Map(REGISTRY.flatMap((entry) => entry.families.map((family) => [family, entry] as const)))

/**
 * Where an offer belongs: a known product, a variant of one (`Mobile Legends Global`), or a plain product named
 * after its family. Undefined for rows that need the buyer's password. A function of family and name only, so the
 * same row always lands in the same place.
 */
export function planOffer(row: Pick<OfferRow, 'family' | 'name'>): OfferPlan | undefined {
  const family = foldWords(row.family)
  if ([...family, ...foldWords(row.name)].some((word) => PASSWORD_WORDS.has(word))) return undefined
  const base = withoutRoute(family)
  const entry = ENTRIES.get(base.join(' '))
  if (entry !== undefined) return { product: knownProduct(entry), sku: skuOf(row, entry, entry.prefix, base) }
  const parent = findParent(base)
  const key = shorten(
    base.filter((word) => /^[a-z0-9]+$/.test(word)).join('-') ||
      `produk-${shortHash(row.family).toLowerCase()}`,
    MAX_SLUG,
  )
  const name = displayName(row.family)
  if (parent === undefined) {
    return {
      product: plainProduct(key, name, row.name),
      sku: skuOf(row, undefined, shorten(key.toUpperCase(), MAX_PREFIX), base),
    }
  }
  const own = base
    .slice(parent.length)
    .join('-')
    .toUpperCase()
    .replace(/[^A-Z0-9-]/g, '')
  const prefix = `${parent.entry.prefix}-${shorten(own || shortHash(key), MAX_PREFIX - 8)}`
  const product = {
    ...knownProduct(parent.entry),
    key,
    name,
    popularity: Math.floor(parent.entry.popularity / 2),
  }
  return { product, sku: skuOf(row, parent.entry, prefix, base) }
}

function skuOf(
  row: Pick<OfferRow, 'name'>,
  entry: RegistryEntry | undefined,
  prefix: string,
  base: string[],
): SkuPlan {
  const names = [
    base.join(' '),
    ...(entry?.families ?? []),
    ...(entry?.rowStarts ?? []),
    ...(entry === undefined ? [] : [foldWords(entry.name).join(' ')]),
  ]
  const read = readDenomination(row.name, names, entry?.denominations ?? [])
  return { code: `${prefix}-${read.key}`, name: read.name, group: read.group, position: read.position }
}

function withoutRoute(words: string[]): string[] {
  const rest = [...words]
  while (rest.length > 1 && ROUTE_WORDS.has(rest.at(-1) ?? '')) rest.pop()
  return rest
}

/** The known family this one's words begin with, the longest first. */
function findParent(words: string[]): { entry: RegistryEntry; length: number } | undefined {
  if (words.some((word) => VOUCHER_WORDS.has(word))) return undefined
  for (let length = words.length - 1; length > 0; length -= 1) {
    const entry = ENTRIES.get(words.slice(0, length).join(' '))
    if (entry !== undefined && entry.category === 'game') return { entry, length }
  }
  return undefined
}

function knownProduct(entry: RegistryEntry): ProductPlan {
  return {
    key: entry.key,
    name: entry.name,
    publisher: entry.publisher,
    category: entry.category,
    popularity: entry.popularity,
    inputFields: FIELD_SETS[entry.fields],
    nicknameCode: entry.nicknameCode ?? null,
    description: entry.description,
    descriptionEn: entry.descriptionEn,
    notice: entry.notice ?? null,
    noticeEn: entry.noticeEn ?? null,
    searchWords: searchWords(entry.name, entry.publisher, entry.alsoCalled ?? ''),
  }
}

const CATEGORY_HINTS: [CategorySlug, RegExp][] = [
  [
    'aplikasi-premium',
    /\b(premium|netflix|spotify|canva|youtube|disney|vidio|viu|capcut|chatgpt|prime|zoom|office|hbo|wetv|iqiyi|bstation)\b/,
  ],
  ['voucher', /\b(voucher|wallet|gift card|code|pin|google play|itunes|playstation|nintendo|xbox|psn)\b/],
  ['pulsa-data', /\b(pulsa|data|internet|telepon)\b/],
  ['e-wallet', /\b(saldo|e-?money|tapcash|brizzi|driver)\b/],
]

/** A product nobody described yet: found by its name, sorted behind the known ones. */
function plainProduct(key: string, name: string, rowName: string): ProductPlan {
  const hinted = CATEGORY_HINTS.find(([, hint]) => hint.test(name.toLowerCase()))?.[0]
  const category = hinted ?? (looksLikeGame(rowName) ? 'game' : 'lainnya')
  return {
    key,
    name,
    publisher: '',
    category,
    popularity: 100,
    inputFields: FIELD_SETS[fieldsOf(category)],
    nicknameCode: null,
    description: `${name}: diproses otomatis begitu pembayaran diterima.`,
    descriptionEn: `${name}: handled automatically as soon as your payment arrives.`,
    notice: null,
    noticeEn: null,
    searchWords: searchWords(name),
  }
}

/** Names of what games sell, behind an amount. */
const GAME_UNITS =
  /^\s*(\d|\d[\d.,]*\d)\s*(\+\s*\d+\s*)?\S*\s*(diamonds?|gems?|coins?|crystals?|tokens?|gold|cash|credits?|points?|shards?|jade|ruby|rubies|stars?|cp|uc|rp|vp|rc|dm)\b|\b(battle|weekly|monthly|season) (battle )?pass\b/i

function looksLikeGame(rowName: string): boolean {
  return GAME_UNITS.test(rowName)
}

/** Codes and accounts come from the supplier and go to nobody's number; for everything else somebody must be named. */
function fieldsOf(category: CategorySlug): keyof typeof FIELD_SETS {
  if (category === 'aplikasi-premium' || category === 'voucher') return 'none'
  if (category === 'e-wallet') return 'card-or-phone'
  return category === 'pulsa-data' ? 'phone' : 'generic'
}

/** The family as the supplier writes it, without a route letter at its end. */
function displayName(family: string): string {
  const name = family
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\s+[A-F]$/, '')
  return name.slice(0, MAX_NAME)
}

function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const hash = shortHash(text)
  const end = text === text.toUpperCase() ? hash : hash.toLowerCase()
  return `${text.slice(0, length - 7).replace(/-+$/, '')}-${end}`
}
