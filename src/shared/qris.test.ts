import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksumOf, isPayableQris, readQris } from './qris.ts'

/** The made-up merchant of payments.md 3.2. */
const STATIC =
  '00020101021126670015COM.EXAMPLE.WWW01189360099900000000170215EX00000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204581653033605802ID5911TOKO CONTOH6007JAKARTA61051011062070703A01630409A0'
const DYNAMIC =
  '00020101021226670015COM.EXAMPLE.WWW01189360099900000000170215EX00000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204581653033605405150005802ID5911TOKO CONTOH6007JAKARTA61051011062070703A016304EB28'

const object = (tag: string, value: string) => `${tag}${String(value.length).padStart(2, '0')}${value}`

type Parts = { name: string; city: string; amount?: string; kind?: string; extra?: string; currency?: string }

/** A code with a correct checksum. */
function code({ name, city, amount, kind = '12', extra = '', currency = '360' }: Parts): string {
  const account = object('00', 'ID.CO.QRIS.WWW') + object('02', 'ID1020000000001') + object('03', 'UMI')
  const body = [
    object('00', '01'),
    object('01', kind),
    object('51', account),
    object('52', '5816'),
    object('53', currency),
    amount === undefined ? '' : object('54', amount),
    extra,
    object('58', 'ID'),
    object('59', name),
    object('60', city),
    '6304',
  ].join('')
  return body + checksumOf(body)
}

test.each([
  ['123456789', '29B1'],
  [STATIC.slice(0, -4), '09A0'],
  [DYNAMIC.slice(0, -4), 'EB28'],
  [DYNAMIC.slice(0, -4).replace('62070703A01', '62260115INV-2025-0001230703A01'), 'A40A'],
])('the published checksum of %s is %s', (text, checksum) => {
  expect(checksumOf(text)).toBe(checksum)
})

test('reads a static code', () => {
  expect(readQris(STATIC)).toEqual({
    ok: true,
    value: {
      merchantName: 'TOKO CONTOH',
      city: 'JAKARTA',
      isDynamic: false,
      hasTip: false,
      nationalId: 'ID1020000000001',
    },
  })
})

test('reads a dynamic code with a bill number', () => {
  const body = DYNAMIC.slice(0, -4).replace('62070703A01', '62260115INV-2025-0001230703A01')
  expect(readQris(`${body}A40A`)).toMatchObject({
    ok: true,
    value: { amount: 15_000, isDynamic: true, billNumber: 'INV-2025-000123' },
  })
})

const printable = (maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((sign) => String.fromCharCode(sign)),
    minLength: 1,
    maxLength,
  })

test('what is written is read, whatever the names look like', () => {
  fc.assert(
    fc.property(
      printable(40),
      printable(15),
      fc.integer({ min: 1, max: 10_000_000 }),
      (name, city, amount) => {
        const read = readQris(code({ name, city, amount: String(amount) }))
        expect(read).toMatchObject({ ok: true, value: { merchantName: name, city, amount, isDynamic: true } })
      },
    ),
  )
})

test('every damaged sign is noticed', () => {
  const text = fc.constantFrom(STATIC, DYNAMIC, code({ name: 'TOKO 54051500', city: '5405', amount: '5405' }))
  fc.assert(
    fc.property(
      text,
      fc.nat(),
      fc.string({ unit: 'grapheme', minLength: 0, maxLength: 1 }),
      (good, place, sign) => {
        const at = place % good.length
        fc.pre(sign !== good[at])
        expect(readQris(good.slice(0, at) + sign + good.slice(at + 1)).ok).toBe(false)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('every sign of a code, replaced by every other, is refused', () => {
  for (let at = 0; at < DYNAMIC.length; at += 1) {
    for (let sign = 0x20; sign < 0x7f; sign += 1) {
      const other = String.fromCharCode(sign)
      if (other === DYNAMIC[at]) continue
      expect(readQris(DYNAMIC.slice(0, at) + other + DYNAMIC.slice(at + 1)).ok).toBe(false)
    }
  }
})

test('random text is refused without throwing', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => !readQris(text).ok))
})

test.each([
  ['nothing', '', 'malformed'],
  ['a sample with a checksum that is no number', `${DYNAMIC.slice(0, -4)}M2B3`, 'checksum'],
  ['a checksum in lower case', `${DYNAMIC.slice(0, -4)}eb28`, 'checksum'],
  ['dollars', code({ name: 'A', city: 'B', currency: '840' }), 'not_rupiah'],
  ['half a rupiah', code({ name: 'A', city: 'B', amount: '100.50' }), 'amount'],
  ['a negative amount', code({ name: 'A', city: 'B', amount: '-100' }), 'amount'],
  ['two amounts', code({ name: 'A', city: 'B', amount: '100', extra: object('54', '1') }), 'malformed'],
  ['an odd kind', code({ name: 'A', city: 'B', kind: '13' }), 'malformed'],
  [
    'a template that does not add up',
    code({ name: 'A', city: 'B', extra: object('62', '0199x') }),
    'malformed',
  ],
  ['a name that is not ASCII', code({ name: 'TOKO é', city: 'B' }), 'malformed'],
  ['a very long text', '0'.repeat(5_000), 'malformed'],
])('refuses %s', (_, text, refusal) => {
  expect(readQris(text)).toEqual({ ok: false, error: { code: refusal } })
})

test('the amount of a code in the wild has decimals', () => {
  expect(readQris(code({ name: 'A', city: 'B', amount: '100003.00' }))).toMatchObject({
    value: { amount: 100_003 },
  })
})

test.each([
  ['the right amount', DYNAMIC, 15_000, true],
  ['another amount', DYNAMIC, 15_001, false],
  ['no amount', STATIC, 15_000, false],
  ['a tip on top', code({ name: 'A', city: 'B', amount: '100', extra: object('55', '01') }), 100, false],
  ['a damaged code', DYNAMIC.replace('TOKO', 'TOKA'), 15_000, false],
])('a code with %s may be shown or not', (_, text, amount, isPayable) => {
  expect(isPayableQris(text, amount)).toBe(isPayable)
})
