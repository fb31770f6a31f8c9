import type { Verdict } from './digiflazz-state.ts'

const TEXTS: Record<string, string> = {
  '00': 'Transaksi Sukses',
  '01': 'Timeout',
  '02': 'Transaksi Gagal',
  '03': 'Transaksi Pending',
  '40': 'Payload Error',
  '41': 'Signature tidak valid',
  '43': 'SKU tidak di temukan atau Non-Aktif',
  '44': 'Saldo tidak cukup',
  '49': 'Ref ID tidak unik',
  '50': 'Transaksi Tidak Ditemukan',
  '53': 'Produk Seller Sedang Tidak Tersedia',
  '54': 'Nomor Tujuan Salah',
  '55': 'Produk Sedang Gangguan',
  '58': 'Sedang Cut Off',
  '60': 'Tagihan belum tersedia',
  '62': 'Seller sedang mengalami gangguan',
  '63': 'Tidak mendukung transaksi multi',
  '68': 'Stok habis',
  '69': 'Harga seller lebih besar dari ketentuan harga Buyer',
  '74': 'Transaksi Refund',
}

/** Returns the text that goes with a code. */
export function textOfCode(rc: string): string {
  return TEXTS[rc] ?? `Kode ${rc}`
}

/** Returns a verdict with the usual text of its code. */
export function verdict(status: Verdict['status'], rc: string, sn = ''): Verdict {
  return { status, rc, message: textOfCode(rc), sn }
}

/** Returns how a transaction of the documented test cases ends, or undefined for other numbers. @see suppliers.md 2.8 */
export function testCase(customer: string): { first: Verdict; end: Verdict } | undefined {
  const success = verdict('Sukses', '00', '1234567890')
  const failure = verdict('Gagal', '02')
  const pending = verdict('Pending', '03')
  const cases: Record<string, { first: Verdict; end: Verdict }> = {
    '087800001230': { first: success, end: success },
    '087800001232': { first: failure, end: failure },
    '087800001233': { first: pending, end: success },
    '087800001234': { first: pending, end: failure },
  }
  return cases[customer]
}
