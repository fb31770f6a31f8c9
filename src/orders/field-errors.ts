import type { FieldError } from './order-view.ts'

/** What can be wrong with one field, in both languages of the shop. */
const TEXTS = {
  required: ['Wajib diisi.', 'This is required.'],
  not_text: ['Isi dengan teks biasa.', 'Use plain text here.'],
  too_long: ['Terlalu panjang.', 'This is too long.'],
  control_characters: [
    'Ada karakter yang tidak bisa dipakai. Ketik ulang.',
    'It holds characters that cannot be used. Type it again.',
  ],
  email_invalid: [
    'Alamat email belum benar. Contoh: nama@email.com',
    'This e-mail address is not complete. Example: name@email.com',
  ],
  phone_invalid: [
    'Nomor WhatsApp belum benar. Contoh: 0812 3456 7890',
    'This WhatsApp number is not right. Example: 0812 3456 7890',
  ],
  quantity_invalid: ['Jumlah harus angka bulat mulai dari 1.', 'The quantity must be a whole number from 1.'],
  quantity_too_high: ['Jumlahnya melebihi batas per pesanan.', 'The quantity is above the limit per order.'],
  items_invalid: ['Pilih minimal satu produk.', 'Choose at least one product.'],
  items_too_many: ['Terlalu banyak baris dalam satu pesanan.', 'Too many lines in one order.'],
  sku_duplicate: [
    'Produk yang sama dengan data yang sama sudah ada. Ubah jumlahnya saja.',
    'The same product with the same data is already there. Change its quantity instead.',
  ],
  sku_unknown: ['Produk ini tidak ditemukan.', 'There is no such product.'],
  sku_unavailable: ['Produk ini sedang tidak tersedia.', 'This product is not available right now.'],
  input_unexpected: ['Data ini tidak diperlukan untuk produk ini.', 'This product does not need that.'],
  input_invalid: ['Isinya belum sesuai. Periksa lagi.', 'This does not look right. Please check it.'],
  input_unchanged: [
    'Data ini sama dengan yang ditolak. Periksa lagi, lalu ubah.',
    'This is what was refused. Please check it and change it.',
  ],
  option_invalid: ['Pilih salah satu dari daftar.', 'Choose one from the list.'],
  method_unknown: ['Metode pembayaran ini tidak tersedia.', 'This payment method is not available.'],
  method_limit: [
    'Total di luar batas metode pembayaran ini.',
    'The total is outside the limits of this payment method.',
  ],
  refund_bank: ['Tulis nama bank atau e-wallet. Contoh: BCA', 'Write the bank or e-wallet. Example: BCA'],
  refund_number: ['Nomor rekening harus 6 sampai 20 angka.', 'The account number must have 6 to 20 digits.'],
  refund_holder: [
    'Tulis nama pemilik rekening seperti di buku tabungan.',
    'Write the account holder’s name as the bank has it.',
  ],
  unsupported: ['Belum didukung.', 'This is not supported yet.'],
  url_invalid: ['Alamat kembali harus dari toko ini.', 'The return address must belong to this shop.'],
} as const

/** Names of field mistakes. */
export type FieldErrorCode = keyof typeof TEXTS

/** A mistake at a place (JSON pointer) of the request, with its text in both languages. */
export function fieldError(pointer: string, code: FieldErrorCode): FieldError {
  const [detail, detailEn] = TEXTS[code]
  return { pointer, code, detail, detailEn }
}

/** Longest part of a pointer that repeats what the client sent. */
const MAX_POINTER_PART = 64

/** One part of a JSON pointer, escaped as RFC 6901 has it and cut to a length that is safe to answer. */
export function pointerPart(name: PropertyKey): string {
  return String(name).slice(0, MAX_POINTER_PART).replaceAll('~', '~0').replaceAll('/', '~1')
}
