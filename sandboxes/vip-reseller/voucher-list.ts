import type { GameSpec } from './game-list.ts'

const VOUCHER_NOTE = 'Kode voucher dikirim setelah pesanan sukses.'
const ACCOUNT_NOTE = 'Akun premium, garansi sesuai masa aktif. Data login dikirim setelah sukses.'

/** Vouchers by face value in thousands of rupiah; the price is the face value plus a small margin. */
function voucher(
  game: string,
  prefix: string,
  label: string,
  thousands: number[],
  percent: number,
): GameSpec {
  return {
    game,
    prefix,
    kind: 'voucher',
    routes: [1, 2],
    description: VOUCHER_NOTE,
    items: thousands.map((value) => [
      `${value}K`,
      `${label} Rp ${String(value).replace(/\B(?=(\d{3})+$)/g, '.')}.000`,
      Math.floor((value * 1000 * percent) / 100),
    ]),
  }
}

/** Premium accounts by months. */
function account(game: string, prefix: string, monthly: number, plans: string[]): GameSpec {
  return {
    game,
    prefix: `${prefix}-`,
    kind: 'account',
    routes: [1, 2],
    description: ACCOUNT_NOTE,
    items: plans.flatMap((plan, index) =>
      [1, 3, 6, 12].map((months): [string, string, number] => [
        `${plan.charAt(0).toUpperCase()}${index}${months}B`,
        `${plan} ${months} Bulan`,
        monthly * months * (index + 1),
      ]),
    ),
  }
}

const FACE_VALUES = [10, 20, 50, 100, 150, 200, 250, 300, 500, 1000]

/** Code goods. */
export const VOUCHER_GOODS: readonly GameSpec[] = [
  voucher('Steam Wallet Code', 'STEAM', 'Steam Wallet', [8, 12, 45, 60, 90, 120, 250, 400, 600], 104),
  voucher('Google Play', 'GPLAY', 'Google Play', [5, ...FACE_VALUES], 103),
  voucher('Garena Shell', 'GS', 'Garena Shell', [10, 33, 66, 165, 330], 97),
  voucher('PlayStation Store', 'PSN', 'PSN Card', [100, 200, 400, 600, 1000], 104),
  voucher('Xbox Gift Card', 'XBOX', 'Xbox', [100, 250, 500, 1000], 105),
  voucher('Nintendo eShop', 'NIN', 'eShop Card', [150, 300, 500, 750], 105),
  voucher('Apple Gift Card', 'APPLE', 'Apple', [100, 150, 300, 500, 1000], 103),
  voucher('Roblox Gift Card', 'RGC', 'Roblox', [50, 100, 200, 500], 103),
  voucher('Razer Gold', 'RAZER', 'Razer Gold', FACE_VALUES, 101),
  voucher('UniPin Voucher', 'UP', 'UniPin', FACE_VALUES, 99),
  voucher('Megaxus', 'MGX', 'Megaxus', [10, 20, 50, 100, 200], 98),
  voucher('Gemscool', 'GSC', 'Gemscool', [10, 20, 30, 50, 100], 97),
]

/** Account goods. */
export const ACCOUNT_GOODS: readonly GameSpec[] = [
  account('Netflix Premium', 'NETFLIX', 24_000, ['Sharing', 'Private']),
  account('Spotify Premium', 'SPOTIFY', 14_000, ['Family', 'Individual']),
  account('Canva Pro', 'CANVA', 4_000, ['Member', 'Owner']),
  account('YouTube Premium', 'YT', 7_500, ['Famplan', 'Individual']),
  account('Disney+ Hotstar', 'DISNEY', 17_000, ['Sharing', 'Private']),
  account('Vidio Platinum', 'VIDIO', 19_000, ['Mobile', 'All Screen']),
  account('Viu Premium', 'VIU', 3_500, ['Private']),
  account('WeTV VIP', 'WETV', 9_500, ['Sharing', 'Private']),
  account('iQIYI VIP', 'IQIYI', 9_000, ['Sharing', 'Private']),
  account('Bstation Premium', 'BSTATION', 8_000, ['Sharing', 'Private']),
  account('Prime Video', 'PRIME', 11_000, ['Sharing', 'Private']),
  account('HBO Max', 'HBO', 18_000, ['Sharing', 'Private']),
  account('ChatGPT Plus', 'GPT', 42_000, ['Sharing', 'Private']),
  account('CapCut Pro', 'CAPCUT', 12_000, ['Sharing', 'Private']),
  account('Alight Motion Pro', 'AM', 3_000, ['Private']),
  account('Discord Nitro', 'NITRO', 28_000, ['Basic', 'Full']),
  account('Zoom Pro', 'ZOOM', 15_000, ['Private']),
  account('Microsoft 365', 'M365', 13_000, ['Family', 'Personal']),
]
