import type { RegistryEntry } from './game-registry.ts'

/** A voucher in rupiah. `families` are also what its rows may begin with. */
type Voucher = Pick<RegistryEntry, 'key' | 'name' | 'publisher' | 'popularity' | 'prefix' | 'families'> & {
  /** Stands before the amount. */
  label: string
  use: string
  useEn: string
  alsoCalled: string
  /** Vouchers that also come in a currency of their own. */
  units?: RegistryEntry['denominations']
}

/** Codes that suppliers sell. They need no account of the buyer's: the code appears on the order page. */
export const VOUCHERS: readonly RegistryEntry[] = [
  voucher({
    key: 'google-play',
    name: 'Google Play',
    publisher: 'Google',
    popularity: 665,
    prefix: 'GPLAYID',
    families: ['google play', 'google play card', 'google play gift card', 'google play indonesia'],
    label: 'Google Play',
    use: 'aplikasi, game, film, dan buku',
    useEn: 'apps, games, films and books',
    alsoCalled: 'gplay playstore',
  }),
  // The same key as the shop's own product: one of them is shown.
  voucher({
    key: 'steam-wallet',
    name: 'Steam Wallet IDR',
    publisher: 'Valve',
    popularity: 680,
    prefix: 'STEAMID',
    families: ['steam wallet code', 'steam wallet', 'steam wallet idr'],
    label: 'Steam Wallet',
    use: 'game dan item di Steam',
    useEn: 'games and items on Steam',
    alsoCalled: 'steam',
  }),
  voucher({
    key: 'garena-shell',
    name: 'Garena Shell',
    publisher: 'Garena',
    popularity: 570,
    prefix: 'SHELL',
    families: ['voucher garena shell', 'garena shell', 'garena'],
    label: 'Garena Shell',
    use: 'Free Fire, AOV, dan game Garena lain',
    useEn: 'Free Fire, AOV and other Garena games',
    alsoCalled: 'shell',
    units: [{ words: ['shells', 'shell'], label: '{n} Shells', group: 'Shells' }],
  }),
  voucher({
    key: 'playstation-store',
    name: 'PlayStation Store',
    publisher: 'Sony',
    popularity: 555,
    prefix: 'PSNID',
    families: ['playstation store', 'psn card', 'psn', 'playstation'],
    label: 'PlayStation',
    use: 'game dan langganan PlayStation',
    useEn: 'PlayStation games and subscriptions',
    alsoCalled: 'psn ps4 ps5',
  }),
  voucher({
    key: 'xbox-gift-card',
    name: 'Xbox Gift Card',
    publisher: 'Microsoft',
    popularity: 435,
    prefix: 'XBOX',
    families: ['xbox gift card', 'xbox'],
    label: 'Xbox',
    use: 'game, DLC, dan Game Pass',
    useEn: 'games, DLC and Game Pass',
    alsoCalled: 'microsoft gamepass',
  }),
  voucher({
    key: 'nintendo-eshop',
    name: 'Nintendo eShop',
    publisher: 'Nintendo',
    popularity: 455,
    prefix: 'ESHOPID',
    families: ['nintendo eshop', 'eshop card', 'eshop'],
    label: 'eShop',
    use: 'game Nintendo Switch',
    useEn: 'Nintendo Switch games',
    alsoCalled: 'switch',
  }),
  voucher({
    key: 'apple-gift-card',
    name: 'Apple Gift Card',
    publisher: 'Apple',
    popularity: 565,
    prefix: 'APPLEID',
    families: ['apple gift card', 'itunes', 'apple'],
    label: 'Apple',
    use: 'App Store, iCloud, dan Apple Music',
    useEn: 'the App Store, iCloud and Apple Music',
    alsoCalled: 'itunes app store iphone',
  }),
  voucher({
    key: 'roblox-gift-card',
    name: 'Roblox Gift Card',
    publisher: 'Roblox Corporation',
    popularity: 575,
    prefix: 'RBXCARD',
    families: ['roblox gift card', 'roblox card', 'roblox voucher'],
    label: 'Roblox',
    use: 'Robux dan Roblox Premium',
    useEn: 'Robux and Roblox Premium',
    alsoCalled: 'robux',
  }),
  voucher({
    key: 'razer-gold',
    name: 'Razer Gold',
    publisher: 'Razer',
    popularity: 460,
    prefix: 'RAZER',
    families: ['razer gold', 'razer gold pin'],
    label: 'Razer Gold',
    use: 'ratusan game dan aplikasi',
    useEn: 'hundreds of games and apps',
    alsoCalled: 'razer',
  }),
  voucher({
    key: 'unipin',
    name: 'UniPin',
    publisher: 'UniPin',
    popularity: 450,
    prefix: 'UNIPIN',
    families: ['unipin', 'unipin voucher'],
    label: 'UniPin',
    use: 'pembayaran di dalam game',
    useEn: 'paying inside games',
    alsoCalled: 'uc unipin',
    units: [{ words: ['uc', 'credits'], label: '{n} UniPin Credits', group: 'Credits', suffix: '-UC' }],
  }),
  voucher({
    key: 'megaxus',
    name: 'Megaxus',
    publisher: 'Megaxus',
    popularity: 360,
    prefix: 'MEGAXUS',
    families: ['megaxus', 'mi cash'],
    label: 'Megaxus',
    use: 'game-game Megaxus',
    useEn: 'Megaxus games',
    alsoCalled: 'ayodance',
  }),
  voucher({
    key: 'gemscool',
    name: 'Gemscool',
    publisher: 'Gemscool',
    popularity: 335,
    prefix: 'GEMSCOOL',
    families: ['gemscool'],
    label: 'Gemscool',
    use: 'game-game Gemscool',
    useEn: 'Gemscool games',
    alsoCalled: 'lost saga',
  }),
]

function voucher({ label, use, useEn, units = [], ...rest }: Voucher): RegistryEntry {
  return {
    ...rest,
    rowStarts: [label.toLowerCase()],
    category: 'voucher',
    fields: 'none',
    denominations: [
      ...units,
      {
        words: ['rupiah', 'rp', 'idr', 'wallet', 'code', 'voucher', 'pin'],
        label: `${label} Rp{n}`,
        group: 'Voucher',
      },
    ],
    description: `Kode ${rest.name} untuk ${use}. Kode tampil di halaman pesananmu begitu pembayaran diterima.`,
    descriptionEn: `A ${rest.name} code for ${useEn}. It appears on your order page once your payment is in.`,
    notice: 'Kode yang sudah tampil tidak bisa dikembalikan.',
    noticeEn: 'A code that was shown cannot be returned.',
  }
}
