/** Why a line brought nothing, or why its buyer is asked, in Indonesian and English. Nothing here names a supplier. */
const WORDS = {
  stock_short: [
    'Stok habis setelah pembayaran masuk. Dana dikembalikan.',
    'The stock ran out after the payment came in. Your money goes back.',
  ],
  no_offer: [
    'Pemasok tidak dapat melayani produk ini saat ini. Dana dikembalikan.',
    'No supplier can deliver this product right now. Your money goes back.',
  ],
  no_pool: [
    'Undangan untuk produk ini sedang tidak tersedia. Dana dikembalikan.',
    'There are no invites for this product right now. Your money goes back.',
  ],
  money_taken_back: [
    'Pembayaran ditarik kembali sebelum barang dikirim.',
    'The payment was taken back before the goods were sent.',
  ],
  target: [
    'Data akun atau nomor tujuan tidak diterima pemasok. Dana dikembalikan.',
    'The account or number you entered was not accepted. Your money goes back.',
  ],
  unavailable: [
    'Produk ini sedang kosong di pemasok. Dana dikembalikan.',
    'This product is sold out at the supplier. Your money goes back.',
  ],
  waited_too_long: [
    'Pemasok tidak dapat melayani pesanan ini tepat waktu. Dana dikembalikan.',
    'The supplier could not deliver in time. Your money goes back.',
  ],
  in_part: [
    'Sebagian pesanan gagal di pemasok. Dana untuk sisanya dikembalikan.',
    'A part of the order failed at the supplier. The money for the rest goes back.',
  ],
  correction_declined: [
    'Dibatalkan atas permintaan Anda. Dana dikembalikan.',
    'Cancelled as you asked. Your money goes back.',
  ],
  correction_overdue: [
    'Data tujuan tidak diperbaiki tepat waktu. Dana dikembalikan.',
    'What you entered was not corrected in time. Your money goes back.',
  ],
  decided: [
    'Pesanan ini tidak dapat diselesaikan. Dana dikembalikan.',
    'This order could not be completed. Your money goes back.',
  ],
  failed: [
    'Pemasok tidak dapat menyelesaikan pesanan ini. Dana dikembalikan.',
    'The supplier could not complete this order. Your money goes back.',
  ],
} as const satisfies Record<string, readonly [string, string]>

/** Why a line failed, as a code whose words stand here. */
export type LineFailureCode = keyof typeof WORDS

const QUESTIONS = {
  refused: [
    'Data tujuan ditolak. Periksa lagi, lalu kirim yang benar.',
    'What you entered was refused. Please check it and send the right one.',
  ],
  unsent: [
    'Pesanan masih menunggu giliran. Salah tulis? Perbaiki sekarang sebelum diproses.',
    'The order still waits for its turn. A typing mistake? Correct it now, before it is processed.',
  ],
} as const satisfies Record<string, readonly [string, string]>

/** What failing a line needs to know: the code, the history's reason, and the words of its page. */
export type LineFailure = { code: LineFailureCode; reason: string; shown: string }

/** The failure behind a code of fulfilment; a code without words of its own is a plain failure. */
export function lineFailure(code: string | undefined): LineFailure {
  const known = code !== undefined && isFailureCode(code) ? code : 'failed'
  return { code: known, reason: code ?? known, shown: WORDS[known][0] }
}

/** The English words for a stored code, or undefined for lines that failed before codes were stored. */
export function englishFailure(code: string | null): string | undefined {
  return code !== null && isFailureCode(code) ? WORDS[code][1] : undefined
}

/** What the buyer of a line is asked, in Indonesian and English. */
export function correctionQuestion(when: keyof typeof QUESTIONS): { why: string; whyEn: string } {
  const [why, whyEn] = QUESTIONS[when]
  return { why, whyEn }
}

function isFailureCode(code: string): code is LineFailureCode {
  return Object.hasOwn(WORDS, code)
}
