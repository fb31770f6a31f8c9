import { describe, expect, test } from 'vitest'
import { readPage } from './page-form.ts'
import { readProduct } from './read-product.ts'
import { readReseller, withoutPrivateData } from './read-reseller.ts'
import { retryAfterMs } from './retry-after.ts'

const PRODUCT = { id_produk: 'P1', nama_produk: 'Serum' }
const product = (fields: Record<string, unknown>) => readProduct({ ...PRODUCT, ...fields })
const priceOf = (harga: unknown) => {
  const record = product({ harga_umum: harga })
  return record.ok ? record.value.value.priceGeneral : record.error.detail
}

describe('prices', () => {
  test.each([
    ['90000', 90_000],
    ['90000.00', 90_000],
    ['90000.0', 90_000],
    [90_000, 90_000],
    ['0', 0],
    [0, 0],
    [' 500 ', 500],
    ['', null],
    [null, null],
    [undefined, null],
  ])('%j is %j', (raw, price) => expect(priceOf(raw)).toBe(price))

  test.each(['90.000', '90000.50', '1e3', '-5', 'Rp90000', '99999999999', -1, 1.5, Number.NaN, true, {}, []])(
    '%j is refused by name',
    (raw) => expect(priceOf(raw)).toContain('harga_umum'),
  )
})

describe('texts', () => {
  test('lose control characters and what is too long', () => {
    const record = product({
      nama_produk: ` A\u0000B\r\nC${'x'.repeat(300)}`,
      deskripsi: 'satu\r\ndua\u0007\u0000',
      slug: ' ',
    })
    expect(record).toMatchObject({ value: { value: { description: 'satu\ndua', slug: null } } })
    expect(record.ok && record.value.value.name.startsWith('A B Cxx')).toBe(true)
    expect(record.ok && record.value.value.name.length).toBe(200)
  })

  test('never end in half a character', () => {
    const record = product({ nama_produk: `${'x'.repeat(199)}😀` })
    expect(record.ok && record.value.value.name.isWellFormed()).toBe(true)
  })

  test('an address that cannot be kept as it is, is none', () => {
    const picture = (foto_produk: unknown) => {
      const record = product({ foto_produk })
      return record.ok ? record.value.value.pictureUrl : record.error.detail
    }
    expect(picture(' https://a.test/b.png ')).toBe('https://a.test/b.png')
    expect(picture('https://a.test/\ud83d.png')).toBeNull()
    expect(picture('https://a.test/\0.png')).toBeNull()
    expect(picture(`https://a.test/${'x'.repeat(2_000)}`)).toBeNull()
  })

  test('a name that became a number is another field in its place', () => {
    expect(readProduct({ ...PRODUCT, nama_produk: 100 })).toMatchObject({
      ok: false,
      error: { code: 'field_invalid', detail: 'nama_produk: not a text: 100' },
    })
  })

  test('ids are text and must be there', () => {
    expect(readProduct({ ...PRODUCT, id_produk: 7 })).toMatchObject({ value: { externalId: '7' } })
    expect(readProduct({ nama_produk: 'A' })).toMatchObject({ error: { code: 'id_missing' } })
    expect(readProduct({ ...PRODUCT, id_produk: 'x'.repeat(201) })).toMatchObject({
      error: { code: 'id_missing' },
    })
    expect(readProduct({ id_produk: 'P1', nama_produk: ' ' })).toMatchObject({
      error: { code: 'field_invalid', externalId: 'P1' },
    })
    for (const raw of [null, 5, 'x', []]) {
      expect(readProduct(raw)).toMatchObject({ error: { code: 'not_an_object' } })
    }
  })
})

