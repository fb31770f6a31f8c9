import { defineTexts, type Locale } from './locale.ts'

const SECONDS_PER_MINUTE = 60
const SECONDS_PER_HOUR = 3600
/** Below this "within seconds" says more than a figure. */
const SOON_SECONDS = 45

/** Ways to pay: their groups, what a row says, and the names that are not a brand. */
export const methodTexts = defineTexts(
  {
    groups: {
      qris: 'QRIS',
      ewallet: 'E-wallet',
      virtual_account: 'Virtual account',
      retail: 'Minimarket',
      page: 'Halaman pembayaran',
    },
    groupHelp: {
      qris: 'Pindai dengan aplikasi bank atau e-wallet apa pun.',
      ewallet: 'Bayar dari aplikasi dompet digital.',
      virtual_account: 'Transfer lewat m-banking, internet banking, atau ATM.',
      retail: 'Bayar tunai di kasir dengan kode.',
      page: 'Pilih caranya di halaman penyedia pembayaran.',
    },
    from: (price: string) => `mulai ${price}`,
    feeOf: (fee: string) => `biaya ${fee}`,
    noFee: 'tanpa biaya',
    unfit: 'Tidak tersedia untuk jumlah ini.',
    knownSoon: 'Langsung terbaca',
    knownMinutes: (minutes: number) => `Terbaca ± ${minutes} menit`,
    knownHours: (hours: number) => `Terbaca ± ${hours} jam`,
    virtualAccount: (bank: string) => (bank ? `Virtual account ${bank}` : 'Virtual account'),
    wallet: 'saldo akun',
    another: (label: string, nth: number) => `${label} (jalur ${nth})`,
  },
  {
    groups: {
      qris: 'QRIS',
      ewallet: 'E-wallets',
      virtual_account: 'Virtual accounts',
      retail: 'Convenience stores',
      page: 'Payment page',
    },
    groupHelp: {
      qris: 'Scan it with any banking app or e-wallet.',
      ewallet: 'Pay from your e-wallet app.',
      virtual_account: 'Transfer by mobile banking, internet banking or ATM.',
      retail: 'Pay cash at the till with a code.',
      page: 'Choose the way on the payment provider’s page.',
    },
    from: (price: string) => `from ${price}`,
    feeOf: (fee: string) => `fee ${fee}`,
    noFee: 'no fee',
    unfit: 'Not available for this amount.',
    knownSoon: 'Seen at once',
    knownMinutes: (minutes: number) => `Seen in about ${minutes} min`,
    knownHours: (hours: number) => `Seen in about ${hours} h`,
    virtualAccount: (bank: string) => (bank ? `${bank} virtual account` : 'Virtual account'),
    wallet: 'account balance',
    another: (label: string, nth: number) => `${label} (route ${nth})`,
  },
)

/** How long after paying it is usually known, in words. */
export function confirmText(seconds: number, locale: Locale): string {
  const texts = methodTexts[locale]
  if (seconds < SOON_SECONDS) return texts.knownSoon
  if (seconds < SECONDS_PER_HOUR) return texts.knownMinutes(Math.ceil(seconds / SECONDS_PER_MINUTE))
  return texts.knownHours(Math.ceil(seconds / SECONDS_PER_HOUR))
}

/** Names of banks, wallets and stores as people write them. */
const BRANDS: Readonly<Record<string, string>> = {
  bca: 'BCA',
  bni: 'BNI',
  bri: 'BRI',
  bsi: 'BSI',
  cimb: 'CIMB Niaga',
  danamon: 'Danamon',
  mandiri: 'Mandiri',
  permata: 'Permata',
  seabank: 'SeaBank',
  saqu: 'Saqu',
  bnc: 'Neo Commerce',
  gopay: 'GoPay',
  shopeepay: 'ShopeePay',
  dana: 'DANA',
  ovo: 'OVO',
  linkaja: 'LinkAja',
  astrapay: 'AstraPay',
  indomaret: 'Indomaret',
  alfamart: 'Alfamart',
  midtrans: 'Midtrans',
  qris: 'QRIS',
}

/** The brand behind a code such as `bca`, `BCAVA` or `echannel`; undefined for an unknown one. */
export function brandOf(code: string): string | undefined {
  const plain = code.toLowerCase().replace(/^echannel$/, 'mandiri')
  return BRANDS[plain] ?? BRANDS[plain.replace(/va+$/, '')]
}

/** A payment method in the reader's words: what it is, not who carries it. Unknown ones are shown as they are. */
export function methodLabel(method: string, locale: Locale): string {
  const texts = methodTexts[locale]
  if (method === 'wallet') return texts.wallet
  const [gateway = '', ...rest] = method.toLowerCase().split('_')
  if (rest.length === 0) return brandOf(gateway) ?? method
  const isAccount = ['va', 'bill'].includes(rest.at(-1) ?? '') || rest.join('').endsWith('va')
  const brand = rest.map(brandOf).find(Boolean)
  if (isAccount) return texts.virtualAccount(brand ?? '')
  return brand ?? method
}
