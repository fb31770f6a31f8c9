import type { FieldSet } from './game-fields.ts'
import { APPS } from './registry-apps.ts'
import { GAMES } from './registry-games.ts'
import { MORE_GAMES } from './registry-more-games.ts'
import { OTHER_PRODUCTS } from './registry-others.ts'
import { VOUCHERS } from './registry-vouchers.ts'

/** Something counted in a product: `86 Diamonds`. `label` shows the amount in place of `{n}`. */
export type Denomination = { words: readonly string[]; label: string; group: string; suffix?: string }

/** What we know about a product that suppliers offer in families of rows. */
export type RegistryEntry = {
  /** The slug, and the identity under which synchronisation finds its product again. */
  key: string
  name: string
  publisher: string
  category: CategorySlug
  popularity: number
  /** Start of its SKU codes. */
  prefix: string
  /** Names of supplier families without route letters, in folded words. */
  families: readonly string[]
  /** What rows begin with besides the names of families. */
  rowStarts?: readonly string[]
  fields: FieldSet
  nicknameCode?: string
  denominations: readonly Denomination[]
  description: string
  descriptionEn: string
  notice?: string
  noticeEn?: string
  /** What buyers also call it, for the search. */
  alsoCalled?: string
}

export type CategorySlug =
  | 'game'
  | 'voucher'
  | 'aplikasi-premium'
  | 'pulsa-data'
  | 'pln'
  | 'e-wallet'
  | 'lainnya'

/** The shop's categories in their order. */
export const CATEGORIES: readonly { slug: CategorySlug; name: string; nameEn: string }[] = [
  { slug: 'game', name: 'Game', nameEn: 'Games' },
  { slug: 'voucher', name: 'Voucher', nameEn: 'Vouchers' },
  { slug: 'aplikasi-premium', name: 'Aplikasi premium', nameEn: 'Premium apps' },
  { slug: 'pulsa-data', name: 'Pulsa & data', nameEn: 'Mobile credit & data' },
  { slug: 'e-wallet', name: 'E-wallet', nameEn: 'E-wallets' },
  { slug: 'pln', name: 'PLN', nameEn: 'Electricity' },
  { slug: 'lainnya', name: 'Lainnya', nameEn: 'More' },
]

/** Every product we know, games first. */
export const REGISTRY: readonly RegistryEntry[] = [
  ...GAMES,
  ...MORE_GAMES,
  ...VOUCHERS,
  ...APPS,
  ...OTHER_PRODUCTS,
]
