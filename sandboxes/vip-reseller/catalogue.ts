import { hashText } from '../random.ts'
import { GAMES, type GameSpec } from './game-list.ts'

/** Prices in whole rupiah by account level; basic ≥ premium ≥ special. */
export type TierPrices = { basic: number; premium: number; special: number }

export type GameProduct = {
  code: string
  game: string
  name: string
  price: TierPrices
  /** The upstream route, not the game server a buyer picks. */
  server: string
  status: 'available' | 'empty'
  description: string
  kind: GameSpec['kind']
  /** Pieces left of vouchers and accounts. */
  stock: number
}

/** One in this many rows is sold out. */
const EMPTY_EVERY = 17
const START_STOCK = 40
/** Prices published as samples; everything else is computed. */
const FIXED_PRICES: Record<string, TierPrices> = {
  'ML86-S1': { basic: 20_500, premium: 20_200, special: 20_000 },
  'FF70-S2': { basic: 9_400, premium: 9_300, special: 9_200 },
}

/** Returns the whole game catalogue, the same in every run. */
export function createGameCatalogue(): GameProduct[] {
  return GAMES.flatMap((spec) =>
    goodsOf(spec).flatMap((good) => spec.routes.map((route) => toProduct(spec, good, route))),
  )
}

type Good = { suffix: string; name: string; special: number }

function goodsOf(spec: GameSpec): Good[] {
  const units = spec.units
  const sized = (units?.sizes ?? []).map((size) => ({
    suffix: String(size),
    name: `${size} ${units?.unit ?? ''}`,
    special: Math.floor((size * (units?.rupiahPer100 ?? 0)) / 100),
  }))
  const named = (spec.items ?? []).map(([suffix, name, special]) => ({ suffix, name, special }))
  return [...sized, ...named]
}

function toProduct(spec: GameSpec, good: Good, route: number): GameProduct {
  const code = `${spec.prefix}${good.suffix}-S${route}`
  // Routes differ by up to 4 % in price.
  const spread = 100 + (hashText(`${spec.game} ${route}`) % 5)
  const special = roundUp(Math.floor((good.special * spread) / 100))
  return {
    code,
    game: spec.game,
    name: good.name,
    price: FIXED_PRICES[code] ?? tiersFrom(special),
    server: String(route),
    status: code in FIXED_PRICES || hashText(code) % EMPTY_EVERY !== 0 ? 'available' : 'empty',
    description: spec.description,
    kind: spec.kind,
    stock: START_STOCK,
  }
}

/** Returns the three tiers for a price of the best level: about 1 % and 2.5 % more for the others. */
export function tiersFrom(special: number): TierPrices {
  return {
    basic: special + roundUp(Math.floor(special / 40)),
    premium: special + roundUp(Math.floor(special / 100)),
    special,
  }
}

/** Suppliers quote in steps of five rupiah. */
function roundUp(amount: number): number {
  const step = 5
  return Math.ceil(amount / step) * step
}
