import { ACCOUNT_GOODS, VOUCHER_GOODS } from './voucher-list.ts'

/** A game or app of the catalogue: denominations by size, by name, or both, on one or more routes. */
export type GameSpec = {
  game: string
  prefix: string
  kind: 'topup' | 'voucher' | 'account'
  routes: number[]
  description: string
  units?: { unit: string; sizes: number[]; rupiahPer100: number }
  /** Code suffix, name, special price in rupiah. */
  items?: [string, string, number][]
}

const SMALL = [
  10, 20, 30, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000, 2500,
]
const LARGE = [
  60, 120, 180, 300, 360, 480, 600, 720, 980, 1280, 1580, 1980, 2560, 3280, 3960, 4880, 6480, 8080, 12960,
]
const DIAMONDS = [
  5, 12, 14, 19, 28, 36, 42, 44, 56, 59, 70, 74, 85, 86, 112, 113, 128, 140, 142, 148, 170, 172, 184, 222,
  240, 257, 277, 284, 296, 301, 344, 355, 370, 408, 429, 514, 568, 600, 706, 792, 878, 963, 1050, 1412, 2010,
  2195, 3688, 4830, 5532, 9288,
]
const FREE_FIRE = [
  5, 10, 12, 15, 20, 25, 30, 40, 50, 55, 60, 70, 75, 80, 90, 95, 100, 120, 130, 140, 145, 150, 160, 190, 200,
  210, 250, 280, 300, 355, 375, 400, 405, 425, 500, 510, 515, 545, 565, 600, 635, 645, 720, 790, 860, 925,
  1000, 1075, 1450, 2000, 2180, 3640, 7290,
]
const UC = [
  30, 60, 120, 180, 240, 325, 385, 445, 505, 660, 720, 985, 1320, 1800, 2125, 2460, 3850, 5650, 8100, 16200,
]
const VALORANT = [150, 300, 475, 625, 950, 1000, 1475, 2050, 2525, 3050, 3650, 4100, 5350, 7400, 9000, 11000]

const TOPUP_NOTE = 'Isi ulang langsung ke akun. Pastikan User ID benar.'
const ROUTES = [1, 2, 3, 5]

function currency(
  game: string,
  prefix: string,
  unit: string,
  sizes: number[],
  rupiahPer100: number,
  routes = ROUTES,
): GameSpec {
  return {
    game,
    prefix,
    kind: 'topup',
    routes,
    description: TOPUP_NOTE,
    units: { unit, sizes, rupiahPer100 },
  }
}

function passes(game: string, prefix: string, items: [string, string, number][], routes = ROUTES): GameSpec {
  return { game, prefix, kind: 'topup', routes, description: TOPUP_NOTE, items }
}

const GENSHIN_PASS: [string, string, number][] = [['WELKIN', 'Blessing of the Welkin Moon', 62_000]]
const STAR_RAIL_PASS: [string, string, number][] = [['PASS', 'Express Supply Pass', 62_500]]
const ZENLESS_PASS: [string, string, number][] = [['IKM', 'Inter-Knot Membership', 63_000]]

