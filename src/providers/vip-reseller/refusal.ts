import type { RefusalReason } from '../../fulfilment/ports.ts'

/**
 * Why a call answered `result:false`. The exact texts are not documented, so words decide; a text that names
 * nothing we know is `vague`. @see suppliers.md 1.8, 1.11 step 3
 */
export type Refusal = RefusalReason | 'vague'

/** In order of precedence. A text about the supplier's own plumbing proves nothing about the order, so it comes first. */
const WORDS: readonly [Refusal, RegExp][] = [
  [
    'vague',
    /connection|koneksi|something went wrong|bentrok|time ?out|hubungi|contact|^\s*sistem|error sistem|gangguan/i,
  ],
  [
    'throttled',
    /pemeliharaan|maintenance|dibatasi|coba lagi dalam|terlalu (cepat|banyak|sering)|too many|rate limit/i,
  ],
  [
    'account',
    /api key|signature|not permitted|whitelist|not registered|request not detected|saldo|balance|type '.*' is not valid|akun.*(kunci|blokir|nonaktif)|locked|suspend/i,
  ],
  [
    'unavailable',
    /layanan|produk|server tidak|server not|stok|stock|tidak tersedia|not available|unavailable/i,
  ],
  [
    'target',
    /user ?id|zone|zona|tujuan|target|nomor|data_no|parameter|\bid\b.*(salah|tidak|invalid)|invalid.*\bid\b|tidak sesuai/i,
  ],
]

/** The reason behind a refusal's message. */
export function readRefusal(message: string): Refusal {
  return WORDS.find(([, words]) => words.test(message))?.[0] ?? 'vague'
}

/** True when a read was refused because there is nothing to show. */
export function meansNothingFound(message: string): boolean {
  return /(transaksi|pesanan|layanan|order|service|data)\b.*(tidak (di)?temukan|not found|kosong)/i.test(
    message,
  )
}

/** True when a refusal is about what is left of our balance. @see suppliers.md 1.8 step 11 */
export function meansNoBalance(message: string): boolean {
  return readRefusal(message) === 'account' && /saldo|balance/i.test(message)
}