test('times with and without a zone', () => {
  const version = (updated_at: unknown) => {
    const record = product({ updated_at })
    return record.ok ? (record.value.version?.toISOString() ?? null) : record.error.detail
  }
  expect(version('2026-01-05T00:00:00Z')).toBe('2026-01-05T00:00:00.000Z')
  expect(version('2026-01-05 07:00:00')).toBe('2026-01-05T00:00:00.000Z')
  expect(version(null)).toBeNull()
  expect(version('2026-01-05')).toBe('2026-01-04T17:00:00.000Z')
  expect(version('2026-01-05T07:00:00.123456+07:00')).toBe('2026-01-05T00:00:00.123Z')
  expect(version('2999-01-05T00:00:00Z')).toBeNull()
  const soon = new Date(Date.now() + 3_600_000).toISOString()
  expect(version(soon)).toBe(soon)
  expect(version('kemarin')).toContain('updated_at')
  // Whose day and month stand in which order is anybody's guess, and a wrong one may lie in the future.
  for (const text of ['12/11/2026', '05-01-2026 07:00', '1', '2026', '+275760-09-13T00:00:00Z', '9999-99-99'])
    expect(version(text)).toContain('updated_at')
  expect(version(5)).toContain('updated_at')
})

test('a status in unknown words is refused, no status is active', () => {
  const row = { id_reseller: 'R1', nama_reseller: 'Siti' }
  expect(readReseller(row)).toMatchObject({ value: { value: { isEnabled: true } } })
  expect(readReseller({ ...row, status: 0 })).toMatchObject({ value: { value: { isEnabled: false } } })
  expect(readReseller({ ...row, status: 'cuti' })).toMatchObject({
    error: { detail: 'status: an unknown word: "cuti"' },
  })
})

test('private data goes before anything sees it', () => {
  const row = {
    id_reseller: 'R1',
    nama_reseller: 'Siti',
    bank: 'B',
    rekening: '7',
    email: 'a@b.test',
    alamat: 'x',
  }
  expect(JSON.parse(JSON.stringify(withoutPrivateData(row)))).toEqual({
    id_reseller: 'R1',
    nama_reseller: 'Siti',
  })
  expect(withoutPrivateData('rekening 7')).toBeNull()
})

describe('pages', () => {
  const next = (answer: unknown, position: string | null = null) => {
    const page = readPage(answer, position)
    return page.ok ? page.value.next : page.error.code
  }
  test.each<[unknown, string | null, string | null]>([
    [[], null, null],
    [{ data: [] }, null, null],
    [{ data: [], next_cursor: 'a' }, null, 'cursor:a'],
    [{ data: [], next_cursor: 17 }, null, 'cursor:17'],
    [{ data: [], meta: { next_cursor: 'a' } }, null, 'cursor:a'],
    [{ data: [], meta: { current_page: 1, last_page: 3 } }, null, 'page:2'],
    [{ data: { data: [], current_page: '2', last_page: '3' } }, 'page:2', 'page:3'],
    [{ data: { data: [], last_page: 3 } }, 'page:2', 'page:3'],
    [{ data: { data: [], last_page: 3 } }, 'page:3', null],
    [{ data: [], next_cursor: 'a' }, 'cursor:a', 'malformed'],
    [{ message: 'x' }, null, 'malformed'],
    [{ data: 'x' }, null, 'malformed'],
    [{ data: {} }, null, 'malformed'],
    [null, null, 'malformed'],
    ['x', null, 'malformed'],
  ])('%j at %j goes on at %j', (answer, position, expected) => expect(next(answer, position)).toBe(expected))
})

test('Retry-After in seconds and as a date by the clock of the source', () => {
  const now = new Date('2026-01-05T00:00:00Z')
  const wait = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now)
  expect(wait({})).toBeUndefined()
  expect(wait({ 'retry-after': 'bald' })).toBeUndefined()
  expect(wait({ 'retry-after': '7' })).toBe(7_000)
  expect(wait({ 'retry-after': '999999' })).toBe(3_600_000)
  expect(wait({ 'retry-after': 'Mon, 05 Jan 2026 00:00:30 GMT' })).toBe(30_000)
  expect(
    wait({ 'retry-after': 'Mon, 05 Jan 2026 00:00:30 GMT', date: 'Mon, 05 Jan 2026 00:00:20 GMT' }),
  ).toBe(10_000)
})