/** Games and apps of the Indonesian market. Prices are plausible, not anybody's price list. */
export const GAMES: readonly GameSpec[] = [
  currency('Mobile Legends A', 'ML', 'Diamonds', DIAMONDS, 23_256, [1, 2, 3, 5, 8, 14]),
  currency('Mobile Legends B', 'MLB', 'Diamonds', DIAMONDS, 23_400, [1, 4, 6]),
  currency('Mobile Legends Global', 'MLX', 'Diamonds', DIAMONDS, 24_900, [1, 7]),
  passes('Mobile Legends Gift', 'MLG', [
    ['ELITE', 'Gift Skin Elite', 92_000],
    ['SPECIAL', 'Gift Skin Special', 138_000],
    ['EPIC', 'Gift Skin Epic', 168_000],
    ['CHARISMA', 'Gift Charisma Bundle', 51_000],
  ]),
  passes('Mobile Legends Membership', 'MLM', [
    ['WDP1', 'Weekly Diamond Pass', 27_800],
    ['WDP2', '2x Weekly Diamond Pass', 55_400],
    ['WDP3', '3x Weekly Diamond Pass', 83_000],
    ['WDP5', '5x Weekly Diamond Pass', 138_000],
    ['TWILIGHT', 'Twilight Pass', 146_000],
    ['STARLIGHT', 'Starlight Member', 149_000],
  ]),
  currency('Free Fire', 'FF', 'Diamonds', FREE_FIRE, 13_000, [1, 2, 3, 4, 6]),
  currency('Free Fire Max', 'FFMAX', 'Diamonds', FREE_FIRE, 13_100, [1, 2, 4]),
  passes('Free Fire Membership', 'FFM', [
    ['WEEKLY', 'Member Mingguan', 27_500],
    ['MONTHLY', 'Member Bulanan', 81_500],
    ['BPC', 'BP Card', 41_000],
    ['LEVELUP', 'Level Up Pass', 14_200],
  ]),
  currency('PUBG Mobile (ID)', 'PUBGM', 'UC', UC, 23_900),
  currency('PUBG Mobile (Global)', 'PUBGG', 'UC', UC, 24_600),
  currency('PUBG New State', 'PUBGN', 'NC', LARGE, 4_700, [1, 2]),
  { ...currency('Genshin Impact', 'GI', 'Genesis Crystals', LARGE, 24_300), items: GENSHIN_PASS },
  { ...currency('Honkai: Star Rail', 'HSR', 'Oneiric Shard', LARGE, 24_100), items: STAR_RAIL_PASS },
  { ...currency('Zenless Zone Zero', 'ZZZ', 'Monochrome', LARGE, 24_400), items: ZENLESS_PASS },
  currency('Honkai Impact 3', 'HI', 'Crystals', LARGE, 23_600, [1, 2, 3]),
  currency('Wuthering Waves', 'WW', 'Lunites', LARGE, 24_200),
  currency('Valorant', 'VAL', 'Points', VALORANT, 11_600),
  currency('League of Legends', 'LOL', 'RP', VALORANT, 10_900, [1, 2]),
  currency('League of Legends: Wild Rift', 'WR', 'Wild Cores', VALORANT, 11_200, [1, 2]),
  currency('Teamfight Tactics Mobile', 'TFT', 'TFT Coins', VALORANT, 11_300, [1, 2]),
  currency('Call of Duty Mobile', 'CODM', 'CP', UC, 15_900),
  currency('Arena of Valor', 'AOV', 'Vouchers', LARGE, 22_800),
  currency('Honor of Kings', 'HOK', 'Tokens', SMALL, 17_800),
  currency('FC Mobile', 'FCM', 'FC Points', LARGE, 15_200),
  currency('Roblox', 'RBX', 'Robux', LARGE, 17_400),
  currency('Magic Chess: Go Go', 'MCGG', 'Diamonds', DIAMONDS, 23_100, [1, 2, 3]),
  currency('Point Blank', 'PB', 'Cash', [1200, 2400, 6000, 12000, 24000, 36000, 60000, 120000], 800),
  currency('Ragnarok M: Eternal Love', 'ROM', 'Big Cat Coin', SMALL, 152_000, [1, 2]),
  currency('Ragnarok Origin', 'ROO', 'Nyan Berry', LARGE, 16_900, [1, 2, 3]),
  currency('Ragnarok X: Next Generation', 'ROX', 'Diamonds', LARGE, 15_700, [1, 2, 3]),
  currency('Ragnarok Twilight', 'ROT', 'Diamonds', LARGE, 15_900, [1, 2]),
  currency('Sausage Man', 'SM', 'Candy', LARGE, 16_200),
  currency('LifeAfter', 'LA', 'Credits', LARGE, 22_400, [1, 2, 3]),
  currency('Identity V', 'IDV', 'Echoes', LARGE, 19_800, [1, 2, 3]),
  currency('Arena Breakout', 'AB', 'Bonds', LARGE, 17_100, [1, 2, 3]),
  currency('Delta Force', 'DF', 'Delta Coins', SMALL, 19_700, [1, 2, 3]),
  currency('Blood Strike', 'BS', 'Golds', SMALL, 13_900, [1, 2, 3]),
  currency('Stumble Guys', 'SG', 'Gems', SMALL, 9_100, [1, 2]),
  currency('Super Sus', 'SUS', 'Goldstar', SMALL, 14_500, [1, 2]),
  currency('Eggy Party', 'EGGY', 'Eggy Coins', LARGE, 16_600, [1, 2]),
  currency('Undawn', 'UND', 'RC', LARGE, 18_900, [1, 2]),
  currency('Metal Slug: Awakening', 'MSA', 'Ruby', LARGE, 15_300, [1, 2]),
  currency('Tower of Fantasy', 'TOF', 'Tanium', LARGE, 22_900, [1, 2]),
  currency('Punishing: Gray Raven', 'PGR', 'Rainbow Cards', LARGE, 23_300, [1, 2]),
  currency('Black Clover M', 'BCM', 'Black Crystals', LARGE, 18_300, [1, 2]),
  currency('Clash of Clans', 'COC', 'Gems', SMALL, 15_100, [1, 2]),
  currency('Clash Royale', 'CR', 'Gems', SMALL, 15_100, [1, 2]),
  currency('Brawl Stars', 'BRAWL', 'Gems', SMALL, 84_000, [1, 2]),
  currency('Pokemon Unite', 'PKU', 'Aeos Gems', LARGE, 25_600, [1, 2]),
  currency('eFootball', 'EF', 'Coins', SMALL, 14_800, [1, 2]),
  currency('Lords Mobile', 'LM', 'Diamonds', LARGE, 17_900, [1, 2]),
  currency('State of Survival', 'SOS', 'Biocaps', LARGE, 15_800, [1, 2]),
  currency('Whiteout Survival', 'WOS', 'Frost Stars', LARGE, 15_600, [1, 2]),
  currency('Naraka: Bladepoint', 'NB', 'Gold', LARGE, 16_100, [1, 2]),
  currency('Marvel Rivals', 'MR', 'Lattices', LARGE, 15_200, [1, 2]),
  currency('Once Human', 'OH', 'Crystgin', LARGE, 16_300, [1, 2]),
  currency('Love and Deepspace', 'LAD', 'Crystals', LARGE, 22_600, [1, 2]),
  currency('Bigo Live', 'BIGO', 'Diamonds', SMALL, 27_500, [1, 2]),
  currency('Likee', 'LIKE', 'Diamonds', SMALL, 27_900, [1, 2]),
  currency('TikTok', 'TT', 'Coins', SMALL, 24_200, [1, 2]),
  ...VOUCHER_GOODS,
  ...ACCOUNT_GOODS,
]
