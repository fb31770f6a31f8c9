/** A brand of games: its name in rows, code prefix, unit, sizes and price per hundred. */
export type GameBrand = {
  brand: string
  prefix: string
  unit: string
  sizes: readonly number[]
  rupiahPer100: number
  desc?: string
}

const DIAMONDS = [
  5, 12, 14, 19, 28, 36, 42, 44, 59, 74, 85, 86, 113, 128, 140, 170, 172, 222, 240, 257, 277, 296, 344, 355,
  370, 408, 429, 514, 568, 706, 875, 878, 963, 1050, 1412, 2010, 2195, 3688, 4830, 5532, 9288,
]
const FIRE = [
  5, 10, 12, 20, 25, 30, 40, 50, 55, 60, 70, 75, 80, 90, 100, 120, 130, 140, 145, 150, 190, 210, 250, 280,
  355, 375, 405, 425, 500, 510, 545, 565, 600, 635, 720, 860, 925, 1000, 1075, 1450, 2000, 2180, 3640, 7290,
]
const UC = [
  30, 60, 120, 180, 240, 325, 385, 445, 505, 660, 720, 985, 1320, 1800, 2125, 2460, 3850, 5650, 8100,
]
const LARGE = [60, 120, 180, 300, 360, 480, 600, 720, 980, 1280, 1980, 2560, 3280, 3960, 6480, 8080, 12960]
const POINTS = [150, 300, 475, 625, 950, 1000, 1475, 2050, 2525, 3050, 3650, 4100, 5350, 7400, 11000]
const SMALL = [10, 20, 30, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000]
const WITH_ZONE = 'no pelanggan = gabungan antara user_id dan zone_id'

function game(
  brand: string,
  prefix: string,
  unit: string,
  sizes: readonly number[],
  rupiahPer100: number,
  desc?: string,
): GameBrand {
  return { brand, prefix, unit, sizes, rupiahPer100, ...(desc === undefined ? {} : { desc }) }
}

/** Games as suppliers of this kind write them; prices are plausible, not anybody's price list. */
export const GAME_BRANDS: readonly GameBrand[] = [
  game('MOBILE LEGENDS', 'ml', 'Diamond', DIAMONDS, 23_100, WITH_ZONE),
  game('FREE FIRE', 'ff', 'Diamond', FIRE, 12_950),
  game('PUBG MOBILE', 'pubg', 'UC', UC, 23_700),
  game('GENSHIN IMPACT', 'gi', 'Genesis Crystals', LARGE, 24_200, WITH_ZONE),
  game('HONKAI STAR RAIL', 'hsr', 'Oneiric Shard', LARGE, 24_000, WITH_ZONE),
  game('ZENLESS ZONE ZERO', 'zzz', 'Monochrome', LARGE, 24_300, WITH_ZONE),
  game('WUTHERING WAVES', 'ww', 'Lunites', LARGE, 24_100, WITH_ZONE),
  game('VALORANT', 'val', 'Points', POINTS, 11_500),
  game('LEAGUE OF LEGENDS WILD RIFT', 'wr', 'Wild Cores', POINTS, 11_100),
  game('Call of Duty MOBILE', 'codm', 'CP', UC, 15_800),
  game('ARENA OF VALOR', 'aov', 'Vouchers', LARGE, 22_700),
  game('HONOR OF KINGS', 'hok', 'Tokens', SMALL, 17_700),
  game('FC MOBILE', 'fcm', 'FC Points', LARGE, 15_100),
  game('MAGIC CHESS GO GO', 'mcgg', 'Diamonds', DIAMONDS, 23_000, WITH_ZONE),
  game('POINT BLANK', 'pb', 'Cash', [1200, 2400, 6000, 12000, 24000, 36000, 60000, 120000], 790),
  game('SAUSAGE MAN', 'ssm', 'Candy', SMALL, 24_400),
  game('STUMBLE GUYS', 'sg', 'Gems', SMALL, 21_000),
  game('SUPER SUS', 'ss', 'Goldstar', SMALL, 15_500),
  game('UNDAWN', 'und', 'RC', SMALL, 22_000),
  game('RAGNAROK ORIGIN', 'ro', 'Nyan Berry', SMALL, 26_000, WITH_ZONE),
  game('PUNISHING GRAY RAVEN', 'pgr', 'Rainbow Cards', SMALL, 25_000, WITH_ZONE),
  game('CLASH OF CLANS', 'coc', 'Gems', [80, 500, 1200, 2500, 6500, 14000], 14_500),
  game('ROBLOX', 'rbx', 'Robux', LARGE, 17_300),
  game('KOTA AWAN', 'kaw', 'Permata', SMALL, 19_000),
  game('LANGIT SAMUDRA', 'lsm', 'Mutiara', SMALL, 20_500),
]

/** Operators of mobile phones: brand, name in rows, code prefix. */
export const OPERATORS: readonly [brand: string, name: string, prefix: string][] = [
  ['TELKOMSEL', 'Telkomsel', 's'],
  ['INDOSAT', 'Indosat', 'i'],
  ['XL', 'Xl', 'xl'],
  ['AXIS', 'Axis', 'ax'],
  ['TRI', 'Three', 't'],
  ['SMARTFREN', 'Smartfren', 'sm'],
  ['by.U', 'by.U', 'byu'],
]

/** Stored-value accounts: brand, name in rows, code prefix. */
export const WALLETS: readonly [brand: string, name: string, prefix: string][] = [
  ['DANA', 'DANA', 'dana'],
  ['OVO', 'OVO', 'ovo'],
  ['GO PAY', 'Go Pay', 'gopay'],
  ['SHOPEE PAY', 'Shopee Pay', 'spay'],
  ['LINKAJA', 'LinkAja', 'link'],
  ['MANDIRI E-TOLL', 'Mandiri E-Toll', 'emon'],
  ['BRI BRIZZI', 'BRI Brizzi', 'brizzi'],
  ['TAPCASH BNI', 'Tapcash BNI', 'tapc'],
]

/** Voucher codes: brand, name in rows, code prefix. */
export const VOUCHERS: readonly [brand: string, name: string, prefix: string][] = [
  ['GOOGLE PLAY INDONESIA', 'Google Play', 'gp'],
  ['STEAM WALLET (IDR)', 'Steam Wallet', 'steam'],
  ['GARENA', 'Garena Shell', 'garena'],
  ['PLAYSTATION', 'PlayStation Store', 'psn'],
  ['RAZER GOLD', 'Razer Gold', 'razer'],
  ['UNIPIN VOUCHER', 'Unipin Voucher', 'up'],
  ['MEGAXUS', 'Megaxus', 'mgx'],
]

/** Streaming and television: category, brand, code prefix. */
export const SUBSCRIPTIONS: readonly [category: string, brand: string, prefix: string][] = [
  ['Streaming', 'VIDIO', 'vidio'],
  ['Streaming', 'VIU', 'viu'],
  ['Streaming', 'WETV', 'wetv'],
  ['TV', 'K-VISION', 'kvis'],
  ['TV', 'NEX PARABOLA', 'nex'],
]
