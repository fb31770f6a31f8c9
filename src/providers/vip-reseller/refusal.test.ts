import { expect, test } from 'vitest'
import { meansNothingFound, readRefusal } from './refusal.ts'

test.each([
  ['Ada pemeliharaan sistem API, coba lagi nanti.', 'throttled'],
  ['Ada pemeliharaan sistem transaksi, coba lagi nanti.', 'throttled'],
  ['Request not detected.', 'account'],
  ['API Key not registered.', 'account'],
  ['API Signature not valid.', 'account'],
  ['IP 10.0.0.1 is not permitted', 'account'],
  ['Saldo Anda tidak cukup untuk melakukan pemesanan ini.', 'account'],
  ['Saldo Anda rendah.', 'account'],
  ["Type 'x' is not valid", 'account'],
  ['Masih ada parameter yang kosong.', 'target'],
  ['User id tidak sesuai.', 'target'],
  ['Zone tujuan salah.', 'target'],
  ['Layanan tidak ditemukan atau saat ini tidak tersedia.', 'unavailable'],
  ['Server tidak ditemukan atau saat ini tidak tersedia.', 'unavailable'],
  ['Transaksi dibatasi, coba lagi dalam 6 detik.', 'throttled'],
  ['Sistem Bentrok, coba lagi nanti!', 'vague'],
  ['Something went wrong, please contact the admin.', 'vague'],
  ['Connection timed out', 'vague'],
  ['', 'vague'],
])('%s is %s', (message, reason) => {
  expect(readRefusal(message)).toBe(reason)
})

test('an empty result is told from a refusal', () => {
  expect(['Transaksi tidak ditemukan.', 'Layanan tidak ditemukan.'].map(meansNothingFound)).toEqual([
    true,
    true,
  ])
  expect(['API Key not registered.', 'IP 1.1.1.1 is not permitted'].map(meansNothingFound)).toEqual([
    false,
    false,
  ])
})
