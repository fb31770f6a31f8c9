import type { CategorySlug } from '../game-registry.ts'

/** How many demonstration codes a SKU starts with. */
export type DemoStock = 'plenty' | 'some' | 'few' | 'none'
export type DemoSku = { code: string; name: string; price: number; group?: string; stock: DemoStock }

/** A product of the demonstration shop's own shelf. */
export type DemoProduct = {
  slug: string
  name: string
  publisher: string
  category: CategorySlug
  popularity: number
  description: string
  descriptionEn: string
  notice: string | null
  noticeEn: string | null
  alsoCalled: string
  skus: DemoSku[]
}

const VOUCHER_NOTICE =
  'Kode tampil di halaman pesanan setelah pembayaran. Kode yang sudah tampil tidak bisa dikembalikan.'
const VOUCHER_NOTICE_EN =
  'The code appears on your order page after payment. A code that was shown cannot be returned.'
const SHARED_NOTICE =
  'Akun dipakai bersama: jangan mengubah kata sandi, e-mail, atau profil orang lain. Garansi selama masa aktif.'
const SHARED_NOTICE_EN =
  'A shared account: do not change the password, e-mail or other people’s profiles. Covered while it runs.'

/** Face values as `Rp{n}` tiles. */
function values(
  prefix: string,
  label: string,
  rows: [thousands: number, price: number, stock: DemoStock][],
): DemoSku[] {
  return rows.map(([thousands, price, stock]) => ({
    code: `${prefix}-${thousands}K`,
    name: `${label} Rp${thousands >= 1_000 ? `${thousands / 1_000}.000` : thousands}.000`,
    price,
    group: 'Voucher',
    stock,
  }))
}

