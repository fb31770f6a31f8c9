import type { Locale } from './locale.ts'

/** English for the reasons an order line may carry; they arrive as Indonesian sentences. */
const IN_ENGLISH: Readonly<Record<string, string>> = {
  'Data akun atau nomor tujuan tidak diterima pemasok. Dana dikembalikan.':
    'The supplier did not accept the account details or the target number. Your money is returned.',
  'Produk ini sedang kosong di pemasok. Dana dikembalikan.':
    'The supplier is out of this product. Your money is returned.',
  'Pemasok tidak dapat melayani pesanan ini tepat waktu. Dana dikembalikan.':
    'The supplier could not serve this order in time. Your money is returned.',
  'Sebagian pesanan gagal di pemasok. Dana untuk sisanya dikembalikan.':
    'Part of the order failed at the supplier. The money for the rest is returned.',
  'Stok habis setelah pembayaran masuk. Dana dikembalikan.':
    'The stock ran out after your payment. Your money is returned.',
}
/** The sentences that are translated word for word. */
export const KNOWN_FAILURES: readonly string[] = Object.keys(IN_ENGLISH)
const ANY_OTHER = 'The supplier could not complete this order. Your money is returned.'

/** Why a line failed, in the reader's language. */
export function failureText(failure: string, locale: Locale): string {
  return locale === 'id' ? failure : (IN_ENGLISH[failure] ?? ANY_OTHER)
}
