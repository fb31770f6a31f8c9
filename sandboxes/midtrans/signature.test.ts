import { expect, test } from 'vitest'
import { crc16, simulatedQris } from '../qris.ts'
import { signatureKey } from './signature.ts'

const SERVER_KEY = 'SB-Mid-server-EXAMPLEexample0123456789'

test.each([
  [
    '200',
    '4c163055892cc4acc4e271035d7704e8d8ca572d1e715f49807193a1aacedc45a4d3f792859662371e56d1b1140e38100bb092c54a55c3e5c78032f03f315708',
  ],
  [
    '201',
    '3136843f5f8e62aed61d1cb9303446ccaf6900520fefc3ed17771f6fcc59051abef1d60f6b224838acaacf1c417eb993b06614e11e7dc159c0447b578dc91ae5',
  ],
  [
    '202',
    '86c496e6015fcc39e43b3a5ac6fe81b4f9f0d796626d740080abfb928c0fb7862455482eaeca0b92684e773f191d0c8a216e31cf7ef5e05f64ca7c0d59972d71',
  ],
  [
    '407',
    '7200043c58f57aa3807c03d28ae3a0e14dd6f395e991f70d4149359e8e23aa3306706d88ae61e3ea1fb582c0342bb464ab7aa2b80efcf77e48958fb15aea2edd',
  ],
])('signature of a notification with code %s', (statusCode, expected) => {
  const parts = { orderId: 'INV-2025-000123', grossAmount: '15000.00', serverKey: SERVER_KEY, statusCode }
  expect(signatureKey(parts)).toBe(expected)
})

test('CRC of QRIS texts', () => {
  expect(crc16('123456789')).toBe('29B1')
  const known =
    '00020101021226670015COM.EXAMPLE.WWW01189360099900000000170215EX00000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204581653033605405150005802ID5911TOKO CONTOH6007JAKARTA61051011062070703A016304'
  expect(crc16(known)).toBe('EB28')
  const text = simulatedQris(15_000, 'REF1')
  expect(crc16(text.slice(0, -4))).toBe(text.slice(-4))
  expect(text).toContain('540515000')
})