/** What the demonstration shop keeps on its own shelf. Every code is made up and says so. */
export const DEMO_PRODUCTS: readonly DemoProduct[] = [
  {
    slug: 'google-play',
    name: 'Google Play Gift Card',
    publisher: 'Google',
    category: 'voucher',
    popularity: 900,
    description:
      'Saldo Google Play untuk aplikasi, game, film, dan buku. Berlaku untuk akun dengan wilayah Indonesia, tanpa masa kedaluwarsa.',
    descriptionEn:
      'Google Play balance for apps, games, films and books. For accounts set to Indonesia; does not expire.',
    notice: VOUCHER_NOTICE,
    noticeEn: VOUCHER_NOTICE_EN,
    alsoCalled: 'gplay playstore play store gift card',
    skus: values('GPLAY', 'Google Play', [
      [20, 22_500, 'plenty'],
      [50, 54_000, 'plenty'],
      [100, 105_500, 'plenty'],
      [150, 157_000, 'some'],
      [300, 311_000, 'some'],
      [500, 516_000, 'few'],
    ]),
  },
  {
    slug: 'steam-wallet',
    name: 'Steam Wallet Code',
    publisher: 'Valve',
    category: 'voucher',
    popularity: 870,
    description:
      'Isi dompet Steam dalam rupiah dan beli game, DLC, atau item pasar komunitas. Tukarkan kodenya di aplikasi atau situs Steam.',
    descriptionEn:
      'Add rupiah to your Steam wallet for games, DLC and community market items. Redeem it in the Steam app or site.',
    notice: VOUCHER_NOTICE,
    noticeEn: VOUCHER_NOTICE_EN,
    alsoCalled: 'steam dota csgo cs2 wallet',
    skus: values('STEAM', 'Steam Wallet', [
      [12, 15_000, 'plenty'],
      [45, 50_500, 'plenty'],
      [60, 66_500, 'plenty'],
      [90, 98_000, 'some'],
      [120, 129_500, 'some'],
      [250, 266_000, 'some'],
      [400, 424_000, 'none'],
    ]),
  },
  {
    slug: 'netflix-voucher',
    name: 'Netflix Gift Card',
    publisher: 'Netflix',
    category: 'voucher',
    popularity: 820,
    description:
      'Kartu hadiah Netflix untuk akun pribadimu: menonton tanpa kartu kredit. Bisa untuk akun baru maupun memperpanjang.',
    descriptionEn:
      'A Netflix gift card for your own account: watch without a credit card. For new accounts and renewals.',
    notice: VOUCHER_NOTICE,
    noticeEn: VOUCHER_NOTICE_EN,
    alsoCalled: 'nonton film',
    skus: values('NETFLIX', 'Netflix', [
      [54, 58_000, 'plenty'],
      [100, 106_000, 'plenty'],
      [120, 127_000, 'some'],
      [186, 195_500, 'some'],
    ]),
  },
  {
    slug: 'spotify-premium',
    name: 'Spotify Premium',
    publisher: 'Spotify',
    category: 'aplikasi-premium',
    popularity: 810,
    description:
      'Musik tanpa iklan, bisa diunduh, kualitas tinggi. Kode langganan Individual untuk akunmu sendiri.',
    descriptionEn:
      'Music without ads, with downloads, in high quality. An Individual subscription code for your own account.',
    notice: 'Hanya untuk akun yang belum sedang berlangganan.',
    noticeEn: 'Only for accounts without a running subscription.',
    alsoCalled: 'musik lagu',
    skus: [
      { code: 'SPOTIFY-1M', name: 'Individual 1 bulan', price: 54_900, group: 'Individual', stock: 'plenty' },
      { code: 'SPOTIFY-3M', name: 'Individual 3 bulan', price: 159_000, group: 'Individual', stock: 'some' },
      { code: 'SPOTIFY-6M', name: 'Individual 6 bulan', price: 309_000, group: 'Individual', stock: 'some' },
      { code: 'SPOTIFY-12M', name: 'Individual 12 bulan', price: 589_000, group: 'Individual', stock: 'few' },
    ],
  },
  {
    slug: 'chatgpt-plus',
    name: 'ChatGPT Plus Sharing',
    publisher: 'OpenAI',
    category: 'aplikasi-premium',
    popularity: 890,
    description:
      'Akses ChatGPT Plus di akun bersama dengan ruang kerja terpisah. Cocok untuk tugas, riset, dan pekerjaan sehari-hari.',
    descriptionEn:
      'ChatGPT Plus on a shared account with a workspace of your own. Good for study, research and daily work.',
    notice: SHARED_NOTICE,
    noticeEn: SHARED_NOTICE_EN,
    alsoCalled: 'gpt ai openai chat',
    skus: [
      { code: 'GPTPLUS-7D', name: 'Sharing 7 hari', price: 19_000, group: 'Sharing', stock: 'plenty' },
      { code: 'GPTPLUS-1M', name: 'Sharing 1 bulan', price: 59_000, group: 'Sharing', stock: 'plenty' },
      { code: 'GPTPLUS-3M', name: 'Sharing 3 bulan', price: 165_000, group: 'Sharing', stock: 'few' },
    ],
  },
  {
    slug: 'canva-pro',
    name: 'Canva Pro',
    publisher: 'Canva',
    category: 'aplikasi-premium',
    popularity: 850,
    description:
      'Templat premium, hapus latar belakang, dan penyimpanan besar. Kamu menerima kode undangan untuk akun Canva-mu sendiri.',
    descriptionEn:
      'Premium templates, background remover and large storage. You receive an invitation code for your own Canva account.',
    notice: 'Kode berlaku sekali untuk satu akun.',
    noticeEn: 'The code works once, for one account.',
    alsoCalled: 'desain design',
    skus: [
      { code: 'CANVA-1M', name: 'Pro 1 bulan', price: 12_000, stock: 'plenty' },
      { code: 'CANVA-6M', name: 'Pro 6 bulan', price: 45_000, stock: 'some' },
      { code: 'CANVA-12M', name: 'Pro 12 bulan', price: 75_000, stock: 'some' },
    ],
  },
  {
    slug: 'youtube-premium',
    name: 'YouTube Premium',
    publisher: 'Google',
    category: 'aplikasi-premium',
    popularity: 800,
    description:
      'YouTube tanpa iklan, putar di latar belakang, sudah termasuk YouTube Music. Kode keluarga untuk akunmu.',
    descriptionEn:
      'YouTube without ads, background play, YouTube Music included. A family plan code for your account.',
    notice: 'Akun harus berwilayah Indonesia dan belum pernah ikut paket keluarga dalam 12 bulan terakhir.',
    noticeEn: 'The account must be set to Indonesia and not have joined a family plan in the last 12 months.',
    alsoCalled: 'yt musik',
    skus: [
      { code: 'YTPREM-1M', name: 'Family 1 bulan', price: 15_000, stock: 'plenty' },
      { code: 'YTPREM-3M', name: 'Family 3 bulan', price: 42_000, stock: 'some' },
      { code: 'YTPREM-12M', name: 'Family 12 bulan', price: 155_000, stock: 'none' },
    ],
  },
  {
    slug: 'disney-hotstar',
    name: 'Disney+ Hotstar',
    publisher: 'Disney',
    category: 'aplikasi-premium',
    popularity: 660,
    description:
      'Film Marvel, Star Wars, Pixar, dan serial Indonesia. Kode paket untuk nomor yang kamu daftarkan di aplikasi.',
    descriptionEn:
      'Marvel, Star Wars, Pixar and Indonesian series. A plan code for the number you register in the app.',
    notice: `${VOUCHER_NOTICE} ${SHARED_NOTICE}`,
    noticeEn: `${VOUCHER_NOTICE_EN} ${SHARED_NOTICE_EN}`,
    alsoCalled: 'disney plus nonton film',
    skus: [
      { code: 'DISNEY-1M', name: 'Basic 1 bulan', price: 68_000, stock: 'some' },
      { code: 'DISNEY-12M', name: 'Premium 12 bulan', price: 799_000, stock: 'few' },
      // Sells seats of shared accounts (demo-shared.ts), so its own shelf stays empty.
      {
        code: 'DISNEY-PROFIL-30D',
        name: 'Satu profil 30 hari',
        price: 25_000,
        group: 'Berbagi akun',
        stock: 'none',
      },
    ],
  },
  {
    slug: 'vidio-platinum',
    name: 'Vidio Platinum',
    publisher: 'Vidio',
    category: 'aplikasi-premium',
    popularity: 630,
    description: 'Liga Inggris, BRI Liga 1, dan serial original di Vidio. Tukarkan kode di vidio.com/redeem.',
    descriptionEn:
      'Premier League, Indonesian Liga 1 and original series on Vidio. Redeem at vidio.com/redeem.',
    notice: VOUCHER_NOTICE,
    noticeEn: VOUCHER_NOTICE_EN,
    alsoCalled: 'bola liga nonton',
    skus: [
      { code: 'VIDIO-1M', name: 'Platinum 1 bulan', price: 37_500, stock: 'some' },
      { code: 'VIDIO-12M', name: 'Platinum 12 bulan', price: 269_000, stock: 'some' },
    ],
  },
  {
    slug: 'playstation-store',
    name: 'PlayStation Store Gift Card',
    publisher: 'Sony',
    category: 'voucher',
    popularity: 740,
    description:
      'Saldo PlayStation Store untuk game PS4 dan PS5, DLC, dan PlayStation Plus. Untuk akun wilayah Indonesia.',
    descriptionEn:
      'PlayStation Store balance for PS4 and PS5 games, DLC and PlayStation Plus. For Indonesian accounts.',
    notice: VOUCHER_NOTICE,
    noticeEn: VOUCHER_NOTICE_EN,
    alsoCalled: 'psn ps4 ps5 ps plus',
    skus: values('PSN', 'PlayStation', [
      [100, 107_000, 'some'],
      [200, 212_000, 'some'],
      [400, 421_000, 'some'],
      [1_000, 1_045_000, 'few'],
    ]),
  },
  {
    slug: 'nintendo-eshop',
    name: 'Nintendo eShop Card',
    publisher: 'Nintendo',
    category: 'voucher',
    popularity: 580,
    description:
      'Saldo Nintendo eShop wilayah Amerika Serikat untuk game Switch. Kode dimasukkan di konsol atau situs Nintendo.',
    descriptionEn:
      'US Nintendo eShop balance for Switch games. Enter the code on the console or Nintendo’s site.',
    notice: 'Hanya untuk akun eShop wilayah Amerika Serikat.',
    noticeEn: 'Only for eShop accounts set to the United States.',
    alsoCalled: 'switch eshop',
    skus: [
      { code: 'ESHOP-US10', name: 'eShop US$10', price: 172_000, stock: 'some' },
      { code: 'ESHOP-US20', name: 'eShop US$20', price: 341_000, stock: 'some' },
      { code: 'ESHOP-US50', name: 'eShop US$50', price: 848_000, stock: 'none' },
    ],
  },
  {
    slug: 'apple-gift-card',
    name: 'Apple Gift Card',
    publisher: 'Apple',
    category: 'voucher',
    popularity: 710,
    description:
      'Untuk App Store, iCloud, Apple Music, dan pembelian di dalam aplikasi. Berlaku untuk Apple ID Indonesia.',
    descriptionEn:
      'For the App Store, iCloud, Apple Music and in-app purchases. For Apple IDs set to Indonesia.',
    notice: VOUCHER_NOTICE,
    noticeEn: VOUCHER_NOTICE_EN,
    alsoCalled: 'itunes app store icloud iphone',
    skus: values('APPLE', 'Apple', [
      [50, 54_500, 'plenty'],
      [100, 106_500, 'some'],
      [150, 158_500, 'some'],
      [300, 314_000, 'some'],
    ]),
  },
]
